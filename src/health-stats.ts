/** What the operator sees of this process and of the others: `GET /health/stats`. */
import { type FigureParts, type Figures, type OwnFigures, ownFigures, sharedFigures } from './figures.ts';
import type { Counts } from './telemetry/counts.ts';

export interface StatsParts extends FigureParts {
  /** Figures of another process, by its own word. Rejects when it does not answer. */
  readonly ask: (processId: string) => Promise<OwnFigures>;
}

export interface Stats extends Figures {
  /** Of the other processes; one that does not answer is left out. null: nobody knows who they are. */
  readonly others: readonly OwnFigures[] | null;
  /** Over all processes that have answered, this one among them. */
  readonly all: Totals;
}

export interface Totals {
  readonly processes: number;
  readonly rooms: number;
  readonly connections: number;
  readonly counts: Counts;
}

export async function healthStats(parts: StatsParts): Promise<Stats> {
  const own = ownFigures(parts);
  const shared = await sharedFigures(parts);
  const ids = shared.processes?.map(({ id }) => id).filter((id) => id !== own.process.id);
  const others = ids ? await answersOf(ids, parts.ask) : null;
  return { ...own, ...shared, others, all: totalsOf([own, ...(others ?? [])]) };
}

async function answersOf(ids: readonly string[], ask: StatsParts['ask']): Promise<OwnFigures[]> {
  const answers = await Promise.allSettled(ids.map((id) => ask(id)));
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

function totalsOf(figures: readonly OwnFigures[]): Totals {
  const sum = (count: (figures: OwnFigures) => number): number =>
    figures.reduce((total, one) => total + count(one), 0);
  return {
    processes: figures.length,
    rooms: sum(({ rooms }) => rooms),
    connections: sum(({ connections }) => connections),
    counts: {
      recoveries: sum(({ counts }) => counts.recoveries),
      fencings: sum(({ counts }) => counts.fencings),
      suspensions: sum(({ counts }) => counts.suspensions),
      voids: sum(({ counts }) => counts.voids),
    },
  };
}
