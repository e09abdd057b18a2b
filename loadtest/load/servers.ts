/** What the servers say of themselves under load, and what they use of this machine where they run on it. */
import { cpuOfProcess } from '../bench/pinned.ts';
import type { Stats } from '../../src/health-stats.ts';

/** At one moment. What nobody tells is null. */
export interface ServerSample {
  readonly name: string;
  /** Of one core, since the sample before. */
  readonly cpuShare: number | null;
  readonly heapMiB: number | null;
  readonly rssMiB: number | null;
  /** The longest waits of the last half minute to minute, in milliseconds. */
  readonly loopDelayP99: number | null;
  readonly loopDelayMax: number | null;
  readonly connections: number | null;
}

export interface ServersOptions {
  readonly url: string;
  /** For `/health/stats`; undefined: nobody is asked. */
  readonly adminPassword: string | undefined;
  /** Server processes of this machine. Called before each sample, for they may come and go. */
  readonly pids: () => readonly number[];
}

const PATIENCE_MS = 2_000;
const MIB = 2 ** 20;
const NOTHING: Omit<ServerSample, 'name'> = {
  cpuShare: null,
  heapMiB: null,
  rssMiB: null,
  loopDelayP99: null,
  loopDelayMax: null,
  connections: null,
};

export class Servers {
  readonly #options: ServersOptions;
  readonly #seen = new Map<number, { readonly cpu: number; readonly at: number }>();
  #cpuUs = 0;

  constructor(options: ServersOptions) {
    this.#options = options;
  }

  /** Microseconds of processor time that the known processes have used between the samples so far. */
  get cpuUs(): number {
    return this.#cpuUs;
  }

  async sample(): Promise<ServerSample[]> {
    const used = this.#options.pids().flatMap((pid) => this.#use(pid) ?? []);
    const told = await this.#told();
    return [...told, ...used];
  }

  /** undefined for a process that is not there. */
  #use(pid: number): ServerSample | undefined {
    const at = performance.now();
    const before = this.#seen.get(pid);
    let cpu;
    try {
      cpu = cpuOfProcess(pid);
    } catch {
      return undefined;
    }
    this.#seen.set(pid, { cpu, at });
    if (!before) return undefined;
    this.#cpuUs += cpu - before.cpu;
    const cpuShare = (cpu - before.cpu) / 1000 / (at - before.at);
    return { ...NOTHING, name: `process ${pid}`, cpuShare: Math.round(cpuShare * 1000) / 1000 };
  }

  async #told(): Promise<ServerSample[]> {
    const { url, adminPassword } = this.#options;
    if (adminPassword === undefined) return [];
    const first = await statsOf(url, adminPassword);
    if (!first) return [];
    const others = (first.processes ?? []).filter(({ id }) => id !== first.process.id);
    const asked = others.map(({ host, port }) => statsOf(`http://${host}:${port}`, adminPassword));
    const all = [first, ...(await Promise.all(asked))].filter((stats) => stats !== undefined);
    return all.map(sampleOf).sort((a, b) => a.name.localeCompare(b.name));
  }
}

function sampleOf({ process, processes, connections }: Stats): ServerSample {
  const { memory, eventLoopDelayMs, id } = process;
  const port = processes?.find((one) => one.id === id)?.port;
  return {
    ...NOTHING,
    name: port === undefined ? 'server' : `server :${port}`,
    heapMiB: Math.round(memory.heapUsed / MIB),
    rssMiB: Math.round(memory.rss / MIB),
    loopDelayP99: eventLoopDelayMs.p99,
    loopDelayMax: eventLoopDelayMs.max,
    connections,
  };
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
