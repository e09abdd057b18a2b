/** A process that joins a cluster under load is given its share of what begins from then on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { seededRandom } from '../../src/battle/random.ts';
import type { TestCluster } from '../support/cluster.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { Seeker } from './seeker.ts';

export interface GrowthSize {
  /** Users who seek battles at any time. */
  readonly crowd: number;
  /** Before the new process comes, in milliseconds. */
  readonly loadMs: number;
  /** From the moment that it takes connections, in milliseconds. */
  readonly windowMs: number;
}

export interface GrowthVerdict {
  /** In the window. */
  readonly newBattles: number;
  /** New battles by process, the new one last. */
  readonly byProcess: readonly number[];
  readonly share: number;
}

/** Of the battles that begin, what the new process must get at least. */
const SHARE_MIN = 0.2;
const FORMAT = 'gen1randombattle';
/** Mean pause of a user between two battles, in milliseconds. */
const PAUSE_MS = 1_000;
/** Much less than a battle that nobody joins lives. */
const POLL_MS = 250;

/** Throws when the new process gets less than its share. It stays in the cluster. */
export async function proveThirdProcess(
  cluster: TestCluster,
  { crowd, loadMs, windowMs }: GrowthSize,
  seed: number,
  report: (line: string) => void,
): Promise<GrowthVerdict> {
  silenceSdk();
  const load = new Load(cluster.url, crowd, seed);
  try {
    await sleep(loadMs);
    report(`${(await hosts(cluster)).size} battles run, and another process starts`);
    await cluster.grow();
    const byProcess = await countNew(cluster, windowMs);
    const newBattles = byProcess.reduce((sum, count) => sum + count, 0);
    const share = Math.round((100 * (byProcess.at(-1) ?? 0)) / newBattles) / 100;
    if (!(share >= SHARE_MIN)) throw new Error(`of ${newBattles} new battles it got ${share * 100} %`);
    return { newBattles, byProcess, share };
  } finally {
    await load.stop();
  }
}

class Load {
  readonly #seekers = new Set<Seeker>();
  readonly #over: Promise<unknown>;
  #isStopped = false;

  constructor(url: string, crowd: number, seed: number) {
    const random = seededRandom(`third process ${seed}`);
    const accounts = signedAccounts(TEST_SECRET);
    const seekOnAndOn = async (): Promise<void> => {
      while (!this.#isStopped) {
        await sleep(2 * PAUSE_MS * random());
        const account = await accounts.take();
        const seeker = new Seeker({ url, account, format: FORMAT, fate: 'stays', patienceMs: 0 });
        this.#seekers.add(seeker);
        await seeker.seek();
        this.#seekers.delete(seeker);
      }
    };
    this.#over = Promise.all(Array.from({ length: crowd }, seekOnAndOn));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const stopping = setInterval(() => {
      for (const seeker of this.#seekers) seeker.stop();
    }, POLL_MS);
    await this.#over.finally(() => clearInterval(stopping));
  }
}

/** Battles that began in the window, by the process that had each when it was first seen. */
async function countNew(cluster: TestCluster, windowMs: number): Promise<number[]> {
  const seen = await hosts(cluster);
  const counts = cluster.servers.map(() => 0);
  const until = performance.now() + windowMs;
  while (performance.now() < until) {
    await sleep(POLL_MS);
    for (const [battleId, index] of await hosts(cluster)) {
      if (seen.has(battleId)) continue;
      seen.set(battleId, index);
      counts[index]! += 1;
    }
  }
  return counts;
}

/** Living battles, each with the index of its process. */
async function hosts(cluster: TestCluster): Promise<Map<string, number>> {
  const hosted = await Promise.all(cluster.servers.map((server) => cluster.hostedBy(server)));
  return new Map(hosted.flatMap((ids, index) => ids.map((id) => [id, index] as const)));
}
