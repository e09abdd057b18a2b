/**
 * A crowd at a human pace on a cluster over a real Redis with an append-only file and a real PostgreSQL; meanwhile a
 * process is killed and all of them are restarted one by one. What every client was told is held against the rows.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as yieldNow, setTimeout as sleep } from 'node:timers/promises';
import type { Limits, LoadReport } from '../../loadtest/load/report.ts';
import { runLoad } from '../../loadtest/load/run.ts';
import type { Timeline } from '../../loadtest/load/timeline.ts';
import type { Transcript } from '../../loadtest/transcript.ts';
import { ADMIN_PASSWORD, startCluster, type TestCluster } from '../support/cluster.ts';
import { checkBattle } from '../support/checker.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';

export interface CrowdSize {
  readonly processes: number;
  /** At once, as the spectators. */
  readonly battles: number;
  readonly spectators: number;
  readonly thinkMs: readonly [number, number];
  readonly rampS: number;
  readonly plateauS: number;
  /** Connections cut in a second. */
  readonly reconnects: number;
  readonly clientProcesses: number;
  /** A process is killed; then all are restarted in order, too. */
  readonly blows: 'none' | 'kill' | 'kill and restart';
}

export interface CrowdRun {
  readonly report: LoadReport;
  readonly checked: { readonly battles: number; readonly transcripts: number; readonly accepted: number };
}

/** Longest wait for ended battles to be recorded, in milliseconds. */
const RECORD_MS = 30_000;
const POLL_MS = 50;
/** Until a killed process is started again, in milliseconds. */
const DEAD_MS = 3_000;
/** What a process that goes away may cost a client; anything else was not called for. */
const CALLED_FOR =
  /^(NOT_FOUND|CONNECTION_FAILED|SERVER_DRAINING|QUEUE_CLOSED \d+|CLOSED \d+|ALREADY_IN_BATTLE)$/;

/** Throws when anything that a client was told is not as stored, or a client saw an error that was not called for. */
export async function proveCrowd(
  size: CrowdSize,
  seed: number,
  report: (line: string) => void,
  limits: Limits = {},
): Promise<CrowdRun> {
  const folder = await mkdtemp(join(tmpdir(), 'endure-crowd-'));
  const cluster = await startCluster(size.processes, { LOG_LEVEL: 'warn', RATE_LIMIT_EXEMPT: '127.0.0.1' });
  try {
    const transcripts = join(folder, 'transcripts');
    const ran = await run(cluster, size, { seed, report, transcripts, limits });
    await recorded(cluster);
    const files = Array.from({ length: size.clientProcesses }, (_, index) => `${transcripts}.${index}`);
    const { faults, ...checked } = await check(cluster, files, report);
    const uncalled = Object.keys(ran.errors).filter(
      (code) => size.blows === 'none' || !CALLED_FOR.test(code),
    );
    const all = [...ran.faults, ...faults, ...uncalled.map((code) => `${ran.errors[code]} times ${code}`)];
    assert.equal(all.length, 0, all.join('\n'));
    return { report: ran, checked };
  } catch (error) {
    const logs = cluster.servers.map(({ url, log }) => `--- ${url}\n${log.join('\n')}`);
    throw new Error(`${(error as Error).message}\n${logs.join('\n')}`, { cause: error });
  } finally {
    await cluster.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly seed: number;
  readonly report: (line: string) => void;
  readonly transcripts: string;
  readonly limits: Limits;
}

function run(
  cluster: TestCluster,
  size: CrowdSize,
  { seed, report, transcripts, limits }: Run,
): Promise<LoadReport> {
  const { battles, spectators, thinkMs, rampS, plateauS, reconnects, clientProcesses, blows } = size;
  return runLoad({
    title: `${battles} battles and ${spectators} spectators on ${size.processes} processes`,
    url: cluster.url,
    secret: TEST_SECRET,
    adminPassword: ADMIN_PASSWORD,
    pids: () => [],
    formats: ['gen9randombattle'],
    battles,
    spectators,
    thinkMs,
    rampS,
    plateauS,
    reconnects,
    processes: clientProcesses,
    transcripts,
    seed: String(seed),
    limits,
    during: (timeline) => strike(cluster, timeline, plateauS, blows),
    onSecond: (timeline) => {
      const { live, players, spectators: watching, update } = timeline.latest(5);
      const latency = `p50 ${update.p50}, p99 ${update.p99} ms`;
      const open = Math.round(players + watching);
      report(`${Math.round(timeline.now)} s: ${Math.round(live)} battles, ${open} connections, ${latency}`);
    },
  });
}

/** A kill after a quarter of the time, a rolling restart after half of it. */
async function strike(
  cluster: TestCluster,
  timeline: Timeline,
  plateauS: number,
  blows: CrowdSize['blows'],
): Promise<void> {
  if (blows === 'none') return;
  const quarterMs = plateauS * 250;
  const [victim] = cluster.servers;
  await sleep(quarterMs);
  timeline.mark('kill -9');
  await victim!.kill('SIGKILL');
  await sleep(Math.min(DEAD_MS, quarterMs));
  await victim!.start();
  if (blows === 'kill') return;
  await sleep(quarterMs);
  timeline.mark('rolling restart');
  for (const server of cluster.servers) {
    const status = await server.kill('SIGTERM');
    assert.equal(status, 0, 'a process did not end in order');
    await server.start();
  }
}

async function recorded(cluster: TestCluster): Promise<void> {
  const begunAt = performance.now();
  while ((await cluster.unrecorded()) > 0) {
    assert(performance.now() - begunAt < RECORD_MS, 'battles are not recorded');
    await sleep(POLL_MS);
  }
}

async function check(cluster: TestCluster, files: readonly string[], report: (line: string) => void) {
  const told = await transcriptsIn(files);
  const { battles } = await readStored(cluster.database);
  const rows = new Set(battles.map(({ id }) => id));
  const faults = [
    ...[...told.keys()].filter((id) => !rows.has(id)).map((id) => `${id} is not stored`),
    ...[...rows].filter((id) => !told.has(id)).map((id) => `nobody knows of ${id}`),
  ];
  let accepted = 0;
  for (const [index, row] of battles.entries()) {
    const transcripts = (told.get(row.id) ?? []).map((text) => JSON.parse(text.toString()) as Transcript);
    const checked = checkBattle(row, transcripts);
    accepted += checked.accepted;
    faults.push(...checked.faults);
    if (index % 100 === 0) report(`${index} of ${battles.length} battles checked`);
    await yieldNow();
  }
  const transcripts = [...told.values()].reduce((sum, all) => sum + all.length, 0);
  return { faults, battles: battles.length, transcripts, accepted };
}

/** Unread, by battle: there are gigabytes of strings in them. */
async function transcriptsIn(files: readonly string[]): Promise<Map<string, Buffer[]>> {
  const told = new Map<string, Buffer[]>();
  for (const file of files) {
    const whole = await readFile(file).catch(() => Buffer.alloc(0));
    for (let from = 0; from < whole.length;) {
      const end = whole.indexOf('\n', from);
      const space = whole.indexOf(' ', from);
      const battleId = whole.toString('utf8', from, space);
      const all = told.get(battleId) ?? [];
      all.push(whole.subarray(space + 1, end));
      told.set(battleId, all);
      from = end + 1;
    }
  }
  return told;
}
