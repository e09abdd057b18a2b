/** What a load test found, as it is written to disk: everything that the page shows, and nothing that it does not. */
import type { Clients } from './clients.ts';
import { disagreements } from './told.ts';
import type { ServerSample } from './servers.ts';
import type { Mark, Timeline, Totals, Window } from './timeline.ts';

export interface Threshold {
  readonly name: string;
  readonly unit: string;
  readonly limit: number;
  /** null where nobody told. */
  readonly value: number | null;
  readonly isMet: boolean;
}

/** Most of a figure that may be measured on the plateau; undefined: no matter. */
export interface Limits {
  readonly meanMs?: number | undefined;
  readonly p50Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
  readonly loopDelayP99Ms?: number | undefined;
  readonly rssMiB?: number | undefined;
  /** Over the whole run. */
  readonly errors?: number | undefined;
}

/** Of the servers on the plateau. */
export interface ServerTotals {
  /** Microseconds of processor time of the known processes for a turn; null where none is known. */
  readonly cpuUsPerTurn: number | null;
  /** Of the cores, of all of them together. */
  readonly cpuShare: number | null;
  /** The worst process's: since its start, as it said last, and in its worst half minute or so. */
  readonly loopDelayP99: number | null;
  readonly loopDelayWorstP99: number | null;
  /** The worst process at its worst. */
  readonly heapMiB: number | null;
  readonly rssMiB: number | null;
}

export interface LoadReport {
  readonly title: string;
  readonly startedAt: string;
  readonly url: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly plateau: Totals;
  readonly servers: ServerTotals;
  /** Over the whole run, by code. */
  readonly errors: Readonly<Record<string, number>>;
  readonly battles: number;
  /** Sentences; none when every battle was told alike to all who were there. */
  readonly faults: readonly string[];
  readonly thresholds: readonly Threshold[];
  readonly windows: readonly Window[];
  readonly marks: readonly Mark[];
}

export interface ReportParts extends Pick<LoadReport, 'title' | 'url' | 'options'> {
  readonly startedAt: Date;
  readonly timeline: Timeline;
  readonly clients: Pick<Clients, 'told' | 'failures'>;
  readonly limits: Limits;
  /** Microseconds of processor time of the servers over the plateau; null where it is not known. */
  readonly cpuUs: number | null;
}

export function loadReport(parts: ReportParts): LoadReport {
  const { timeline, clients, limits, cpuUs, title, url, options } = parts;
  const plateau = timeline.totals('plateau');
  const servers = serverTotals(timeline, plateau, cpuUs);
  const errors = timeline.errors();
  return {
    title,
    startedAt: parts.startedAt.toISOString(),
    url,
    options,
    plateau,
    servers,
    errors,
    battles: new Set(clients.told.map(({ battleId }) => battleId)).size,
    faults: [...clients.failures, ...disagreements(clients.told)],
    thresholds: thresholds(limits, plateau, servers, errors),
    windows: timeline.windows(),
    marks: timeline.marks,
  };
}

/** Whether all is well: no fault, and every threshold is met. */
export function isGood({ faults, thresholds: all }: LoadReport): boolean {
  return faults.length === 0 && all.every(({ isMet }) => isMet);
}

function serverTotals(timeline: Timeline, { turns, seconds }: Totals, cpuUs: number | null): ServerTotals {
  const samples = timeline.samples('plateau').flatMap(({ servers }) => servers);
  const worst = (of: (sample: (typeof samples)[number]) => number | null): number | null => {
    const told = samples.map(of).filter((value) => value !== null);
    return told.length === 0 ? null : Math.max(...told);
  };
  return {
    cpuUsPerTurn: cpuUs === null || turns === 0 ? null : Math.round(cpuUs / turns),
    cpuShare: cpuUs === null ? null : Math.round(cpuUs / seconds / 1e4) / 100,
    loopDelayP99: worstAtLast(samples),
    loopDelayWorstP99: worst((sample) => sample.loopDelayP99),
    heapMiB: worst((sample) => sample.heapMiB),
    rssMiB: worst((sample) => sample.rssMiB),
  };
}

function worstAtLast(samples: readonly ServerSample[]): number | null {
  const last = new Map(samples.map(({ id, loopDelayWhole }) => [id, loopDelayWhole]));
  const told = [...last.values()].filter((value) => value !== null);
  return told.length === 0 ? null : Math.max(...told);
}

function thresholds(
  limits: Limits,
  { update }: Totals,
  servers: ServerTotals,
  errors: LoadReport['errors'],
): Threshold[] {
  const count = Object.values(errors).reduce((sum, value) => sum + value, 0);
  const rows: readonly (readonly [string, string, number | undefined, number | null])[] = [
    ['last choice to update, mean', 'ms', limits.meanMs, update.mean],
    ['last choice to update, p50', 'ms', limits.p50Ms, update.p50],
    ['last choice to update, p99', 'ms', limits.p99Ms, update.p99],
    ['event-loop delay, p99', 'ms', limits.loopDelayP99Ms, servers.loopDelayP99],
    ['memory of a process', 'MiB', limits.rssMiB, servers.rssMiB],
    ['errors', '', limits.errors, count],
  ];
  return rows.flatMap(([name, unit, limit, value]) =>
    limit === undefined ? [] : [{ name, unit, limit, value, isMet: value !== null && value <= limit }],
  );
}
