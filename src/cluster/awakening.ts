/**
 * After a suspension: one call tells which battles this process has still. Those go on with `resume`; in those that
 * somebody else has claimed meanwhile nothing more is tried.
 */
import type { BattleId } from '../battle/ids.ts';
import type { InputLog } from '../persistence/input-log/input-log.ts';
import type { BattleSession } from '../rooms/battle-session.ts';
import { persist } from '../rooms/persist.ts';
import type { Scheduler } from '../rooms/scheduler.ts';

export interface SleepingRoom {
  readonly roomId: string;
  readonly metadata: { readonly epoch: number };
  readonly session: Pick<BattleSession, 'isSuspended' | 'wake' | 'lose'>;
}

export interface AwakeningPorts {
  readonly log: Pick<InputLog, 'epochs'>;
  readonly rooms: Iterable<SleepingRoom>;
  readonly scheduler: Scheduler;
}

/** To be called whenever the store may be back; resolves when it has answered, however long that takes. One at a time. */
export function createAwakening({ log, rooms, scheduler }: AwakeningPorts): () => Promise<void> {
  let underWay: Promise<void> | null = null;
  let isAsked = false;
  const awake = async (): Promise<void> => {
    const asleep = [...rooms].filter(({ session }) => session.isSuspended);
    if (asleep.length === 0) return;
    const ids = asleep.map(({ roomId }) => roomId as BattleId);
    const epochs = await persist(
      () => log.epochs(ids),
      scheduler,
      () => {},
    );
    for (const { roomId, metadata, session } of asleep) {
      // One that does not live has nothing written into it by its `resume`, and is told so.
      const epoch = epochs.get(roomId as BattleId) ?? 0;
      if (epoch > metadata.epoch) session.lose();
      else session.wake();
    }
  };
  // Who fell asleep after the question was put is not in it: another call, another look.
  const untilNobodyAsks = async (): Promise<void> => {
    while (isAsked) {
      isAsked = false;
      await awake();
    }
  };
  return () => {
    isAsked = true;
    underWay ??= untilNobodyAsks().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
