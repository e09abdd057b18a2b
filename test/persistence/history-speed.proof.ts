/** What people ask of a long history is answered soon, and battles are recorded beside it without holding anybody up. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { seededRandom } from '../../src/battle/random.ts';
import { migrate } from '../../src/persistence/database/migrate.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { startEmbeddedPostgres } from '../../src/persistence/embedded-postgres.ts';
import { temporaryDirectory } from '../support/postgres.ts';
import { finishTimes, longRecord, loopDelay, timed } from './history-finishes.ts';
import { questions } from './history-questions.ts';
import { fillHistory, type HistorySize } from './history.ts';

export interface HistorySpeedSize extends HistorySize {
  /** Of every question, and of finished battles. */
  readonly samples: number;
  readonly drain: { readonly perSecond: number; readonly seconds: number };
}

/** Milliseconds. */
const LIMITS = { p95: 10, loopDelayP99: 20 };
/** Questions before those that count: connections, plans and pages are made ready once. */
const WARM_UP = 40;

export async function proveHistorySpeed(
  size: HistorySpeedSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const dataDir = await temporaryDirectory();
  const postgres = await startEmbeddedPostgres({ dataDir });
  const { host, port } = postgres;
  const connection = { host, port, database: 'postgres' };
  const orm = await initOrm({ connection });
  try {
    await migrate(orm);
    await fillHistory(connection, size, report);
    const random = seededRandom(`history ${seed}`);
    const times: Record<string, number[]> = {};
    const asked = Object.entries(questions(orm, size, random));
    for (let count = 0; count < WARM_UP; count++) for (const [, ask] of asked) await ask();
    for (const [name, ask] of asked) {
      times[name] = [];
      for (let count = 0; count < size.samples; count++) times[name].push(await timed(ask));
      report(`${name}: p95 ${shown(at(times[name], 0.95))} ms`);
    }
    const next = () => longRecord(size.users, random);
    await finishTimes(connection, WARM_UP, next);
    Object.assign(times, await finishTimes(connection, size.samples, next));
    report(`draining ${size.drain.perSecond} battles a second`);
    const loop = await loopDelay(connection, size.drain, next);
    return judged(size, times, loop);
  } finally {
    await orm.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true });
  }
}

function judged(
  { battles, users, samples, drain }: HistorySpeedSize,
  times: Readonly<Record<string, number[]>>,
  { p50, p99, max, recorded }: Awaited<ReturnType<typeof loopDelay>>,
): Readonly<Record<string, unknown>> {
  const milliseconds = Object.fromEntries(
    Object.entries(times).map(([name, all]) => [
      name,
      { p50: shown(at(all, 0.5)), p95: shown(at(all, 0.95)) },
    ]),
  );
  const loopDelayMs = { p50: shown(p50), p99: shown(p99), max: shown(max), recorded };
  const figures = { battles, users, samples, milliseconds, drain, loopDelayMs };
  const slow = Object.keys(milliseconds).filter((name) => milliseconds[name]!.p95 >= LIMITS.p95);
  const all = JSON.stringify(figures, null, 2);
  assert.deepEqual(slow, [], `p95 of ${LIMITS.p95} ms and more: ${slow.join(', ')}\n${all}`);
  assert(p99 < LIMITS.loopDelayP99, `the loop was held up for ${p99} ms\n${all}`);
  return figures;
}

/** The value below which that share of them lies. */
function at(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.ceil(values.length * share) - 1]!;
}

function shown(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
