/** One load test: ramp, plateau, end. What it does to a server is what the crowd does; what it tells is a report. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Clients } from './clients.ts';
import type { ClientOptions } from './client-process.ts';
import { loadReport, type Limits, type LoadReport } from './report.ts';
import { Servers, type ServersOptions } from './servers.ts';
import { Timeline } from './timeline.ts';

export interface LoadOptions extends Omit<ClientOptions, 'transcripts'>, ServersOptions {
  readonly title: string;
  readonly battles: number;
  readonly spectators: number;
  readonly rampS: number;
  readonly plateauS: number;
  /** Connections cut in a second, on the plateau. */
  readonly reconnects: number;
  readonly processes: number;
  readonly transcripts?: string;
  readonly limits: Limits;
  /** Each second. */
  readonly onSecond?: (timeline: Timeline) => void;
  /** Begins with the plateau; the run ends no earlier. */
  readonly during?: (timeline: Timeline) => Promise<void>;
}

const WINDOW_S = 5;
const SAMPLE_MS = 2_500;
/** Longest wait for the battles to end when nobody thinks any more, in milliseconds. */
const FINISH_MS = 120_000;

/** Rejects when a client process dies or battles do not end. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { battles, spectators, rampS, plateauS, reconnects } = options;
  const startedAt = new Date();
  const timeline = new Timeline(WINDOW_S);
  const clients = new Clients({
    ...clientOptions(options),
    onTick: (tick, process) => timeline.add(tick, process),
  });
  const servers = new Servers(options);
  const timers = watch(timeline, servers, options.onSecond);
  try {
    clients.aim({ battles, spectators, rampMs: rampS * 1000 });
    await sleep(rampS * 1000);
    timeline.enter('plateau');
    clients.reconnect(reconnects);
    await servers.sample();
    const before = servers.cpuUs;
    await Promise.all([sleep(plateauS * 1000), options.during?.(timeline)]);
    await servers.sample();
    const cpuUs = servers.cpuUs === null ? null : servers.cpuUs - (before ?? 0);
    timeline.enter('finish');
    await clients.finish(FINISH_MS);
    return loadReport({ ...options, options: shown(options), startedAt, timeline, clients, cpuUs });
  } finally {
    for (const timer of timers) clearInterval(timer);
    await clients.stop();
  }
}

function clientOptions(options: LoadOptions): Omit<ConstructorParameters<typeof Clients>[0], 'onTick'> {
  const { url, formats, thinkMs, seed, secret, processes, transcripts } = options;
  const own = { url, formats, thinkMs, seed, secret, processes };
  return transcripts === undefined ? own : { ...own, transcripts };
}

function watch(timeline: Timeline, servers: Servers, onSecond: LoadOptions['onSecond']): NodeJS.Timeout[] {
  const sample = (): void => void servers.sample().then((samples) => timeline.sample(samples));
  return [setInterval(sample, SAMPLE_MS), setInterval(() => onSecond?.(timeline), 1_000)];
}

function shown(options: LoadOptions): LoadReport['options'] {
  const { battles, spectators, thinkMs, rampS, plateauS, processes, reconnects, formats, seed } = options;
  const [format] = formats;
  return {
    battles,
    spectators,
    thought: `${thinkMs[0]}–${thinkMs[1]} ms`,
    ramp: `${rampS} s`,
    plateau: `${plateauS} s`,
    'client processes': processes,
    'reconnects per second': reconnects,
    format: formats.length === 1 ? format! : `${formats.length} formats`,
    seed,
  };
}
