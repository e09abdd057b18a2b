/** This process among others that share a Redis, or alone: who else lives, who is trusted, where a room is. */
import { matchMaker } from '@colyseus/core';
import type { BattleId } from '../battle/ids.ts';
import type { InputLog } from '../persistence/input-log/input-log.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import { Owners } from './owners.ts';
import { ProcessLease, type Leases, type ProcessInfo } from './process-lease.ts';
import type { BattleOwners } from './recovery.ts';
import { startSweeper, type Sweeper } from './sweeper.ts';
import { watchStore } from './store-watch.ts';

/** How long a battle waits for a process with its engine, in milliseconds. */
const ENGINE_GRACE_MS = 60_000;

export interface Membership {
  readonly owners: BattleOwners;
  /** Whether the others still take this process for alive. */
  isTrusted(): boolean;
  /** Living processes, this one among them. Rejects with `StoreAway`. */
  processes(): Promise<readonly ProcessInfo[]>;
  /** Where the process that has a room is reached; null for a room that nobody has. Rejects with `StoreAway`. */
  addressOf(roomId: string): Promise<ProcessInfo | null>;
  /** A process may be gone: what it had is looked for soon. */
  hint(): void;
  /** Begins to beat and to sweep; to be called once the server listens. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface MembershipPorts {
  readonly log: InputLog & { ping(): Promise<boolean> };
  readonly scheduler: Scheduler;
  /** What this process says of itself. */
  describe(): ProcessInfo;
  suspended(reason: string): void;
  restored(): void;
  /** Takes up what has no owner. */
  sweep(): Promise<void>;
  failed(error: unknown): void;
}

export function createLone(ports: MembershipPorts): Membership {
  let stop = (): void => {};
  return {
    owners: {
      // The database lets in one process only: whoever else owns a battle was this one's predecessor.
      isDead: () => Promise.resolve(true),
      living: () => Promise.resolve([ports.describe()]),
      engineGraceMs: 0,
    },
    isTrusted: () => true,
    processes: () => Promise.resolve([ports.describe()]),
    addressOf: () => Promise.resolve(null),
    hint: () => {},
    start: () => {
      const { log, scheduler } = ports;
      const watch = watchStore(log, scheduler, {
        away: () => ports.suspended('store'),
        back: () => ports.restored(),
        sweep: () => ports.sweep(),
        failed: (error) => ports.failed(error),
      });
      stop = () => watch.stop();
      return Promise.resolve();
    },
    stop: () => Promise.resolve(stop()),
  };
}

export function createMember(
  leases: Leases & { isListening(processId: string): Promise<boolean> },
  ports: MembershipPorts,
): Membership {
  const { scheduler, log } = ports;
  const owners = new Owners({ leases, isListening: (processId) => leases.isListening(processId) });
  const lease = new ProcessLease(leases, () => ports.describe(), scheduler, {
    suspended: () => ports.suspended('store'),
    restored: () => ports.restored(),
  });
  let sweeper: Sweeper | undefined;
  const sweep = async (): Promise<void> => {
    if (lease.isValid) await ports.sweep().catch((error: unknown) => ports.failed(error));
  };
  return {
    owners: {
      isDead: (processId) => owners.isDead(processId),
      living: () => leases.alive(),
      engineGraceMs: ENGINE_GRACE_MS,
    },
    isTrusted: () => lease.isValid,
    processes: () => leases.alive(),
    addressOf: async (roomId) => {
      const owner = (await log.head(roomId as BattleId))?.owner ?? (await listedAt(roomId));
      return owner ? owners.find(owner) : null;
    },
    start: async () => {
      await lease.start();
      sweeper = startSweeper(sweep, scheduler);
    },
    hint: () => sweeper?.hint(),
    stop: async () => {
      sweeper?.stop();
      await lease.stop().catch((error: unknown) => ports.failed(error));
    },
  };
}

async function listedAt(roomId: string): Promise<string | null> {
  return (await matchMaker.driver.findOne({ roomId }))?.processId ?? null;
}
