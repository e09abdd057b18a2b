/** How a battle ended, by side, and what each receiver is told of it. */
import type { SideId } from './ids.ts';

/** As the state and spectators see it. */
export type EndReason = 'win' | 'forfeit' | 'timeout' | 'tie' | 'void';

export interface Outcome {
  /** null for `tie` and `void`. */
  readonly winner: SideId | null;
  readonly reason: EndReason;
}

/** `reason` as one receiver sees it. */
export type ReceivedReason = EndReason | 'loss' | 'opponent_forfeit' | 'opponent_timeout';

/** The reason as told to `side`, or to a spectator (null). */
export function reasonFor(outcome: Outcome, side: SideId | null): ReceivedReason {
  const { reason, winner } = outcome;
  if (side === null || winner === null) return reason;
  if (reason === 'win') return winner === side ? 'win' : 'loss';
  if (reason === 'forfeit' || reason === 'timeout') return winner === side ? `opponent_${reason}` : reason;
  return reason;
}
