/** What the criteria are measured on: two real processes over a real Redis and a real PostgreSQL, and battles on them. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { LatencyMeter } from '../../loadtest/latency.ts';
import { playBattles, type Played } from '../../loadtest/play.ts';
import type { BattleEvents } from '../../src/rooms/messages.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { Player, type InBattle } from '../support/player.ts';
import { TEST_SECRET } from '../support/server-process.ts';

export interface AcceptanceSize {
  /** Played by bots from beginning to end. */
  readonly battles: number;
  /** On two more processes, one of which is killed. */
  readonly crashBattles: number;
  /** Connections that are cut. */
  readonly cuts: number;
}

export interface Ground {
  readonly size: AcceptanceSize;
  readonly seed: number;
  readonly cluster: TestCluster;
  /** Battles of bots, each with a spectator, once they are over and recorded; and from last choice to update. */
  readonly played: () => Promise<{ readonly played: Played; readonly latencyMs: readonly number[] }>;
}

/** Two users in a battle; `one` sits at p1. */
export interface Pair {
  readonly battleId: string;
  readonly users: readonly [Player, Player];
  readonly one: InBattle;
  readonly two: InBattle;
  readonly start: BattleEvents['BATTLE_START'];
  /** From both having asked for a battle to both having been told that it begins. Milliseconds. */
  readonly startMs: number;
}

const THINK_MS = 300;
const RECORD_MS = 10_000;
const POLL_MS = 50;

export async function openGround(size: AcceptanceSize, seed: number): Promise<Ground> {
  const env = { LOG_LEVEL: 'warn', RATE_LIMIT_EXEMPT: '127.0.0.1' };
  const cluster = await startCluster(2, env);
  let played: ReturnType<Ground['played']> | undefined;
  return { size, seed, cluster, played: () => (played ??= play(cluster, size, seed)) };
}

async function play(cluster: TestCluster, size: AcceptanceSize, seed: number) {
  const meter = new LatencyMeter();
  const played = await playBattles({
    url: cluster.url,
    accounts: signedAccounts(TEST_SECRET),
    battles: size.battles,
    concurrency: size.battles,
    formats: ['gen9randombattle'],
    thinkMs: THINK_MS,
    spectators: 1,
    seed: `acceptance ${seed}`,
    events: meter,
  });
  for (let left = RECORD_MS; left > 0 && (await unrecorded(cluster, played)); left -= POLL_MS)
    await sleep(POLL_MS);
  return { played, latencyMs: meter.values };
}

/** Other criteria have battles of their own, so only these are looked for. */
async function unrecorded(cluster: TestCluster, { players }: Played): Promise<boolean> {
  const ids = new Set(players.map(({ battleId }) => battleId));
  const answers = await Promise.all([...ids].map((id) => fetch(`${cluster.url}/replays/${id}.json`)));
  return answers.some(({ ok }) => !ok);
}

/** Two users meet in the queue of a format that nobody else queues for, each through a URL of their own. */
export async function meet(urls: readonly [string, string], format: string): Promise<Pair> {
  const users = [new Player(urls[0]), new Player(urls[1])] as const;
  const queues = await Promise.all(users.map((user) => user.enterQueue()));
  const askedAt = performance.now();
  for (const queue of queues) queue.send('JOIN_QUEUE', { format });
  const found = await Promise.all(queues.map((queue) => queue.next('MATCH_FOUND')));
  const battles = await Promise.all(users.map((user, index) => user.consume(found[index]!.seat)));
  const starts = await Promise.all(battles.map((battle) => battle.next('BATTLE_START')));
  const startMs = performance.now() - askedAt;
  await Promise.all(queues.map((queue) => queue.leave()));
  const first = starts[0]!.side === 'p1' ? 0 : 1;
  return {
    battleId: found[0]!.battleId,
    users: first === 0 ? users : [users[1], users[0]],
    one: battles[first]!,
    two: battles[1 - first]!,
    start: starts[first]!,
    startMs,
  };
}

/** The next message of this type, for which others wait no longer than seconds. Rejects when it does not come. */
export function heard<Type extends keyof BattleEvents>(
  battle: InBattle,
  type: Type,
  patienceMs: number,
): Promise<BattleEvents[Type]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${type} did not come in ${patienceMs} ms`)), patienceMs);
    const stop = battle.room.onMessage(type, (payload: BattleEvents[Type]) => {
      clearTimeout(timer);
      stop();
      resolve(payload);
    });
  });
}

/** Milliseconds for people. */
export function ms(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}
