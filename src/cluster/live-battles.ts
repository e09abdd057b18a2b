/**
 * The battles that are being played, in all processes. Each is asked for its own when somebody wants to know, at most
 * once a second: a listing that every turn keeps up to date would cost far more. Who does not answer is left out.
 */
import type { BattleId, FormatId } from '../battle/ids.ts';
import type { BattleDescription } from '../rooms/battle-view.ts';

export type PlayedBattle = Omit<BattleDescription, 'isPlayed'>;

export interface LiveBattlesPorts {
  /** Of this process. */
  readonly processId: string;
  /** Living processes, this one among them. Rejects with `StoreAway`. */
  processes(): Promise<readonly { readonly id: string }[]>;
  /** Descriptions of this process's battles, those that are over among them. */
  here(): readonly BattleDescription[];
  /** What `here` says in another process. Rejects when that one does not answer. */
  ask(processId: string): Promise<readonly BattleDescription[]>;
  /** Milliseconds, monotonic. */
  now(): number;
}

export interface LiveBattles {
  /** Oldest first. Those of other processes may be a second old. Rejects with `StoreAway`. */
  list(format?: FormatId): Promise<readonly PlayedBattle[]>;
}

/** How long a process is given to tell its battles, in milliseconds. */
export const ANSWER_MS = 1_000;
const FRESH_MS = 1_000;

export function createLiveBattles(ports: LiveBattlesPorts): LiveBattles {
  let askedAt = Number.NEGATIVE_INFINITY;
  let elsewhere: Promise<readonly BattleDescription[]> = Promise.resolve([]);

  const askOthers = async (): Promise<readonly BattleDescription[]> => {
    const others = (await ports.processes()).filter(({ id }) => id !== ports.processId);
    const answers = await Promise.allSettled(others.map(({ id }) => ports.ask(id)));
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
  const others = (): typeof elsewhere => {
    if (ports.now() - askedAt < FRESH_MS) return elsewhere;
    askedAt = ports.now();
    elsewhere = askOthers();
    elsewhere.catch(() => (askedAt = Number.NEGATIVE_INFINITY));
    return elsewhere;
  };

  return {
    list: async (format) =>
      newestViews([...(await others()), ...ports.here()])
        .flatMap(({ isPlayed, ...battle }) => (isPlayed ? battle : []))
        .filter((battle) => format === undefined || battle.format === format)
        .sort((a, b) => a.startedAt - b.startedAt || (a.battleId < b.battleId ? -1 : 1)),
  };
}

/** A battle on its way from one process to another may be told of by both: who has played it on knows better. */
function newestViews(battles: readonly BattleDescription[]): BattleDescription[] {
  const newest = new Map<BattleId, BattleDescription>();
  for (const battle of battles) {
    const known = newest.get(battle.battleId);
    if (!known || progressOf(battle) >= progressOf(known)) newest.set(battle.battleId, battle);
  }
  return [...newest.values()];
}

function progressOf({ turn, isPlayed }: BattleDescription): number {
  return isPlayed ? turn : Number.POSITIVE_INFINITY;
}
