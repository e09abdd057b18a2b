/** A metric that is read when somebody asks: what it is called, what it says, and where it comes from. */
import type { Figures } from '../../figures.ts';

type Labels = Readonly<Record<string, string>>;

/** A number, or one for each set of labels; null where nobody can tell just now. */
type Reading = number | null | readonly (readonly [Labels, number])[];

export interface Family {
  readonly name: string;
  /** A counter only rises, until the process starts anew. */
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (figures: Figures) => Reading;
}

export function gauge(name: string, help: string, read: Family['read'], labels?: readonly string[]): Family {
  return { name, kind: 'gauge', help, read, ...(labels && { labels }) };
}

export function counter(name: string, help: string, read: Family['read']): Family {
  return { name, kind: 'counter', help, read };
}

export function secondsOf(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
