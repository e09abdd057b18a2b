/** What is kept of a battle that has ended: opening, inputs and everything that replay cannot give back cheaply. */
import type { Entry } from './input.ts';
import type { Opening } from './opening.ts';
import type { Outcome } from './outcome.ts';

export interface BattleRecord {
  readonly opening: Opening;
  readonly entries: readonly Entry[];
  readonly outcome: Outcome;
  /** Protocol lines of the spectator channel. */
  readonly lines: readonly string[];
  readonly turns: number;
  /** The store's clock, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}
