/** Many short battles on a real server over a real Redis and PostgreSQL, and what is left of them there when they are over. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { freePort } from '../support/free-port.ts';
import { handlesOf, heapOf } from '../support/inspected.ts';
import { runSql } from '../support/postgres.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { ShortPlayer } from './short-player.ts';

export interface FlatSize {
  readonly battles: number;
  /** Played before the first look: caches fill, code is compiled. */
  readonly warmUp: number;
  readonly players: number;
  /** Whether rooms are waited for until they are gone, so that listings and the heap can be compared. */
  readonly isHeapMeasured: boolean;
}

const FORMAT = 'gen1randombattle';
/** A room stays for 30 s after its battle. Milliseconds. */
const ROOMS_GONE_MS = 35_000;
/** The longest that anything of a battle may stay in Redis. Milliseconds. */
const EXPIRY_MAX_MS = 600_000;
const RECORDED_MS = 30_000;
const POLL_MS = 50;
const HEAP_GROWTH_MAX = 0.05;
/** What pools of connections may open or close between two looks. */
const HANDLE_GROWTH_MAX = 20;

interface Left {
  /** Sizes of the keys that stay, by name. */
  readonly lasting: Readonly<Record<string, number>>;
  /** Keys that expire, with the milliseconds that they have. */
  readonly expiring: ReadonlyMap<string, number>;
  readonly heapMiB: number;
  /** By kind. */
  readonly handles: Readonly<Record<string, number>>;
  /** Open files and sockets, where /proc tells them. */
  readonly descriptors: number;
}

export async function proveFlat(
  size: FlatSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  silenceSdk();
  const inspector = await freePort();
  const cluster = await startCluster(1, { NODE_OPTIONS: `--inspect=127.0.0.1:${inspector}` });
  try {
    const look = async (battles: number): Promise<Left> => {
      if (size.isHeapMeasured) await sleep(ROOMS_GONE_MS);
      await recorded(cluster, battles);
      const heap = size.isHeapMeasured ? await heapOf(inspector) : 0;
      const { lasting, expiring } = await leftIn(cluster.redis.admin);
      // A listing goes with its room.
      if (!size.isHeapMeasured) delete lasting['roomcaches'];
      const handles = size.isHeapMeasured ? await handlesOf(inspector) : {};
      const descriptors = descriptorsOf(cluster.servers[0]!.pid);
      return { lasting, expiring, heapMiB: Math.round(heap / 2 ** 18) / 4, handles, descriptors };
    };
    const first = await playMany(cluster, size.warmUp, size.players, () => {});
    const before = await look(first);
    const begunAt = performance.now();
    const second = await playMany(cluster, size.battles, size.players, (ended) =>
      report(`${ended} of ${size.battles} battles`),
    );
    const seconds = (performance.now() - begunAt) / 1_000;
    const after = await look(first + second);
    assert.deepEqual(after.lasting, before.lasting, 'keys that do not expire are not what they were');
    const longest = Math.max(...after.expiring.values());
    assert(longest <= EXPIRY_MAX_MS, `something expires only after ${longest} ms`);
    const heapGrowth = size.isHeapMeasured ? after.heapMiB / before.heapMiB - 1 : 0;
    const left = await timePassed(cluster.redis.admin, after.expiring);
    const figures = {
      battles: second,
      battlesPerSecond: Math.round((second / seconds) * 10) / 10,
      lastingKeys: Object.keys(after.lasting).length,
      expiringKeys: {
        before: before.expiring.size,
        after: after.expiring.size,
        onceTheirTimeHasPassed: left,
      },
      longestExpiryMs: longest,
      heapMiB: { before: before.heapMiB, after: after.heapMiB },
      heapGrowth,
      handles: { before: before.handles, after: after.handles },
      descriptors: { before: before.descriptors, after: after.descriptors },
      seed,
    };
    assert.equal(left, 0, JSON.stringify(figures));
    assert(heapGrowth <= HEAP_GROWTH_MAX, JSON.stringify(figures));
    if (!size.isHeapMeasured) return figures;
    const grown = [total(after.handles) - total(before.handles), after.descriptors - before.descriptors];
    assert(Math.max(...grown) <= HANDLE_GROWTH_MAX, JSON.stringify(figures));
    return figures;
  } catch (error) {
    throw new Error([(error as Error).message, ...cluster.servers[0]!.log].join('\n'), { cause: error });
  } finally {
    await cluster.dispose();
  }
}

/** At least so many battles; answers how many they were in the end. */
async function playMany(
  cluster: TestCluster,
  battles: number,
  players: number,
  onProgress: (ended: number) => void,
): Promise<number> {
  const accounts = signedAccounts(TEST_SECRET);
  const over = Promise.withResolvers<void>();
  let ended = 0;
  const onEnd = (): void => {
    ended++;
    if (ended % 100 === 0) onProgress(ended);
    if (ended >= battles) over.resolve();
  };
  await Promise.all(
    Array.from({ length: players }, async () => {
      const player = new ShortPlayer(cluster.url, await accounts.take(), FORMAT);
      await player.play(over.promise, onEnd);
    }),
  );
  return ended;
}

/** Throws unless exactly these are recorded, once, before long. */
async function recorded(cluster: TestCluster, battles: number): Promise<void> {
  const begunAt = performance.now();
  while ((await cluster.unrecorded()) > 0) {
    assert(performance.now() - begunAt < RECORDED_MS, 'battles are not recorded');
    await sleep(POLL_MS);
  }
  const { rows } = await runSql(cluster.database, 'select count(*)::int as count from battles');
  assert.deepEqual(rows, [{ count: battles }]);
}

async function leftIn(
  admin: Redis,
): Promise<{ lasting: Record<string, number>; expiring: Map<string, number> }> {
  const lasting: Record<string, number> = {};
  const expiring = new Map<string, number>();
  for (const key of (await admin.keys('*')).sort()) {
    const ms = await admin.pttl(key);
    if (ms > 0) expiring.set(key, ms);
    else if (ms === -1) lasting[key] = await sizeOf(admin, key);
  }
  return { lasting, expiring };
}

function descriptorsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function sizeOf(admin: Redis, key: string): Promise<number> {
  const type = await admin.type(key);
  if (type === 'zset') return admin.zcard(key);
  if (type === 'set') return admin.scard(key);
  if (type === 'hash') return admin.hlen(key);
  return type === 'list' ? admin.llen(key) : 1;
}

/** Runs the time that these keys have forward, a thousandfold. Answers how many there are then. */
async function timePassed(admin: Redis, expiring: ReadonlyMap<string, number>): Promise<number> {
  for (const [key, ms] of expiring) await admin.pexpire(key, Math.ceil(ms / 1_000), 'LT');
  await sleep(Math.ceil(EXPIRY_MAX_MS / 1_000));
  let left = 0;
  for (const key of expiring.keys()) left += await admin.exists(key);
  return left;
}
