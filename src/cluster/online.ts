/** Who is connected, in all processes: each is asked for its own. Who does not answer in time is left out and named. */
import type { UserId } from '../battle/ids.ts';
import type { OnlineConnection, OnlinePlace } from '../rooms/online-connections.ts';

export interface OnlineUser {
  readonly userId: UserId;
  readonly name: string;
  readonly connections: readonly (OnlinePlace & { readonly processId: string })[];
}

export interface OnlinePorts {
  /** Living processes, this one among them. Rejects with `StoreAway`. */
  processes(): Promise<readonly { readonly id: string }[]>;
  /** Connections of a process, this one or another. Rejects when it does not answer. */
  ask(processId: string): Promise<readonly OnlineConnection[]>;
}

export interface OnlineUsers {
  /** By id. */
  readonly users: readonly OnlineUser[];
  /** Processes that did not answer. */
  readonly silent: readonly string[];
}

/** Rejects with `StoreAway`. */
export async function findOnline(ports: OnlinePorts): Promise<OnlineUsers> {
  const ids = (await ports.processes()).map(({ id }) => id);
  const answers = await Promise.allSettled(ids.map((id) => ports.ask(id)));
  const users = new Map<UserId, OnlineUser>();
  for (const [index, answer] of answers.entries()) {
    if (answer.status === 'rejected') continue;
    for (const { userId, name, ...place } of answer.value) {
      const connections = users.get(userId)?.connections ?? [];
      const connection = { ...place, processId: ids[index]! };
      users.set(userId, { userId, name, connections: [...connections, connection] });
    }
  }
  return {
    users: [...users.values()].sort((a, b) => (a.userId < b.userId ? -1 : 1)),
    silent: ids.filter((_, index) => answers[index]!.status === 'rejected'),
  };
}
