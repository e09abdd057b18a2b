/** What monitors and lists ask of this process and of the others, put together. */
import { matchMaker } from '@colyseus/core';
import { ANSWER_MS, createLiveBattles, type LiveBattles } from '../cluster/live-battles.ts';
import type { Membership } from '../cluster/membership.ts';
import { createHealth, type HealthParts } from '../health.ts';
import type { Health } from '../http/ports.ts';
import { queueRoomOf } from '../queue-ports.ts';
import type { BattleDescription } from '../rooms/battle-view.ts';
import type { Clocks, Stores } from '../stores.ts';

export interface HealthOfParts extends Omit<HealthParts, 'checks' | 'tickets' | 'wall'> {
  readonly clocks: Clocks;
  readonly stores: Pick<Stores, 'log' | 'tickets' | 'redis'> & { isDatabaseUp(): Promise<boolean> };
}

export function healthOf({ stores, clocks, ...parts }: HealthOfParts): Health {
  const { log, redis, tickets } = stores;
  const ping = (): Promise<boolean> => log.ping();
  const checks = redis ? { redis: ping, database: () => stores.isDatabaseUp() } : { database: ping };
  return createHealth({ ...parts, checks, tickets, wall: clocks.wall });
}

export interface LiveBattlesOfParts {
  readonly clocks: Clocks;
  readonly membership: Pick<Membership, 'processes'>;
  /** The battles of this process. */
  readonly liveHere: () => readonly BattleDescription[];
}

export function liveBattlesOf({ clocks, membership, liveHere }: LiveBattlesOfParts): LiveBattles {
  return createLiveBattles({
    processId: matchMaker.processId,
    processes: () => membership.processes(),
    here: liveHere,
    ask: async (processId) => {
      const call = matchMaker.remoteRoomCall(queueRoomOf(processId), 'liveHere' as never, [], ANSWER_MS);
      return (await call) as readonly BattleDescription[];
    },
    now: () => clocks.scheduler.now(),
  });
}
