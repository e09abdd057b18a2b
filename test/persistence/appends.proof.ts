/** Appends of many battles over connections that are cut all the time: each lands once, in its order. */
import assert from 'node:assert/strict';
import { percentiles } from '../../loadtest/percentiles.ts';
import type { BattleId } from '../../src/battle/ids.ts';
import { seededRandom } from '../../src/battle/random.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { connectRedis } from '../../src/persistence/redis/connection.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { DURABLE, freshKeys, startTestRedis, type TestRedis } from '../support/redis.ts';
import { appendUntilAnswered, assertAllThere, type Written } from './appending.ts';
import { claimNow, opened } from './living.ts';
import { choice } from './sample.ts';

export interface AppendsSize {
  /** In the middle of commands and replies, and by Redis itself. */
  readonly cuts: number;
  /** In flight at once. */
  readonly battles: number;
  /** Of which the latency is measured. */
  readonly measured: number;
}

/** Appends of one battle between two of Redis's own cuts. */
const CUT_EVERY = 5;

export async function proveAppends(
  size: AppendsSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const port = await freePort();
  const server = await startTestRedis({ ...DURABLE, port: String(port), bind: '127.0.0.1' });
  try {
    const cut = await underCuts(server, size, seed, report);
    report(`${size.measured} appends without cuts`);
    const redis = connectRedis(`redis://127.0.0.1:${port}`);
    const log = new RedisInputLog(redis, freshKeys());
    const latencyMs = {
      one: await latencies(log, 1, size.measured),
      [`${size.battles} at once`]: await latencies(log, size.battles, size.measured),
    };
    redis.disconnect();
    return { ...cut, latencyMs };
  } finally {
    await server.stop();
  }
}

async function underCuts(
  server: TestRedis,
  size: AppendsSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const proxy = await startCuttingProxy(server.address, seededRandom(`appends ${seed}`));
  const redis = connectRedis(proxy.address);
  try {
    const keys = freshKeys();
    const safe = new RedisInputLog(server.connect(), keys);
    const log = new RedisInputLog(redis, keys);
    const battles = await Promise.all(Array.from({ length: size.battles }, () => opened(safe)));
    const epochs = new Map<BattleId, number>();
    for (const { id } of battles) epochs.set(id, (await claimNow(safe, id)).epoch);
    // Redis has to know the script: whole, it is longer than what a connection takes here.
    const { id: first } = await opened(safe);
    await safe.append(first, (await claimNow(safe, first)).epoch, 0, choice(0));
    const { cuts } = proxy;
    let byRedis = 0;
    const total = (): number => cuts.inCommands + cuts.inReplies + byRedis;
    const written = await Promise.all(
      battles.map(({ id }, battle) =>
        appendWhile(log, id, epochs.get(id)!, (index) => {
          if (battle === 0 && index % 100 === 0)
            report(`${Math.min(total(), size.cuts)} of ${size.cuts} cuts`);
          if (battle === 0 && index % CUT_EVERY === 0) {
            byRedis++;
            void server.cut();
          }
          return total() < size.cuts;
        }),
      ),
    );
    proxy.heal();
    await Promise.all(battles.map(({ id }, battle) => assertAllThere(safe, id, written[battle]!)));
    for (const { at } of written)
      assert(
        at.every((time, index) => index === 0 || time >= at[index - 1]!),
        'time went backwards',
      );
    const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
    return {
      cuts: { ...cuts, byRedis },
      battles: size.battles,
      appends: sum(written.map(({ at }) => at.length)),
      toldStoreAway: sum(written.map(({ away }) => away)),
    };
  } finally {
    redis.disconnect();
    await proxy.close();
  }
}

/** Choices 0, 1, … for as long as `goesOn` says, and one more; each is acknowledged before the next. */
async function appendWhile(
  log: InputLog,
  id: BattleId,
  epoch: number,
  goesOn: (index: number) => boolean,
): Promise<Written> {
  const at: number[] = [];
  let away = 0;
  for (let index = 0; index === 0 || goesOn(index); index++) {
    const answer = await appendUntilAnswered(log, [id, epoch, index, choice(index)], () => {
      away++;
    });
    assert(answer.kind === 'appended', `${id}, entry ${index}: ${answer.kind}`);
    at.push(answer.at);
  }
  return { at, away };
}

async function latencies(log: InputLog, battles: number, count: number): Promise<unknown> {
  const openings = await Promise.all(Array.from({ length: battles }, () => opened(log)));
  const ms: number[] = [];
  await Promise.all(
    openings.map(async ({ id }) => {
      const { epoch } = await claimNow(log, id);
      for (let index = 0; index < count / battles; index++) {
        const begunAt = performance.now();
        await log.append(id, epoch, index, choice(index));
        ms.push(performance.now() - begunAt);
      }
    }),
  );
  const { p50, p99, max } = percentiles(ms);
  return { p50, p99, max };
}
