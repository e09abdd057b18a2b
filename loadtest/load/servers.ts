/** What the servers say of themselves under load; without the operator's password, what they use of this machine. */
import { cpuOfProcess } from '../bench/pinned.ts';
import type { Stats } from '../../src/health-stats.ts';

/** At one moment. What nobody tells is null. */
export interface ServerSample {
  /** Of this run of the process. */
  readonly id: string;
  readonly name: string;
  /** Of one core, since the sample before. */
  readonly cpuShare: number | null;
  readonly heapMiB: number | null;
  readonly rssMiB: number | null;
  /** Over the last half minute to minute, in milliseconds; null for a process that has not run for so long. */
  readonly loopDelayP99: number | null;
  readonly loopDelayMax: number | null;
  /** p99 since the process started, in milliseconds. */
  readonly loopDelayWhole: number | null;
  readonly connections: number | null;
}

export interface ServersOptions {
  readonly url: string;
  /** For `/health/stats`; undefined: nobody is asked. */
  readonly adminPassword: string | undefined;
  /** Server processes of this machine, where nobody is asked. */
  readonly pids: () => readonly number[];
}

const PATIENCE_MS = 2_000;
/** A server looks back for so many seconds at the least. */
const LOOP_DELAY_S = 30;
const MIB = 2 ** 20;
const NOTHING: Omit<ServerSample, 'id' | 'name' | 'cpuShare'> = {
  heapMiB: null,
  rssMiB: null,
  loopDelayP99: null,
  loopDelayMax: null,
  loopDelayWhole: null,
  connections: null,
};

export class Servers {
  readonly #options: ServersOptions;
  /** By process. */
  readonly #seen = new Map<string, { readonly cpuUs: number; readonly at: number }>();
  #cpuUs = 0;

  constructor(options: ServersOptions) {
    this.#options = options;
  }

  /** Microseconds of processor time that the servers have used between the samples so far; null while nobody tells. */
  get cpuUs(): number | null {
    return this.#seen.size === 0 ? null : this.#cpuUs;
  }

  async sample(): Promise<ServerSample[]> {
    const { url, adminPassword, pids } = this.#options;
    if (adminPassword !== undefined) return this.#told(await statsOf(url, adminPassword));
    return pids().flatMap((pid) => {
      const cpuUs = cpuOf(pid);
      const name = `process ${pid}`;
      return cpuUs === undefined ? [] : [{ ...NOTHING, id: name, name, cpuShare: this.#share(name, cpuUs) }];
    });
  }

  #told(stats: Stats | undefined): ServerSample[] {
    if (!stats) return [];
    const all = [stats, ...(stats.others ?? [])].map(({ process, connections }) => {
      const { id, memory, cpuSeconds, uptime, eventLoopDelayMs: delay } = process;
      const whole = process.eventLoopDelaySinceStartMs;
      const isSettled = uptime >= LOOP_DELAY_S;
      const port = stats.processes?.find((one) => one.id === id)?.port;
      return {
        id,
        name: port === undefined ? 'server' : `server :${port}`,
        cpuShare: this.#share(id, (cpuSeconds.user + cpuSeconds.system) * 1e6),
        heapMiB: Math.round(memory.heapUsed / MIB),
        rssMiB: Math.round(memory.rss / MIB),
        loopDelayP99: isSettled ? delay.p99 : null,
        loopDelayMax: isSettled ? delay.max : null,
        loopDelayWhole: isSettled ? whole.p99 : null,
        connections,
      };
    });
    return all.sort((one, other) => one.name.localeCompare(other.name));
  }

  /** null at first sight. */
  #share(process: string, cpuUs: number): number | null {
    const at = performance.now();
    const before = this.#seen.get(process);
    this.#seen.set(process, { cpuUs, at });
    if (!before) return null;
    this.#cpuUs += cpuUs - before.cpuUs;
    return Math.round((cpuUs - before.cpuUs) / (at - before.at)) / 1000;
  }
}

/** undefined for a process that is not there. */
function cpuOf(pid: number): number | undefined {
  try {
    return cpuOfProcess(pid);
  } catch {
    return undefined;
  }
}

/** undefined where nobody answers: processes may be on their way out or in. */
async function statsOf(url: string, password: string): Promise<Stats | undefined> {
  try {
    const response = await fetch(`${url}/health/stats`, {
      headers: { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return response.ok ? ((await response.json()) as Stats) : undefined;
  } catch {
    return undefined;
  }
}
