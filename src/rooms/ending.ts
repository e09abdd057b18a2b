/**
 * Tells the end of a battle, with what it did to the ratings where that is known soon; otherwise it follows in a message
 * of its own, or not at all: it is on record.
 */
import type { SideId } from '../battle/ids.ts';
import type { Outcome } from '../battle/outcome.ts';
import { shownChange } from '../ratings/shown.ts';
import type { RatingChanges } from '../persistence/results/results.ts';
import type { Audience } from './audience.ts';
import type { BattleView } from './battle-view.ts';
import type { BattleClient } from './connections.ts';
import type { BattleEnd, Ratings } from './messages.ts';
import type { Scheduler } from './scheduler.ts';
import type { BattleSession } from './battle-session.ts';

/** How long the end is held back for the ratings, in milliseconds. */
const WAIT_MS = 2_000;

export interface EndingParts {
  readonly session: Pick<BattleSession, 'battle'>;
  readonly audience: Audience;
  readonly view: BattleView;
  readonly scheduler: Scheduler;
  /** undefined: aborted before it was known. Never rejects. */
  ratings(signal: AbortSignal): Promise<RatingChanges | undefined>;
}

export class Ending {
  readonly #parts: EndingParts;
  readonly #stopped = new AbortController();
  #ratings: Ratings | undefined;
  #outcome: Outcome | undefined;
  #isTold = false;
  #cancelWait = (): void => {};

  constructor(parts: EndingParts) {
    this.#parts = parts;
  }

  /** The end is recorded. */
  begin(outcome: Outcome): void {
    this.#outcome = outcome;
    const { opening } = this.#parts.session.battle;
    if (!opening.rated || outcome.reason === 'void') {
      this.now();
      return;
    }
    this.#cancelWait = this.#parts.scheduler.after(WAIT_MS, () => this.now());
    void this.#parts.ratings(this.#stopped.signal).then((changes) => {
      if (changes === undefined) return;
      if (changes) this.#ratings = ratingsOf(changes, opening.format);
      if (this.#isTold) this.#follow();
      else this.now();
    });
  }

  /** Tells it without waiting any longer. Nothing where there is no end, or it is told. */
  now(): void {
    this.#cancelWait();
    if (!this.#outcome || this.#isTold) return;
    this.#isTold = true;
    this.#parts.audience.tellEach('BATTLE_END', (side) => this.#end(this.#outcome!, side));
  }

  /** To one who asks, or comes now; who is there already hears of it with the others. */
  tell(client: BattleClient, side: SideId | null): void {
    if (this.#outcome && this.#isTold)
      this.#parts.audience.tell([client], 'BATTLE_END', this.#end(this.#outcome, side));
  }

  /** Nobody is there any more. */
  stop(): void {
    this.#cancelWait();
    this.#stopped.abort();
  }

  #follow(): void {
    const ratings = this.#ratings;
    const { id: battleId } = this.#parts.session.battle.opening;
    if (ratings) this.#parts.audience.tellEach('RATINGS', () => ({ battleId, ratings }));
  }

  #end(outcome: Outcome, side: SideId | null): BattleEnd {
    const ratings = this.#ratings;
    return { ...this.#parts.view.end(outcome, side), ...(ratings && { ratings }) };
  }
}

function ratingsOf(changes: NonNullable<RatingChanges>, format: string): Ratings {
  return Object.fromEntries(
    changes.map(({ userId, before, after }) => [userId, { format, ...shownChange(before, after) }]),
  );
}
