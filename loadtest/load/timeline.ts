/** What clients and servers showed, in windows of a few seconds, from the first bot on. */
import { percentiles, type Percentiles } from '../percentiles.ts';
import { Histogram, type Counted } from './histogram.ts';
import type { Tick } from './meter.ts';
import type { ServerSample } from './servers.ts';

export type Spread = ReturnType<Histogram['percentiles']>;

export interface Window {
  /** Seconds since the beginning, at the end of the window. */
  readonly at: number;
  readonly seconds: number;
  readonly phase: Phase;
  /** Milliseconds. */
  readonly update: Spread;
  readonly accepted: Spread;
  readonly turns: number;
  readonly live: number;
  readonly players: number;
  readonly spectators: number;
  readonly errors: number;
  readonly servers: readonly ServerSample[];
}

export type Phase = 'ramp' | 'plateau' | 'finish';

/** Something that was done to the server. */
export interface Mark {
  readonly at: number;
  readonly text: string;
}

/** Of one phase. Milliseconds in the spreads. */
export interface Totals {
  readonly seconds: number;
  readonly update: Spread;
  readonly accepted: Spread;
  readonly back: Spread;
  /** As a histogram counts them. */
  readonly updateCounts: Counted['buckets'];
  readonly turns: number;
  readonly begun: number;
  readonly ended: number;
  readonly live: Percentiles;
  readonly connections: Percentiles;
  readonly errors: Readonly<Record<string, number>>;
}

interface Present {
  readonly live: number;
  readonly players: number;
  readonly spectators: number;
}

interface Seen {
  readonly at: number;
  readonly phase: Phase;
  readonly tick: Tick;
  /** In all client processes. */
  readonly present: Present;
}

interface Sampled {
  readonly at: number;
  readonly servers: readonly ServerSample[];
}

export class Timeline {
  readonly #windowS: number;
  /** The newest tick of each client process. */
  readonly #newest = new Map<number, Tick>();
  readonly #startedAt = performance.now();
  readonly #seen: Seen[] = [];
  readonly #samples: Sampled[] = [];
  readonly marks: Mark[] = [];
  readonly #begins: { phase: Phase; at: number }[] = [{ phase: 'ramp', at: 0 }];

  constructor(windowS: number) {
    this.#windowS = windowS;
  }

  /** Seconds since the beginning. */
  get now(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  get phase(): Phase {
    return this.#begins.at(-1)!.phase;
  }

  enter(phase: Phase): void {
    this.#begins.push({ phase, at: this.now });
  }

  mark(text: string): void {
    this.marks.push({ at: round(this.now), text });
  }

  /** Of the client process of this number. */
  add(tick: Tick, process: number): void {
    this.#newest.set(process, tick);
    const all = [...this.#newest.values()];
    const present = {
      live: sum(all.map(({ live }) => live)),
      players: sum(all.map(({ players }) => players)),
      spectators: sum(all.map(({ spectators }) => spectators)),
    };
    this.#seen.push({ at: this.now, phase: this.phase, tick, present });
  }

  sample(servers: readonly ServerSample[]): void {
    this.#samples.push({ at: this.now, servers });
  }

  /** The newest samples, and everything of the last seconds. */
  latest(seconds: number): Window {
    return this.#window(this.now - seconds, this.now);
  }

  windows(): Window[] {
    const count = Math.ceil((this.#seen.at(-1)?.at ?? 0) / this.#windowS);
    return Array.from({ length: count }, (_, index) =>
      this.#window(index * this.#windowS, (index + 1) * this.#windowS),
    );
  }

  totals(phase: Phase): Totals {
    const seen = this.#seen.filter((one) => one.phase === phase);
    const update = Histogram.of(seen.map(({ tick }) => tick.update));
    const now = seen.map(({ tick }) => tick);
    return {
      seconds: this.#secondsOf(phase),
      update: update.percentiles(),
      accepted: Histogram.of(now.map((tick) => tick.accepted)).percentiles(),
      back: Histogram.of(now.map((tick) => tick.back)).percentiles(),
      updateCounts: update.counted().buckets,
      turns: sum(now.map(({ turns }) => turns)),
      begun: sum(now.map(({ begun }) => begun)),
      ended: sum(now.map(({ ended }) => ended)),
      live: percentiles(seen.map(({ present }) => present.live)),
      connections: percentiles(seen.map(({ present }) => present.players + present.spectators)),
      errors: addUp(now.map(({ errors }) => errors)),
    };
  }

  /** Of all phases. */
  errors(): Readonly<Record<string, number>> {
    return addUp(this.#seen.map(({ tick }) => tick.errors));
  }

  /** Server samples of a phase, with their times in seconds. */
  samples(phase: Phase): readonly Sampled[] {
    return this.#samples.filter(({ at }) => this.#phaseAt(at) === phase);
  }

  #window(from: number, to: number): Window {
    const seen = this.#seen.filter(({ at }) => at >= from && at < to);
    const ticks = seen.map(({ tick }) => tick);
    const mean = (of: (present: Present) => number): number =>
      round(sum(seen.map(({ present }) => of(present))) / Math.max(1, seen.length));
    return {
      at: round(to),
      seconds: round(to - from),
      phase: this.#phaseAt((from + to) / 2),
      update: Histogram.of(ticks.map(({ update }) => update)).percentiles(),
      accepted: Histogram.of(ticks.map(({ accepted }) => accepted)).percentiles(),
      turns: sum(ticks.map(({ turns }) => turns)),
      live: mean(({ live }) => live),
      players: mean(({ players }) => players),
      spectators: mean(({ spectators }) => spectators),
      errors: sum(ticks.flatMap(({ errors }) => Object.values(errors))),
      servers: this.#samples.findLast(({ at }) => at >= from && at < to)?.servers ?? [],
    };
  }

  #phaseAt(at: number): Phase {
    return this.#begins.findLast((one) => one.at <= at)?.phase ?? 'ramp';
  }

  #secondsOf(phase: Phase): number {
    const index = this.#begins.findIndex((one) => one.phase === phase);
    const begin = this.#begins[index];
    return begin ? round((this.#begins[index + 1]?.at ?? this.now) - begin.at) : 0;
  }
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const one of counts)
    for (const [code, count] of Object.entries(one)) total[code] = (total[code] ?? 0) + count;
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
