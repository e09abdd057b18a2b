/** What is measured where it happens, said in the words of a battle server: who calls it does not know who keeps it. */
import type { FormatId } from '../battle/ids.ts';
import type { Input } from '../battle/input.ts';
import type { ErrorCode } from '../errors.ts';

/**
 * What takes time: an append to the input log, the sim playing a turn, telling it, the whole way from a player's input
 * to its answer, the replay of a battle taken over, and a question to another process.
 */
export type Step = 'append' | 'commit' | 'publish' | 'answer' | 'replay' | 'canary';

/** `auto`: a choice that the server drew. */
export type InputKind = Input['type'] | 'auto';

/** Where somebody may be refused something; of upgrades to WebSockets only those beyond a limit are counted. */
export const DESKS = ['battle', 'matchmaking', 'ladder', 'http', 'upgrade'] as const;
export type Desk = (typeof DESKS)[number];

/** Every call costs about a microsecond and does not throw. No label names a user or a battle. */
export interface Meter {
  /** It is in the log. */
  accepted(kind: InputKind): void;
  refused(where: Desk, code: ErrorCode): void;
  /** Milliseconds. */
  took(step: Step, ms: number): void;
  /** How long a ticket was in the queue before it was paired. Milliseconds. */
  waited(format: FormatId, ms: number): void;
}

export function kindOf(input: Input): InputKind {
  return input.type === 'choice' && input.auto ? 'auto' : input.type;
}
