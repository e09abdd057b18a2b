/**
 * How many battles at a human pace one process on one core carries: steps of more and more battles against the same
 * server, until the slowest hundredth of the updates takes too long or the clients themselves have no core left.
 */
import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { round } from './bench/cpu.ts';
import { freePort } from '../test/support/free-port.ts';
import { freshDatabase } from '../test/support/postgres.ts';
import { DURABLE, startTestRedis } from '../test/support/redis.ts';
import { CORE, startPinned, type PinnedServer } from './bench/pinned-server.ts';
import { cpuOfMainThread, cpuOfProcess, moveChildren } from './bench/pinned.ts';
import { Clients } from './load/clients.ts';
import { Servers } from './load/servers.ts';
import { Timeline, type Spread } from './load/timeline.ts';
import { disagreements } from './load/told.ts';

export type Store = 'postgres' | 'redis';

export interface SaturationSize {
  /** Battles at once, step by step. */
  readonly steps: readonly number[];
  /** Until the battles of a step have begun, then until they lie evenly over their turns, then measured. Seconds. */
  readonly rampS: number;
  readonly settleS: number;
  readonly windowS: number;
  readonly seed: string;
  /** Where inputs are logged: in the server's own PostgreSQL, or in a Redis with an append-only file. */
  readonly store: Store;
  /** Steps end here. Milliseconds. */
  readonly p99MaxMs: number;
}

export interface Step {
  readonly battles: number;
  /** Milliseconds. */
  readonly update: Spread;
  readonly accepted: Spread;
  readonly turnsPerSecond: number;
  /** Microseconds of processor time for a turn: of the process, and of its first thread. */
  readonly serverUs: number;
  readonly mainThreadUs: number;
  /** Of its core. */
  readonly serverShare: number;
  readonly clientShare: number;
  readonly rssMiB: number;
  readonly heapMiB: number;
  /** Milliseconds. */
  readonly loopDelayP99: number;
  /** Of the machine: above about 2, others were at work. */
  readonly loadAverage: number;
}

const FORMAT = 'gen9randombattle';
const THINK_MS = [500, 1_500] as const;
const FINISH_MS = 180_000;

/** Throws when clients of one battle were told different things or one gave up. */
export async function saturation(size: SaturationSize, report: (line: string) => void): Promise<Step[]> {
  const stores = size.store === 'redis' ? await startStores() : undefined;
  try {
    const server = await startPinned(stores?.env);
    try {
      return await climb(server, size, report);
    } finally {
      await server.stop();
    }
  } finally {
    await stores?.stop();
  }
}

/** A Redis and a PostgreSQL that are not the server's children, on the core of the rest. */
async function startStores() {
  const port = await freePort();
  const redis = await startTestRedis({ ...DURABLE, port: String(port), bind: '127.0.0.1' });
  const database = await freshDatabase();
  const { connection } = database;
  moveChildren(process.pid, CORE.REST);
  const at = `host=${encodeURIComponent(connection.host)}&port=${connection.port}`;
  return {
    env: {
      DATABASE_URL: `postgresql://postgres@localhost/${connection.database}?${at}`,
      REDIS_URL: `redis://127.0.0.1:${port}`,
      CLUSTER_SECRET: randomBytes(32).toString('hex'),
      ADVERTISED_HOST: '127.0.0.1',
    },
    stop: async () => {
      await redis.stop();
      await database.drop();
    },
  };
}

async function climb(
  server: PinnedServer,
  size: SaturationSize,
  report: (line: string) => void,
): Promise<Step[]> {
  const { url, secret } = server;
  let timeline = new Timeline(1);
  const clients = new Clients({
    url,
    secret,
    thinkMs: THINK_MS,
    formats: [FORMAT],
    seed: size.seed,
    processes: 1,
    core: CORE.REST,
    onTick: (tick, process) => timeline.add(tick, process),
  });
  const steps: Step[] = [];
  try {
    for (const battles of size.steps) {
      clients.aim({ battles, spectators: 0, rampMs: size.rampS * 1000 });
      await sleep((size.rampS + size.settleS) * 1000);
      server.moveDatabase();
      timeline = new Timeline(1);
      const step = await measure(server, clients, timeline, battles, size.windowS);
      steps.push(step);
      report(told(step));
      if (step.update.p99 >= size.p99MaxMs) break;
    }
    await clients.finish(FINISH_MS);
  } finally {
    await clients.stop();
  }
  const faults = [...clients.failures, ...disagreements(clients.told)];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return steps;
}

async function measure(
  server: PinnedServer,
  clients: Clients,
  timeline: Timeline,
  battles: number,
  windowS: number,
): Promise<Step> {
  const { pid, url, adminPassword } = server;
  const cpu = () => ({
    server: cpuOfProcess(pid),
    main: cpuOfMainThread(pid),
    clients: clients.pids.reduce((sum, client) => sum + cpuOfProcess(client), 0),
  });
  timeline.enter('plateau');
  const before = cpu();
  await sleep(windowS * 1000);
  const after = cpu();
  const { turns, update, accepted, seconds } = timeline.totals('plateau');
  const [sample] = await new Servers({ url, adminPassword, pids: () => [] }).sample();
  const us = seconds * 1e6;
  return {
    battles,
    update,
    accepted,
    turnsPerSecond: Math.round(turns / seconds),
    serverUs: Math.round((after.server - before.server) / turns),
    mainThreadUs: Math.round((after.main - before.main) / turns),
    serverShare: round((after.server - before.server) / us),
    clientShare: round((after.clients - before.clients) / us),
    rssMiB: sample?.rssMiB ?? 0,
    heapMiB: sample?.heapMiB ?? 0,
    loopDelayP99: sample?.loopDelayP99 ?? 0,
    loadAverage: round(loadavg()[0]!),
  };
}

function told({ battles, update, serverShare, clientShare, serverUs, rssMiB }: Step): string {
  const shares = `server ${Math.round(serverShare * 100)} % of its core, clients ${Math.round(clientShare * 100)} % of theirs`;
  return `${battles} battles: p50 ${update.p50}, p99 ${update.p99} ms; ${shares}; ${serverUs} µs a turn; ${rssMiB} MiB`;
}
