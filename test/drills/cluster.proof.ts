/**
 * Kills, pauses and drains the processes of a cluster and takes their Redis away, in the middle of battles. The clients
 * are unmodified SDK clients behind a proxy that knows nothing; what they were told is then held against the stored rows
 * by a checker that knows nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts, type Accounts } from '../../loadtest/accounts.ts';
import { Bot } from '../../loadtest/bot.ts';
import { playBattles, type Played } from '../../loadtest/play.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { seededRandom, shuffled, type Random } from '../../src/battle/random.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { StateWitness } from '../support/state-witness.ts';
import { readStored } from '../support/stored-battles.ts';
import { BattleWatch } from './battle-watch.ts';
import { judge, type Verdict } from './cluster-verdict.ts';
import { PlayerWatch } from './player-watch.ts';

export const BLOWS = ['kill', 'pause', 'drain', 'redis cut', 'redis kill'] as const;
export type Blow = (typeof BLOWS)[number];

export interface ClusterSize {
  readonly processes: number;
  /** At once. */
  readonly battles: number;
  readonly blows: Readonly<Record<Blow, number>>;
  readonly formats: readonly string[];
  /** Mean time for a choice, in milliseconds. */
  readonly thinkMs: number;
}

/** Blows come up to this long after everybody is ready for them, in milliseconds. */
const SPREAD_MS = 1_500;
/** Of the blows that come while the last one is still being recovered from. */
const AT_ONCE_SHARE = 0.25;
/** Until a dead process is started again, in milliseconds. */
const DOWN_MS = 500;
/** Longer than a lease is good. */
const PAUSE_MS = { MIN: 5_000, SPREAD: 1_000 };
/** For how long Redis is away, in milliseconds. */
const REDIS_DOWN_MS = 1_000;
/** Longest wait for the last battles to end, in milliseconds. */
const END_MS = 180_000;
/** Longest wait for ended battles to be recorded, in milliseconds. */
const RECORD_MS = 15_000;
const POLL_MS = 50;
/** Every append reaches the disk before it is acknowledged, so that not even Redis's death may cost one. */
const SAFE_REDIS = { appendonly: 'yes', appendfsync: 'always' };

/** Throws when a battle is lost or differs from its row in anything, or a client saw an error not called for. */
export async function proveCluster(
  size: ClusterSize,
  seed: number,
  report: (line: string) => void,
): Promise<Verdict> {
  silenceSdk();
  const cluster = await startCluster(size.processes, { LOG_LEVEL: 'warn' }, SAFE_REDIS);
  try {
    return await new Drill(cluster, size, seed).run(report);
  } catch (error) {
    const logs = cluster.servers.map(({ url, log }) => `--- ${url}\n${log.join('\n')}`);
    throw new Error(`${(error as Error).message}\n${logs.join('\n')}`, { cause: error });
  } finally {
    await cluster.dispose();
  }
}

class Drill {
  readonly #cluster: TestCluster;
  readonly #size: ClusterSize;
  readonly #seed: number;
  readonly #random: Random;
  readonly #accounts: Accounts = signedAccounts(TEST_SECRET);
  readonly #states = new StateWitness();
  readonly #battles = new BattleWatch();
  readonly #players = new PlayerWatch();
  /** Processes that are as they should be. */
  readonly #sound: Set<ServerProcess>;
  /** Blows that are not over. */
  #striking: Promise<void>[] = [];
  /** Decoders that began after a blow, and those of them that are still there. */
  readonly #fresh = new Set<Bot>();
  #present: Bot[] = [];
  /** Those that have seen battles go on for one blow, and leave after the next. */
  #leaving: Bot[] = [];
  readonly #shutOut: string[] = [];
  #isDone = false;

  constructor(cluster: TestCluster, size: ClusterSize, seed: number) {
    this.#cluster = cluster;
    this.#size = size;
    this.#seed = seed;
    this.#random = seededRandom(`cluster ${seed}`);
    this.#sound = new Set(cluster.servers);
  }

  async run(report: (line: string) => void): Promise<Verdict> {
    const playing = this.#play();
    const blows = shuffled<Blow>(
      this.#random,
      BLOWS.flatMap((kind) => Array<Blow>(this.#size.blows[kind]).fill(kind)),
    );
    for (const [index, blow] of blows.entries()) {
      const isAtOnce = index > 0 && this.#random() < AT_ONCE_SHARE;
      if (!isAtOnce || this.#sound.size < 2 || blow.startsWith('redis')) await this.#settle();
      await sleep(this.#random() * SPREAD_MS);
      this.#begin(blow);
      report(`${index + 1} of ${blows.length} blows: ${blow}`);
    }
    await this.#settle();
    this.#isDone = true;
    this.#battles.over();
    const played = await Promise.race([playing, sleep(END_MS, null, { ref: false })]);
    if (!played) throw new Error(`battles have not ended: ${this.#battles.describe()}`);
    const unrecorded = await this.#recorded();
    const stored = await readStored(this.#cluster.database);
    const faults = [...this.#shutOut, ...(unrecorded > 0 ? [`${unrecorded} battles are not recorded`] : [])];
    return judge({
      blows: this.#size.blows,
      played,
      stored,
      states: this.#states,
      fresh: this.#fresh,
      waits: this.#players.figures(),
      faults,
    });
  }

  #play(): Promise<Played> {
    const { battles, formats, thinkMs } = this.#size;
    return playBattles({
      url: this.#cluster.url,
      accounts: this.#accounts,
      battles: Number.MAX_SAFE_INTEGER,
      concurrency: battles,
      formats,
      thinkMs,
      spectators: 1,
      seed: String(this.#seed),
      events: {
        joined: (bot) => {
          this.#battles.joined(bot);
          this.#players.joined(bot);
        },
        accepted: (bot) => {
          this.#battles.accepted(bot);
          this.#players.accepted(bot);
        },
        updated: (bot) => this.#states.updated(bot),
      },
      isEnough: () => this.#isDone,
    });
  }

  /** Resolves when all blows are over and all that they broke off goes on. */
  async #settle(): Promise<void> {
    await Promise.all(this.#striking);
    this.#striking = [];
    await this.#battles.ready(this.#size.battles);
    const leaving = this.#leaving;
    this.#leaving = this.#present;
    this.#present = [];
    await Promise.all(leaving.map((bot) => bot.stop()));
  }

  #begin(blow: Blow): void {
    const strike = blow.startsWith('redis') ? this.#strikeRedis(blow) : this.#strikeProcess(blow);
    // Whoever settles hears of it.
    strike.catch(() => {});
    this.#striking.push(strike);
  }

  async #strikeRedis(blow: Blow): Promise<void> {
    const { redis } = this.#cluster;
    this.#struck(blow, this.#battles.running());
    if (blow === 'redis cut') {
      await redis.cut();
      await redis.admin.client('KILL', 'TYPE', 'pubsub');
      return;
    }
    await redis.kill();
    await sleep(REDIS_DOWN_MS);
    await redis.start();
  }

  async #strikeProcess(blow: Blow): Promise<void> {
    const server = shuffled(this.#random, [...this.#sound])[0]!;
    this.#sound.delete(server);
    const hit = await this.#cluster.hostedBy(server);
    this.#struck(blow, hit);
    if (blow === 'pause') {
      server.signal('SIGSTOP');
      await sleep(PAUSE_MS.MIN + this.#random() * PAUSE_MS.SPREAD);
      server.signal('SIGCONT');
    } else {
      await server.kill(blow === 'drain' ? 'SIGTERM' : 'SIGKILL');
      await sleep(DOWN_MS);
      await server.start();
    }
    this.#sound.add(server);
    await Promise.all(hit.map((battleId) => this.#send(battleId)));
  }

  #struck(blow: Blow, hit: readonly string[]): void {
    this.#battles.struck(blow);
    this.#players.struck(blow, hit);
  }

  /** A decoder that knows nothing yet: what it shows is what the server has. */
  async #send(battleId: string): Promise<void> {
    const bot = new Bot({
      url: this.#cluster.url,
      account: await this.#accounts.take(),
      format: '',
      random: this.#random,
      thinkMs: 0,
      events: { updated: (seer) => this.#states.updated(seer) },
    });
    this.#fresh.add(bot);
    try {
      if (await bot.join(battleId)) this.#present.push(bot);
    } catch (error) {
      this.#shutOut.push(`${battleId} lets no spectator in: ${(error as Error).message}`);
    }
  }

  /** How many battles are still not recorded when they ought to be. */
  async #recorded(): Promise<number> {
    const startedAt = performance.now();
    for (;;) {
      const count = await this.#cluster.unrecorded();
      if (count === 0 || performance.now() - startedAt > RECORD_MS) return count;
      await sleep(POLL_MS);
    }
  }
}
