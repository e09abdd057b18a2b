/** Everything that a drill does to a cluster, kind by kind. */
import { setTimeout as sleep } from 'node:timers/promises';
import { shuffled, type Random } from '../../src/battle/random.ts';
import type { TestCluster } from '../support/cluster.ts';
import type { ServerProcess } from '../support/server-process.ts';

/** Until a dead process is started again, in milliseconds. */
const DOWN_MS = 500;
/** Longer than a lease is good. */
const PAUSE_MS = { MIN: 5_000, MAX: 6_000 };
/** For how long Redis is away, in milliseconds. */
const REDIS_DOWN_MS = 1_000;
/** How much later what goes to or comes from Redis arrives, and for how long that lasts. */
const SLOW_MS = { MIN: 200, MAX: 800 };
const SLOW_FOR_MS = { MIN: 3_000, MAX: 6_000 };
/** Shorter and longer than the server waits for a client that says nothing. */
const MUTE_MS = { MIN: 3_000, MAX: 12_000 };

/** What a blow is struck at, and with which chance. */
export interface Field {
  readonly cluster: TestCluster;
  readonly random: Random;
  /** The process that is struck, where the blow is one to a process. */
  readonly server: ServerProcess;
}

interface Kind {
  /** What it hits: the battles of one process, or all. */
  readonly target: 'process' | 'all';
  /** The process that is struck ends; what it counted is lost with it. */
  readonly isEnd: boolean;
  /** Clients are dropped by it, those who have to do with what is struck, or some. */
  readonly isDropping: boolean;
  /** Begins at once; resolves when everything is as it was. */
  strike(field: Field): Promise<void>;
}

const kinds = {
  kill: { target: 'process', isEnd: true, isDropping: true, strike: (field) => replace(field, 'SIGKILL') },
  drain: { target: 'process', isEnd: true, isDropping: true, strike: (field) => replace(field, 'SIGTERM') },
  pause: {
    target: 'process',
    isEnd: false,
    isDropping: true,
    strike: async ({ server, random }) => {
      server.signal('SIGSTOP');
      await sleep(between(random, PAUSE_MS));
      server.signal('SIGCONT');
    },
  },
  'redis cut': {
    target: 'all',
    isEnd: false,
    isDropping: false,
    strike: async ({ cluster: { redis } }) => {
      await redis.cut();
      await redis.admin.client('KILL', 'TYPE', 'pubsub');
    },
  },
  'redis kill': {
    target: 'all',
    isEnd: false,
    isDropping: false,
    strike: async ({ cluster: { redis } }) => {
      await redis.kill();
      await sleep(REDIS_DOWN_MS);
      await redis.start();
    },
  },
  'redis slow': {
    target: 'all',
    isEnd: false,
    isDropping: false,
    strike: async ({ cluster: { redisLink }, random }) => {
      redisLink.delay(between(random, SLOW_MS));
      await sleep(between(random, SLOW_FOR_MS));
      redisLink.delay(0);
    },
  },
  'sockets cut': {
    target: 'all',
    isEnd: false,
    isDropping: true,
    strike: ({ cluster: { proxy }, random }) => {
      proxy.cut(allOrHalf(random));
      return Promise.resolve();
    },
  },
  'sockets mute': {
    target: 'all',
    isEnd: false,
    isDropping: true,
    strike: ({ cluster: { proxy }, random }) => proxy.mute(allOrHalf(random), between(random, MUTE_MS)),
  },
} as const satisfies Record<string, Kind>;

export type Blow = keyof typeof kinds;
export const BLOW_KINDS: Readonly<Record<Blow, Kind>> = kinds;
export const BLOWS = Object.keys(kinds) as readonly Blow[];

/** So many of each, in an order of chance. */
export function mixed(random: Random, counts: Readonly<Partial<Record<Blow, number>>>): readonly Blow[] {
  return shuffled(
    random,
    BLOWS.flatMap((kind) => Array<Blow>(counts[kind] ?? 0).fill(kind)),
  );
}

async function replace({ server }: Field, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  await server.kill(signal);
  await sleep(DOWN_MS);
  await server.start();
}

function between(random: Random, { MIN, MAX }: { readonly MIN: number; readonly MAX: number }): number {
  return MIN + random() * (MAX - MIN);
}

function allOrHalf(random: Random): () => boolean {
  const share = random() < 0.5 ? 1 : 0.5;
  return () => random() < share;
}
