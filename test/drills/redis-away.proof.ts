/**
 * Takes Redis away from a cluster in the middle of battles: for longer than any lease, gone or only mute, and again and
 * again for a moment. No process dies, so no battle may change hands.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { percentiles } from '../../loadtest/percentiles.ts';
import { playBattles } from '../../loadtest/play.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { byBattle, faultsOf } from '../../loadtest/verdict.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { checkBattle } from '../support/checker.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { abandonAll } from '../support/player.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';
import { BattleWatch } from './battle-watch.ts';
import { StoreProbes } from './store-probes.ts';

export interface Outage {
  readonly ms: number;
  /** It keeps its connections and answers nobody; otherwise it is killed, and started again on its files. */
  readonly isMute: boolean;
}

export interface RedisAwaySize {
  readonly processes: number;
  /** At once, beside those of the probes. */
  readonly battles: number;
  readonly outages: readonly Outage[];
  /** Killed and at once started again. */
  readonly restarts: number;
}

const KEYS = redisKeys('endure:');
/** Every append reaches the disk before it is acknowledged, so that not even Redis's death may cost one. */
const SAFE_REDIS = { appendonly: 'yes', appendfsync: 'always' };
const PROBE_EVERY_MS = 1_000;
/** Longest wait for the last battles to end, in milliseconds. */
const END_MS = 180_000;
const POLL_MS = 50;

/** Throws when a battle is lost, differs or changes hands, or a client is not refused, told or let go on as promised. */
export async function proveRedisAway(
  size: RedisAwaySize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  silenceSdk();
  const cluster = await startCluster(size.processes, { LOG_LEVEL: 'error' }, SAFE_REDIS);
  try {
    return await new Drill(cluster, size).run(seed, report);
  } catch (error) {
    const logs = cluster.servers.map(({ url, log }) => `--- ${url}\n${log.slice(-20).join('\n')}`);
    throw new Error(`${(error as Error).message}\n${logs.join('\n')}`, { cause: error });
  } finally {
    abandonAll();
    await cluster.dispose();
  }
}

class Drill {
  readonly #cluster: TestCluster;
  readonly #size: RedisAwaySize;
  readonly #log: RedisInputLog;
  readonly #watch = new BattleWatch();
  readonly #times = new Map<string, number[]>();
  #compared = 0;
  #isDone = false;

  constructor(cluster: TestCluster, size: RedisAwaySize) {
    this.#cluster = cluster;
    this.#size = size;
    this.#log = new RedisInputLog(cluster.redis.admin, KEYS);
  }

  async run(seed: number, report: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
    const { outages, restarts, battles } = this.#size;
    const playing = this.#play(seed);
    await this.#watch.ready(battles);
    for (const [index, outage] of outages.entries()) {
      await this.#outage(outage);
      report(`${index + 1} of ${outages.length} outages`);
    }
    for (let restart = 1; restart <= restarts; restart++) {
      await this.#unmoved(() => this.#restart());
      report(`${restart} of ${restarts} restarts`);
    }
    this.#isDone = true;
    this.#watch.over();
    const played = await Promise.race([playing, sleep(END_MS, null, { ref: false })]);
    assert(played, `battles have not ended: ${this.#watch.describe()}`);
    while ((await this.#cluster.unrecorded()) > 0) await sleep(POLL_MS);
    const stored = await readStored(this.#cluster.database);
    const rows = new Map(stored.battles.map((row) => [row.id, row]));
    const told = byBattle([...played.players, ...played.spectators]);
    const faults = [...told].flatMap(([id, transcripts]) => {
      const row = rows.get(id);
      return row ? checkBattle(row, transcripts).faults : [`${id || 'no battle'} is not stored`];
    });
    assert.deepEqual([...faultsOf(played), ...faults], []);
    return {
      processes: this.#size.processes,
      outagesMs: outages.map(({ ms }) => ms),
      restarts,
      battles: told.size,
      battlesLostOrDiffering: 0,
      battlesTakenOver: 0,
      epochsCompared: this.#compared,
      connectionsLost: played.players.reduce((sum, { cameBackBySdk }) => sum + cameBackBySdk, 0),
      refusedAfterMs: Object.fromEntries(
        [...this.#times].map(([what, times]) => [what, { ...percentiles(times), max: Math.max(...times) }]),
      ),
    };
  }

  #play(seed: number): ReturnType<typeof playBattles> {
    return playBattles({
      url: this.#cluster.url,
      accounts: signedAccounts(TEST_SECRET),
      battles: Number.MAX_SAFE_INTEGER,
      concurrency: this.#size.battles,
      formats: ['gen9randombattle', 'gen8randomdoublesbattle'],
      thinkMs: 400,
      spectators: 1,
      seed: `redis away ${seed}`,
      events: {
        joined: (bot) => this.#watch.joined(bot),
        accepted: (bot) => this.#watch.accepted(bot),
      },
      isEnough: () => this.#isDone,
    });
  }

  async #outage({ ms, isMute }: Outage): Promise<void> {
    const { redis, servers } = this.#cluster;
    const probes = await StoreProbes.open(servers, this.#times);
    await this.#unmoved(async () => {
      const until = performance.now() + ms;
      if (isMute) redis.pause();
      else await redis.kill();
      await probes.joins();
      await probes.paused();
      await probes.choices();
      while (performance.now() < until) {
        await probes.joins();
        await probes.choices();
        await sleep(PROBE_EVERY_MS);
      }
      if (isMute) redis.resume();
      else await redis.start();
      await probes.resumed();
    });
    await probes.goOn();
    await this.#leased();
  }

  async #restart(): Promise<void> {
    await this.#cluster.redis.kill();
    await this.#cluster.redis.start();
  }

  /** Does it; then all battles go on, and with the owners that they had. */
  async #unmoved(act: () => Promise<void>): Promise<void> {
    const before = await this.#epochs();
    await act();
    this.#watch.struck(this.#watch.running());
    await this.#watch.ready(this.#size.battles);
    const after = await this.#epochs();
    const moved = [...before].filter(([id, epoch]) => after.has(id) && after.get(id) !== epoch);
    assert.deepEqual(moved, [], 'battles were taken over');
    this.#compared += [...before.keys()].filter((id) => after.has(id)).length;
  }

  async #epochs(): Promise<ReadonlyMap<string, number>> {
    const epochs = new Map<string, number>();
    for await (const { id, epoch } of this.#log.living()) epochs.set(id, epoch);
    return epochs;
  }

  async #leased(): Promise<void> {
    const { admin } = this.#cluster.redis;
    const [seconds] = await admin.time();
    const leased = await admin.zcount(KEYS.leases, Number(seconds) * 1_000, '+inf');
    assert.equal(leased, this.#size.processes, `${leased} processes have a lease`);
  }
}
