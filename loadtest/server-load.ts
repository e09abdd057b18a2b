/**
 * What a turn costs the server under load, against what it costs the bare sim on the same core in the same run. The
 * server has core 0; the bots and the server's PostgreSQL have core 1.
 */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from './bench/bots-child.ts';
import { round } from './bench/cpu.ts';
import { CORE, startPinned, type PinnedServer } from './bench/pinned-server.ts';
import { ask, cpuOfMainThread, cpuOfProcess, ended, spawnPinned } from './bench/pinned.ts';

export interface ServerLoadSize {
  readonly bots: number;
  /** Mean time for a choice, in milliseconds. */
  readonly thinkMs: number;
  readonly format: string;
  readonly warmUpS: number;
  readonly windowS: number;
  /** Battles that the bare sim plays, before and after. */
  readonly bareBattles: number;
  readonly seed: string;
  /** Of the server's process, such as `--cpu-prof`. */
}

export interface ServerLoad {
  readonly turns: number;
  readonly battles: number;
  readonly turnsPerSecond: number;
  /** Microseconds of processor time for a turn. */
  readonly serverUs: number;
  /** Of that, the thread that runs the JavaScript. */
  readonly mainThreadUs: number;
  readonly bareUs: number;
  readonly ratio: number;
  readonly latencyMs: Load['latency'];
  /** How much of core 0 the server used. */
  readonly busyShare: number;
  /** The machine's load average at the end: above about 2, others were at work. */
  readonly loadAverage: number;
}

export async function serverLoad(size: ServerLoadSize): Promise<ServerLoad> {
  const bareBefore = await bareCost(size);
  const server = await startPinned();
  let measured;
  try {
    measured = await underLoad(server, size);
  } finally {
    await server.stop();
  }
  const bareUs = (bareBefore + (await bareCost(size))) / 2;
  return {
    ...measured,
    bareUs: Math.round(bareUs),
    ratio: round(measured.serverUs / bareUs),
    loadAverage: round(loadavg()[0]!),
  };
}

async function underLoad(server: PinnedServer, size: ServerLoadSize) {
  const { pid, url, secret } = server;
  const { bots, thinkMs, format, seed } = size;
  const file = new URL('bench/bots-child.ts', import.meta.url);
  const args = [url, secret, String(bots), String(thinkMs), format, seed];
  const load = spawnPinned({ core: CORE.REST, file, args });
  try {
    await sleep(size.warmUpS * 1000);
    server.moveDatabase();
    await ask<Load>(load, 'begin');
    const before = { cpu: cpuOfProcess(pid), main: cpuOfMainThread(pid), at: performance.now() };
    await sleep(size.windowS * 1000);
    const { turns, battles, latency } = await ask<Load>(load, 'end');
    const cpu = cpuOfProcess(pid) - before.cpu;
    const main = cpuOfMainThread(pid) - before.main;
    const us = (performance.now() - before.at) * 1000;
    if (turns === 0) throw new Error('Nothing was played.');
    return {
      turns,
      battles,
      turnsPerSecond: Math.round((turns / us) * 1e6),
      serverUs: Math.round(cpu / turns),
      mainThreadUs: Math.round(main / turns),
      latencyMs: latency,
      busyShare: round(cpu / us),
    };
  } finally {
    load.kill('SIGKILL');
    await ended(load);
  }
}

async function bareCost({ format, bareBattles, seed }: ServerLoadSize): Promise<number> {
  const file = new URL('bench/bare-child.ts', import.meta.url);
  const child = spawnPinned({ core: CORE.SERVER, file, args: [format, String(bareBattles), seed] });
  const us = await ask<number>(child, 'measure');
  await ended(child);
  return us;
}
