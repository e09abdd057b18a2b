/**
 * The server's own player at a side: it sees what a client of that side is sent, and answers through the session as a
 * client does. Whoever owns the battle has it. Where it has no answer a random legal one is given; what even that does
 * not bring about, the clock of the turn does.
 */
import type { BotKind } from '../battle/bot-seat.ts';
import type { SideId } from '../battle/ids.ts';
import type { Random } from '../battle/random.ts';
import type { BattleRequest } from '../battle/request.ts';
import type { BotTask } from '../bots/think.ts';
import { drawChoices } from './auto-choice.ts';
import type { BattleSession } from './battle-session.ts';
import type { BattleView } from './battle-view.ts';

/** Thinks for bots. */
export interface Thinker {
  /** null: there is no answer. Never rejects. */
  choose(task: BotTask): Promise<string | null>;
}

export interface BotParts {
  readonly session: Pick<BattleSession, 'battle' | 'isLive' | 'choose'>;
  readonly view: Pick<BattleView, 'state'>;
  readonly thinker: Thinker;
  readonly random: Random;
  readonly failed: (error: unknown) => void;
}

export class BotPlayer {
  readonly #parts: BotParts;
  readonly #side: SideId;
  readonly #kind: BotKind;
  /** Which request is being answered; 0 for none. */
  #underWay = 0;

  constructor(parts: BotParts, side: SideId, kind: BotKind) {
    this.#parts = parts;
    this.#side = side;
    this.#kind = kind;
  }

  /** The battle has moved, or begun, or goes on: there may be something to answer. */
  notice(): void {
    const { session, view, failed } = this.#parts;
    const { battle } = session;
    if (!this.#isOpen(battle.rqid) || this.#underWay === battle.rqid) return;
    const { lines, request } = view.state(this.#side, 0);
    if (!request) return;
    const { rqid } = request;
    this.#underWay = rqid;
    void this.#answer(lines, request)
      .catch(failed)
      .finally(() => {
        if (this.#underWay === rqid) this.#underWay = 0;
      });
  }

  async #answer(lines: readonly string[], request: BattleRequest): Promise<void> {
    const { session, thinker, random } = this.#parts;
    const text = await thinker.choose({
      kind: this.#kind,
      format: session.battle.opening.format,
      side: this.#side,
      lines: lines.join('\n'),
      request,
      seed: random(),
    });
    for (const choice of this.#candidates(text, request.rqid)) {
      const reply = await session.choose(this.#side, choice, request.rqid);
      // Any other refusal is the session's: it holds still, or has lost the battle.
      if (reply.kind === 'accepted' || reply.error.code !== 'INVALID_MOVE') return;
    }
  }

  *#candidates(text: string | null, rqid: number): Generator<string, void> {
    const { session, random } = this.#parts;
    if (text !== null && this.#isOpen(rqid)) yield text;
    const draws = drawChoices(session.battle, this.#side, random);
    while (this.#isOpen(rqid)) {
      const draw = draws.next();
      if (draw.done) return;
      yield draw.value;
    }
  }

  /** Whether this request waits for an answer of this side. */
  #isOpen(rqid: number): boolean {
    const { battle, isLive } = this.#parts.session;
    return isLive && battle.rqid === rqid && battle.owes(this.#side);
  }
}
