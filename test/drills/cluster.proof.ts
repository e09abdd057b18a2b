/**
 * Strikes the processes of a cluster, their Redis and their clients' sockets in the middle of battles. The clients are
 * unmodified SDK clients behind a proxy that knows nothing; what they were told is then held against the stored rows by a
 * checker that knows nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { percentiles, type Percentiles } from '../../loadtest/percentiles.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { shuffled } from '../../src/battle/random.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { DURABLE } from '../support/redis.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';
import { BLOW_KINDS, mixed, type Blow } from './blows.ts';
import { Drill, type DrillSize } from './drill.ts';
import { ProcessTally, type Tally } from './process-tally.ts';
import { figuresOf, judge, type Figures, type Verdict } from './verdict.ts';

export type Blows = Readonly<Partial<Record<Blow, number>>>;

export interface ClusterSize extends DrillSize {
  readonly processes: number;
  readonly blows: Blows;
  /** Battles on a process that is killed, at the least. */
  readonly hostedMin?: number;
}

export interface ClusterFigures extends Figures, Tally {
  readonly blows: Blows;
  /** Battles on the processes that were killed. */
  readonly hostedByKilled: Percentiles;
}

/** Blows come up to this long after everybody is ready for them, in milliseconds. */
const SPREAD_MS = 1_500;
/** Of the blows that come while the last one is still being recovered from. */
const AT_ONCE_SHARE = 0.25;
/** Longest wait for a process to have enough battles, in milliseconds. */
const FILL_MS = 60_000;
/** Longest wait for ended battles to be recorded, in milliseconds. */
const RECORD_MS = 15_000;
const POLL_MS = 50;
/** Every append reaches the disk before it is acknowledged, so that not even Redis's death may cost one. */
const SAFE_REDIS = { ...DURABLE, appendfsync: 'always' };

/**
 * What an absence of processes or of the store may cost a client; NOT_FOUND when the process that gave out a seat died
 * before it was taken.
 */
const CALLED_FOR =
  /^(NOT_FOUND|REDIS_UNAVAILABLE|CONNECTION_FAILED|SERVER_DRAINING|QUEUE_CLOSED \d+|CLOSED \d+|ALREADY_IN_BATTLE)$/;

/** Throws when a battle is lost or differs from its row in anything, or a client saw an error not called for. */
export async function proveCluster(
  size: ClusterSize,
  seed: number,
  report: (line: string) => void,
): Promise<ClusterFigures> {
  return figuresOf(await drillCluster(size, seed, report));
}

/** Rejects when the drill cannot be carried through. A fault is told with the logs of all processes. */
export async function drillCluster(
  size: ClusterSize,
  seed: number,
  report: (line: string) => void,
): Promise<Verdict<ClusterFigures>> {
  silenceSdk();
  const settings = size.blows['redis kill'] ? SAFE_REDIS : DURABLE;
  const cluster = await startCluster(size.processes, { LOG_LEVEL: 'warn' }, settings);
  const logs = (): string =>
    cluster.servers.map(({ url, log }) => `--- ${url}\n${log.join('\n')}`).join('\n');
  try {
    const { figures, faults } = await new ClusterDrill(cluster, size, seed, report).run();
    return { figures, faults: faults.length > 0 ? [...faults, logs()] : [] };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${logs()}`, { cause: error });
  } finally {
    await cluster.dispose();
  }
}

class ClusterDrill {
  readonly #cluster: TestCluster;
  readonly #size: ClusterSize;
  readonly #drill: Drill;
  readonly #report: (line: string) => void;
  readonly #tally = new ProcessTally();
  readonly #hosted: number[] = [];
  /** Processes that are as they should be. */
  readonly #sound: Set<ServerProcess>;
  /** Blows that are not over. */
  #striking: Promise<void>[] = [];

  constructor(cluster: TestCluster, size: ClusterSize, seed: number, report: (line: string) => void) {
    this.#cluster = cluster;
    this.#size = size;
    this.#report = report;
    this.#sound = new Set(cluster.servers);
    this.#drill = new Drill(cluster.url, size, seed);
  }

  async run(): Promise<Verdict<ClusterFigures>> {
    const { random } = this.#drill;
    const blows = mixed(random, this.#size.blows);
    for (const [index, blow] of blows.entries()) {
      const isAtOnce = index > 0 && random() < AT_ONCE_SHARE;
      if (!isAtOnce || this.#sound.size < 2 || blow.startsWith('redis')) await this.#settle();
      await sleep(random() * SPREAD_MS);
      await this.#begin(blow);
      this.#report(`${index + 1} of ${blows.length} blows: ${blow}`);
    }
    await this.#settle();
    const played = await this.#drill.finish();
    for (const server of this.#cluster.servers) await this.#tally.add(server);
    const unrecorded = await this.#recorded();
    if (unrecorded > 0) this.#drill.faults.push(`${unrecorded} battles are not recorded`);
    const stored = await readStored(this.#cluster.database);
    const { figures, faults } = await judge(this.#drill, played, stored, CALLED_FOR, this.#report);
    const tally = this.#tally.figures();
    const hostedByKilled = percentiles(this.#hosted);
    return {
      figures: { blows: this.#size.blows, ...figures, ...tally, hostedByKilled },
      faults: tally.voids > 0 ? [...faults, `${tally.voids} battles were ended by a fault`] : faults,
    };
  }

  /** Resolves when all blows are over and all that they broke off goes on. */
  async #settle(): Promise<void> {
    await Promise.all(this.#striking);
    this.#striking = [];
    await this.#drill.settled();
  }

  /** Resolves when it is struck, which is not when it is over. */
  async #begin(blow: Blow): Promise<void> {
    const server = BLOW_KINDS[blow].target === 'process' ? await this.#victim(blow) : undefined;
    const hit = server ? await this.#cluster.hostedBy(server) : this.#drill.battles.running();
    if (blow === 'kill') this.#hosted.push(hit.length);
    const strike = this.#strike(blow, server, hit);
    // Whoever settles hears of it.
    strike.catch(() => {});
    this.#striking.push(strike);
  }

  async #strike(blow: Blow, server: ServerProcess | undefined, hit: readonly string[]): Promise<void> {
    const kind = BLOW_KINDS[blow];
    const { random } = this.#drill;
    const urge = this.#drill.struck(blow, hit, {
      isDropping: kind.isDropping,
      isProcess: server !== undefined,
    });
    const over = kind.strike({ cluster: this.#cluster, random, server: server ?? this.#cluster.servers[0]! });
    setImmediate(urge);
    await over;
    if (!server) return;
    this.#sound.add(server);
    await this.#drill.send(hit);
  }

  /** A sound process, sound no longer. What is killed must have enough battles; what ends has told what it counted. */
  async #victim(blow: Blow): Promise<ServerProcess> {
    const hostedMin = blow === 'kill' ? (this.#size.hostedMin ?? 0) : 0;
    const startedAt = performance.now();
    for (;;) {
      for (const server of shuffled(this.#drill.random, [...this.#sound])) {
        if ((await this.#cluster.hostedBy(server)).length < hostedMin) continue;
        this.#sound.delete(server);
        if (BLOW_KINDS[blow].isEnd) await this.#tally.add(server);
        return server;
      }
      if (performance.now() - startedAt > FILL_MS) throw new Error(`no process has ${hostedMin} battles`);
      await sleep(POLL_MS);
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
