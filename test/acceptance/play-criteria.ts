/** From the token to the last turn: what two players see of a server that works. */
import assert from 'node:assert/strict';
import jwt from 'jsonwebtoken';
import { percentiles } from '../../loadtest/percentiles.ts';
import { Player, tokenOf } from '../support/player.ts';
import type { Criterion } from './acceptance.proof.ts';
import { meet, ms, type Ground, type Pair } from './ground.ts';

const PINGS = 100;
const STARTS = 5;
const MEAN_MS = 100;
const P99_MS = 500;

async function redisConnects({ cluster }: Ground): Promise<string> {
  for (const { url } of cluster.servers) {
    const ready = (await (await fetch(`${url}/health/ready`)).json()) as { ok: boolean; checks: object };
    assert.deepEqual([ready.ok, 'redis' in ready.checks && ready.checks.redis], [true, true]);
  }
  const { admin } = cluster.redis;
  assert.deepEqual(await admin.config('GET', 'appendonly'), ['appendonly', 'yes']);
  const pings: number[] = [];
  for (let count = 0; count < PINGS; count++) {
    const at = performance.now();
    await admin.ping();
    pings.push(performance.now() - at);
  }
  return `${cluster.servers.length} processes ready, append-only file on, PING p50 ${ms(percentiles(pings).p50)}`;
}

async function tokensAreChecked({ cluster }: Ground): Promise<string> {
  const bearers = {
    good: tokenOf('acceptance'),
    none: '',
    forged: jwt.sign({ sub: 'acceptance', name: 'Eve' }, 'x'.repeat(48), { expiresIn: 60 }),
    expired: tokenOf('acceptance', { exp: Math.floor(Date.now() / 1000) - 1 }),
  };
  const statuses: number[] = [];
  const at = performance.now();
  for (const bearer of Object.values(bearers)) {
    const headers: Record<string, string> = bearer === '' ? {} : { authorization: `Bearer ${bearer}` };
    statuses.push((await fetch(`${cluster.url}/me`, { headers })).status);
  }
  assert.deepEqual(statuses, [200, 401, 401, 401]);
  return `a good token gets 200; none, a forged and an expired one get 401; ${ms((performance.now() - at) / 4)} each`;
}

async function queuesAreByFormat({ cluster }: Ground): Promise<string> {
  const formats = ['gen1randombattle', 'gen2randombattle', 'gen1randombattle', 'gen2randombattle'];
  const users = formats.map(() => new Player(cluster.url));
  const queues = await Promise.all(users.map((user) => user.enterQueue()));
  const at = performance.now();
  for (const [index, queue] of queues.entries()) queue.send('JOIN_QUEUE', { format: formats[index] });
  const found = await Promise.all(queues.map((queue) => queue.next('MATCH_FOUND')));
  const slowest = performance.now() - at;
  for (const [index, { opponent, format }] of found.entries()) {
    assert.equal(format, formats[index]);
    assert.equal(opponent.id, users[(index + 2) % 4]!.id);
  }
  await Promise.all(queues.map((queue) => queue.leave()));
  return `4 users in 2 queues are matched in theirs within ${ms(slowest)}`;
}

async function matchedAreTold({ cluster }: Ground): Promise<string> {
  const times: number[] = [];
  for (let count = 0; count < STARTS; count++) {
    const pair = await meet([cluster.url, cluster.url], 'gen3randombattle');
    assert.equal(pair.start.format, 'gen3randombattle');
    assert(pair.start.request && pair.start.lines.length > 0);
    times.push(pair.startMs);
    await forfeit(pair);
  }
  const { p50, max } = percentiles(times);
  return `${STARTS} pairs: from the queue to BATTLE_START p50 ${ms(p50)}, at most ${ms(max)}`;
}

async function movesReachBoth({ played }: Ground): Promise<string> {
  const { latencyMs } = await played();
  const { count, p50, p99 } = percentiles(latencyMs);
  const mean = latencyMs.reduce((sum, value) => sum + value, 0) / count;
  assert(mean < MEAN_MS && p99 < P99_MS, `mean ${mean}, p99 ${p99} ms`);
  return `${count} updates: mean ${ms(mean)} (under ${MEAN_MS}), p50 ${ms(p50)}, p99 ${ms(p99)} (under ${P99_MS})`;
}

async function forfeitEnds({ cluster }: Ground): Promise<string> {
  const took = await forfeit(await meet([cluster.url, cluster.url], 'gen4randombattle'));
  return `both told who gave up within ${ms(took)}`;
}

/** Milliseconds until both know. */
async function forfeit({ one, two, users }: Pair): Promise<number> {
  const at = performance.now();
  one.send('FORFEIT', {});
  const ends = await Promise.all([one.next('BATTLE_END'), two.next('BATTLE_END')]);
  const took = performance.now() - at;
  assert.deepEqual(
    ends.map(({ winner, reason }) => [winner, reason]),
    [
      [users[1].id, 'forfeit'],
      [users[1].id, 'opponent_forfeit'],
    ],
  );
  await Promise.all([one.leave(), two.leave()]);
  return took;
}

export const PLAY_CRITERIA = {
  redis: { name: 'Redis connects', measure: redisConnects },
  tokens: { name: 'JWT decides who gets in', measure: tokensAreChecked },
  queue: { name: 'Users queue by format', measure: queuesAreByFormat },
  start: { name: 'Matched users get their battle', measure: matchedAreTold },
  moves: { name: 'Moves reach both players', measure: movesReachBoth },
  forfeit: { name: 'A forfeit ends the battle', measure: forfeitEnds },
} as const satisfies Record<string, Criterion>;
