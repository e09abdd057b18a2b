/**
 * Users by the thousand queue at processes that die under them. What each was told, and what Redis and PostgreSQL hold,
 * must add up: nobody meets himself, sits in two battles at once, or meets somebody who had long gone; and everybody who
 * stayed has a battle or a place in the queue.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { percentiles, type Percentiles } from '../../loadtest/percentiles.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { seededRandom, shuffled, type Random } from '../../src/battle/random.ts';
import type { TestCluster } from '../support/cluster.ts';
import { TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { PairingWatch } from './pairing-watch.ts';
import { judgeQueue, type QueueFigures } from './queue-verdict.ts';
import { Seeker, type Fate } from './seeker.ts';

export interface QueueSize {
  readonly users: number;
  /** At once. */
  readonly crowd: number;
  /** `kill -9`, spread over the run. */
  readonly kills: number;
  /** SIGTERM, likewise. */
  readonly drains: number;
}

export interface QueueVerdict extends QueueFigures {
  readonly kills: number;
  readonly drains: number;
  /** Blows that came while a match was between pairing and the end of its record. */
  readonly blowsAmidMatches: number;
  /** From first asking to being told of a battle. */
  readonly waitMs: Percentiles;
}

/** Each with half of the users that the one before it has: crowded queues, and some where one waits for long. */
const SEEK_FORMATS = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((generation) => `gen${generation}randombattle`);

/** Of the users, those who leave and those who vanish. */
const FICKLE = { LEAVES: 0.15, VANISHES: 0.15 };
/** They do so up to this long after they have a place, in milliseconds. */
const PATIENCE_MS = 500;
/** Until a dead process is started again, in milliseconds. */
const DOWN_MS = 300;
/** Half of the blows wait up to this long after a pairing, in milliseconds; the others come at once. */
const DELAY_MS = 1_000;
/** Longest wait for the last ones to be matched, in milliseconds. */
const SETTLE_MS = 60_000;
/** So long it must stay so: who is matched and not told by the process that opened his battle hears of it in two ticks. */
const CALM_MS = 3_000;
const POLL_MS = 50;

/** The cluster's Redis must be `WATCHED`. Throws when the figures do not add up. */
export async function proveQueue(
  cluster: TestCluster,
  size: QueueSize,
  seed: number,
  report: (line: string) => void,
): Promise<QueueVerdict> {
  silenceSdk();
  const drill = new QueueDrill(cluster, size, seed);
  try {
    return await drill.run(report);
  } finally {
    drill.stop();
  }
}

class QueueDrill {
  readonly #cluster: TestCluster;
  readonly #size: QueueSize;
  readonly #random: Random;
  readonly #accounts = signedAccounts(TEST_SECRET);
  readonly #watch: PairingWatch;
  readonly #seekers: Seeker[] = [];
  /** Users come in as many lots as there are blows, each blow in the midst of its own. */
  #admitted = 0;
  #begun = 0;
  #sought = 0;

  constructor(cluster: TestCluster, size: QueueSize, seed: number) {
    this.#cluster = cluster;
    this.#size = size;
    this.#random = seededRandom(`queue ${seed}`);
    this.#watch = new PairingWatch(cluster.redis);
  }

  async run(report: (line: string) => void): Promise<QueueVerdict> {
    await this.#watch.start();
    const crowd = Promise.all(Array.from({ length: this.#size.crowd }, () => this.#seekOnAndOn()));
    crowd.catch(() => {});
    const midMatch = await this.#strikeAll(report);
    await this.#settled();
    const verdict = await judgeQueue(this.#cluster, this.#seekers, this.#watch);
    const waits = this.#seekers.filter(({ told }) => told.size > 0).map(({ waitedMs }) => waitedMs);
    const { kills, drains } = this.#size;
    return { kills, drains, blowsAmidMatches: midMatch, ...verdict, waitMs: percentiles(waits) };
  }

  stop(): void {
    for (const seeker of this.#seekers) seeker.stop();
  }

  /** One user after the other. */
  async #seekOnAndOn(): Promise<void> {
    while (this.#begun < this.#size.users) {
      if (this.#begun >= this.#admitted) {
        await sleep(POLL_MS);
        continue;
      }
      this.#begun++;
      const seeker = await this.#newSeeker();
      await seeker.seek();
      this.#sought++;
    }
  }

  async #newSeeker(): Promise<Seeker> {
    const dice = this.#random();
    const { LEAVES, VANISHES } = FICKLE;
    const fate: Fate = dice < LEAVES ? 'leaves' : dice < LEAVES + VANISHES ? 'vanishes' : 'stays';
    const format = SEEK_FORMATS[Math.floor(-Math.log2(1 - this.#random()))] ?? SEEK_FORMATS[0]!;
    const patienceMs = this.#random() * PATIENCE_MS;
    const account = await this.#accounts.take();
    const seeker = new Seeker({ url: this.#cluster.url, account, format, fate, patienceMs });
    this.#seekers.push(seeker);
    return seeker;
  }

  /** Answers how many blows came while matches were on their way. */
  async #strikeAll(report: (line: string) => void): Promise<number> {
    const { users, kills, drains } = this.#size;
    const blows = shuffled<NodeJS.Signals>(this.#random, [
      ...Array<NodeJS.Signals>(kills).fill('SIGKILL'),
      ...Array<NodeJS.Signals>(drains).fill('SIGTERM'),
    ]);
    let midMatch = 0;
    for (const [index, signal] of blows.entries()) {
      this.#admitted = Math.ceil((users * (index + 1)) / blows.length);
      while (this.#begun < (users * (index + 0.5)) / blows.length) await sleep(POLL_MS);
      await Promise.race([this.#watch.next(), sleep(DELAY_MS)]);
      if (this.#random() < 0.5) await sleep(this.#random() * DELAY_MS);
      if (this.#watch.open > 0) midMatch++;
      await this.#strike(shuffled(this.#random, [...this.#cluster.servers])[0]!, signal);
      report(`${index + 1} of ${blows.length} blows, ${this.#seekers.length} users`);
    }
    return midMatch;
  }

  async #strike(server: ServerProcess, signal: NodeJS.Signals): Promise<void> {
    await server.kill(signal);
    await sleep(DOWN_MS);
    await server.start();
  }

  /** Everybody has come to an end, but for one in each queue who waits for another one. Rejects when it takes too long. */
  async #settled(): Promise<void> {
    const until = performance.now() + SETTLE_MS;
    let calmSince = Infinity;
    for (;;) {
      const unsettled = this.#begun - this.#sought;
      const waiting = this.#seekers.filter((seeker) => seeker.isWaiting).map(({ format }) => format);
      const isSettled = unsettled === waiting.length && waiting.length === new Set(waiting).size;
      const isCalm = isSettled && this.#begun >= this.#size.users && this.#watch.open === 0;
      const now = performance.now();
      calmSince = isCalm ? Math.min(calmSince, now) : Infinity;
      if (now - calmSince >= CALM_MS) return;
      if (now > until)
        throw new Error(
          `${unsettled} unsettled, waiting: ${waiting.join()}, ${this.#watch.open} matches open`,
        );
      await sleep(POLL_MS);
    }
  }
}
