/** The figures of a process that has something of everything. */
import type { FormatId } from '../../src/battle/ids.ts';
import type { FigureParts, Figures } from '../../src/figures.ts';

export const SELF = {
  id: 'p-1',
  host: '127.0.0.1',
  port: 2567,
  engine: 'engine-1',
  battles: 3,
  connections: 7,
  isDraining: false,
  startedAt: 1_800_000_000_000,
};

const NOBODY = { battles: 0, meanAgeMs: null, players: 0, spectators: 0 };
const health = {
  isHealthy: true,
  publisherReady: true,
  subscriberReady: true,
  activeSubscriptions: 4,
  reconnectAttempts: 0,
  roundTripMs: 2,
};
const published = { totalPublished: 5, successfulPublishes: 4, failedPublishes: 1, lastPublishTime: 1 };
const received = { totalReceived: 6, processedEvents: 4, failedEvents: 2, lastReceiveTime: 1 };

type Statistics = Figures['bus']['statistics'];

/** What a process has at hand; its stores are the test's. */
export const PARTS: Pick<
  FigureParts,
  | 'describe'
  | 'isSuspended'
  | 'counts'
  | 'orphans'
  | 'battles'
  | 'sockets'
  | 'canary'
  | 'relay'
  | 'bus'
  | 'loopDelay'
  | 'pools'
> = {
  describe: () => SELF,
  isSuspended: () => true,
  counts: { recoveries: 2, fencings: 1, suspensions: 0, voids: 0 },
  orphans: () => 0,
  battles: () => ({
    playing: { battles: 2, meanAgeMs: 60_000, players: 4, spectators: 1 },
    paused: NOBODY,
    ended: { battles: 1, meanAgeMs: 90_000, players: 1, spectators: 0 },
  }),
  sockets: () => ({ all: 7, matchmaking: 1, ladder: 0 }),
  canary: { figures: { asked: 3, lost: 1, roundTripMs: 4 } },
  relay: { statistics: { active: 1, relayed: 5, unanswered: 2, refused: 3 } },
  bus: {
    health,
    statistics: {
      publisher: { ...published, channelStats: {} as Statistics['publisher']['channelStats'] },
      subscriber: { ...received, channelStats: {} as Statistics['subscriber']['channelStats'] },
    },
  },
  loopDelay: {
    read: () => ({ p50: 1, p99: 20, max: 30 }),
    sinceStart: () => ({ p50: 1, p99: 10, max: 90 }),
  },
  pools: () => ({ orm: { size: 5, idle: 3, waiting: 2 } }),
};

export const SHARED: Pick<Figures, 'processes' | 'queues' | 'outbox' | 'redis' | 'stores'> = {
  processes: [SELF],
  queues: { ['gen9ou' as FormatId]: 2 },
  outbox: { waiting: 4, aside: 1, oldestMs: 5_000 },
  redis: {
    usedMemory: 1_000_000,
    peakMemory: 2_000_000,
    maxMemory: 0,
    keys: 12,
    evictedKeys: 0,
    clients: 9,
    operationsPerSecond: 1,
    uptime: 10,
    isAppendOnly: true,
  },
  stores: { database: true, redis: false },
};
