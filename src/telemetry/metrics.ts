/** The metrics of one process as Prometheus reads them: some are kept as things happen, the others read when asked for. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Figures } from '../figures.ts';
import { FAMILIES } from './families.ts';
import type { Family } from './families/family.ts';
import { DESKS, type Meter, type Step } from './meter.ts';

/** Seconds. From what an append to a local store takes to where a call is given up and repeated. */
const STEP_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds. */
const WAIT_BUCKETS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

const STEPS: Readonly<Record<Step, string>> = {
  append: 'Time of an append to the input log, repeats included while the store is away.',
  commit: 'Time of the sim for playing a turn.',
  publish: 'Time for telling everybody in a battle what was played.',
  answer: 'Time from a choice or forfeit to its answer, the wait in the inbox included.',
  replay: 'Time of replaying a battle that was taken over, and of what ran between the slices.',
  canary: 'Time of a question to another process and back, through Redis.',
};

export interface Metrics {
  readonly meter: Meter;
  /** Of the text. */
  readonly contentType: string;
  /** In Prometheus's text format. */
  text(figures: Figures): Promise<string>;
  /** The same as data. */
  json(figures: Figures): Promise<readonly object[]>;
  /** All of them, for those who write about them. */
  readonly catalogue: readonly { readonly name: string; readonly kind: string; readonly help: string }[];
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const meter = createMeter(registers);
  const readers = FAMILIES.map((family) => readerOf(family, registers));
  const read = (figures: Figures): void => {
    for (const take of readers) take(figures);
  };
  return {
    meter,
    contentType: registry.contentType,
    text: (figures) => {
      read(figures);
      return registry.metrics();
    },
    json: (figures) => {
      read(figures);
      return registry.getMetricsAsJSON();
    },
    catalogue: registry
      .getMetricsAsArray()
      .map(({ name, type, help }) => ({ name, kind: String(type), help })),
  };
}

function createMeter(registers: Registry[]): Meter {
  const inputs = new Counter({
    name: 'endure_inputs_total',
    help: 'Inputs logged, by type.',
    labelNames: ['type'],
    registers,
  });
  const refusals = new Counter({
    name: 'endure_refusals_total',
    help: 'Refusals, by error code and by where they were told: battle, matchmaking, ladder, http; upgrade for WebSockets beyond a limit.',
    labelNames: ['where', 'code'],
    registers,
  });
  // A rise from nothing would be no rise to Prometheus, and of these the first one counts.
  for (const where of DESKS) refusals.inc({ where, code: 'SERVER_ERROR' }, 0);
  const steps = Object.fromEntries(
    Object.entries(STEPS).map(([step, help]) => [
      step,
      new Histogram({ name: `endure_${step}_seconds`, help, buckets: STEP_BUCKETS, registers }),
    ]),
  ) as Record<Step, Histogram>;
  const waits = new Histogram({
    name: 'endure_queue_wait_seconds',
    help: 'Time in the queue until paired, by format.',
    labelNames: ['format'],
    buckets: WAIT_BUCKETS,
    registers,
  });
  return {
    accepted: (type) => inputs.inc({ type }),
    refused: (where, code) => refusals.inc({ where, code }),
    took: (step, ms) => steps[step].observe(ms / 1_000),
    waited: (format, ms) => waits.observe({ format }, ms / 1_000),
  };
}

function readerOf(
  { name, kind, help, labels = [], read }: Family,
  registers: Registry[],
): (figures: Figures) => void {
  const options = { name, help, labelNames: [...labels], registers };
  const metric = kind === 'gauge' ? new Gauge(options) : new Counter(options);
  return (figures) => {
    const found = read(figures);
    metric.reset();
    // What nobody can tell just now is left out: 0 would be a statement.
    if (found === null) metric.remove({});
    else if (typeof found === 'number') metric.inc(found);
    else for (const [values, value] of found) metric.inc(values, value);
  };
}
