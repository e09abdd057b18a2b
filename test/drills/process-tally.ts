/** What the processes of a cluster say of themselves, summed up over all runs of each of them. */
import type { Counts } from '../../src/telemetry/counts.ts';
import { ADMIN_PASSWORD } from '../support/cluster.ts';
import type { ServerProcess } from '../support/server-process.ts';

interface Statistics {
  readonly counts: Counts;
  readonly relay: { readonly relayed: number; readonly unanswered: number; readonly refused: number };
}

export type Tally = Counts & Statistics['relay'];

/** Longer than the slowest Redis makes it take. */
const ANSWER_MS = 30_000;

export class ProcessTally {
  readonly #total: { -readonly [K in keyof Tally]: number } = {
    recoveries: 0,
    fencings: 0,
    suspensions: 0,
    voids: 0,
    relayed: 0,
    unanswered: 0,
    refused: 0,
  };

  /** To be called once for each run of a process, right before it ends. Rejects when it does not tell. */
  async add({ url }: ServerProcess): Promise<void> {
    const response = await fetch(`${url}/health/stats`, {
      headers: { authorization: `Basic ${btoa(`admin:${ADMIN_PASSWORD}`)}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) throw new Error(`${url}/health/stats answers ${response.status}`);
    const { counts, relay } = (await response.json()) as Statistics;
    const { recoveries, fencings, suspensions, voids } = counts;
    const { relayed, unanswered, refused } = relay;
    const run: Tally = { recoveries, fencings, suspensions, voids, relayed, unanswered, refused };
    for (const name of Object.keys(run) as (keyof Tally)[]) this.#total[name] += run[name];
  }

  figures(): Tally {
    return { ...this.#total };
  }
}
