/**
 * What is put before a battle: what a side answers, and what is due from one that does not. Choices are staged here; what
 * comes of them is appended, committed and published by the session.
 */
import type { Battle } from '../battle/battle.ts';
import { absenceVerdict, type Due } from '../battle/clock.ts';
import type { SideId } from '../battle/ids.ts';
import type { ChoiceInput, Entry, Input, Verdict } from '../battle/input.ts';
import type { Random } from '../battle/random.ts';
import { drawChoices } from './auto-choice.ts';
import type { Deadlines } from './deadlines.ts';
import { faultOf, refused } from './refusals.ts';
import { accepted, GONE, refusal, type MoveReply, type Outlet } from './session-ports.ts';

/** What the session does with an answer. It is called from within the inbox. */
export interface Hand {
  readonly battle: Battle;
  readonly deadlines: Deadlines;
  readonly random: Random;
  readonly outlet: Pick<Outlet, 'warned'>;
  /** Append, commit, publish. False when the battle is not ours any more. */
  readonly play: (input: Input) => Promise<boolean>;
  /** Into the log alone. null when the battle is not ours any more. */
  readonly append: (input: Input) => Promise<Entry | null>;
  /** Whether anything may be said. If not, the session holds still from here on. */
  readonly mayTell: () => boolean;
}

export class Answers {
  readonly #hand: Hand;

  constructor(hand: Hand) {
    this.#hand = hand;
  }

  /** A player's answer. `rqid` says which request it answers; undefined, the open one. */
  async take(side: SideId, text: string, rqid: number | undefined): Promise<MoveReply> {
    const { battle } = this.#hand;
    const last = battle.lastChoice(side);
    if (rqid !== undefined && last?.rqid === rqid && last.text === text)
      return { ...accepted(last), isRepeat: true };
    const fault = faultOf(battle, side, rqid);
    if (fault) return refused(battle, fault, side);
    return this.#stage(side, text);
  }

  async forfeit(side: SideId): Promise<MoveReply> {
    const { battle, play } = this.#hand;
    if (battle.outcome) return refused(battle, 'BATTLE_ENDED', side);
    const { rqid } = battle;
    return (await play({ type: 'forfeit', side, why: 'forfeit' }))
      ? { kind: 'accepted', rqid, choice: '' }
      : GONE;
  }

  async end(verdict: Verdict): Promise<MoveReply> {
    const { battle, play } = this.#hand;
    if (battle.outcome) return refusal('BATTLE_ENDED');
    const { rqid } = battle;
    return (await play(verdict)) ? { kind: 'accepted', rqid, choice: '' } : GONE;
  }

  /** What a deadline brings that has run out. */
  async meet({ kind, side }: Due): Promise<void> {
    const { battle, deadlines, outlet, play, mayTell } = this.#hand;
    if (kind === 'warning') {
      if (!mayTell()) return;
      deadlines.warned(side);
      outlet.warned(side, Math.round(battle.opening.timer.warnMs / 1000));
    } else if (kind === 'turn') {
      await this.#moveFor(side);
    } else if (kind === 'absence') {
      await play(absenceVerdict(deadlines.clock, deadlines.presences(), side));
    } else {
      await play({ type: 'void', why: 'no-show' });
    }
  }

  async #stage(side: SideId, text: string, drawn?: { readonly auto: true }): Promise<MoveReply> {
    const { battle, play, append, mayTell } = this.#hand;
    const staged = battle.stage(side, text);
    if (staged.kind === 'staged') {
      const choice: ChoiceInput = { type: 'choice', side, text, rqid: battle.rqid, ...drawn };
      return (await play(choice)) ? accepted(choice) : GONE;
    }
    if (staged.changed) {
      if (!(await append({ type: 'refused', side, text }))) return GONE;
      if (!mayTell()) return refusal('REDIS_UNAVAILABLE');
    }
    return refused(battle, 'INVALID_MOVE', side, staged.message);
  }

  async #moveFor(side: SideId): Promise<void> {
    const { battle, random } = this.#hand;
    for (const text of drawChoices(battle, side, random)) {
      const reply = await this.#stage(side, text, { auto: true });
      // Any other refusal is the session's: it holds still, or has lost the battle.
      if (reply.kind === 'accepted' || reply.error.code !== 'INVALID_MOVE') return;
    }
    throw new Error('No choice is legal.');
  }
}
