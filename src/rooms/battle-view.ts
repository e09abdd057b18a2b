/** A battle as one receiver sees it: the messages that carry its lines, its request and its end. */
import type { Battle } from '../battle/battle.ts';
import type { ChannelId } from '../battle/channel.ts';
import type { BattleId, FormatId, SideId } from '../battle/ids.ts';
import type { ChoiceInput } from '../battle/input.ts';
import { reasonFor, type Outcome } from '../battle/outcome.ts';
import type { BattleRequest } from '../battle/request.ts';
import type { BattleSession } from './battle-session.ts';
import type { BattleEnd, BattleStart, BattleUpdate, Players } from './messages.ts';

/** null is a spectator. */
export type Receiver = SideId | null;

/** A battle as strangers may see it in a list. */
export interface BattleDescription {
  readonly battleId: BattleId;
  readonly format: FormatId;
  readonly players: Players;
  readonly turn: number;
  readonly startedAt: number;
  readonly spectators: number;
  readonly isPlayed: boolean;
}

interface News {
  readonly from: Lengths;
  readonly autoMove: readonly SideId[];
}

type Lengths = Readonly<Record<ChannelId, number>>;

/** What is shown is what has been told: the battle may be further while its process must hold still. */
export class BattleView {
  readonly players: Players;
  readonly #session: BattleSession;
  readonly #answers: Record<SideId, ChoiceInput | undefined>;
  #shown: Lengths;
  #shownRqid: number;
  #autoMoves: SideId[] = [];
  #news: News;

  /** All that was in the log when the battle was claimed may be told: no owner tells it otherwise. */
  constructor(session: BattleSession) {
    const { battle } = session;
    this.#session = session;
    this.players = playersOf(battle);
    this.#answers = { p1: battle.lastChoice('p1'), p2: battle.lastChoice('p2') };
    this.#shown = lengthsOf(battle);
    this.#shownRqid = battle.rqid;
    this.#news = { from: this.#shown, autoMove: [] };
  }

  /** Shows all that has been played. Whether there is anything to tell of it. */
  show(autoMoves: readonly SideId[]): boolean {
    const { battle } = this.#session;
    this.#autoMoves.push(...autoMoves);
    if (battle.rqid === this.#shownRqid && battle.channels.spectator.length === this.#shown.spectator)
      return false;
    this.#news = { from: this.#shown, autoMove: this.#autoMoves };
    this.#shown = lengthsOf(battle);
    this.#shownRqid = battle.rqid;
    this.#autoMoves = [];
    return true;
  }

  noteAnswer(choice: ChoiceInput): void {
    this.#answers[choice.side] = choice;
  }

  /** What a side has answered to the open request. */
  answerOf(side: SideId): ChoiceInput | undefined {
    const answer = this.#answers[side];
    return answer?.rqid === this.#shownRqid ? answer : undefined;
  }

  /** Number of the next line. */
  lengthOf(receiver: Receiver): number {
    return this.#shown[receiver ?? 'spectator'];
  }

  describe(spectators: number): BattleDescription {
    const { battle, logged } = this.#session;
    return {
      battleId: battle.opening.id,
      format: battle.opening.format,
      players: this.players,
      turn: battle.turn,
      startedAt: logged.startedAt,
      spectators,
      isPlayed: !this.#session.hasEnded,
    };
  }

  /** Everything from line `from` on. */
  start(receiver: Receiver, from: number): BattleStart {
    const { id: battleId, format } = this.#session.battle.opening;
    return { battleId, format, side: receiver, players: this.players, ...this.state(receiver, from) };
  }

  /** What the last `show` has brought. */
  update(receiver: Receiver): BattleUpdate {
    const { from, autoMove } = this.#news;
    const update = this.state(receiver, from[receiver ?? 'spectator']);
    return autoMove.length > 0 ? { ...update, autoMove } : update;
  }

  state(receiver: Receiver, from: number): BattleUpdate {
    const { battle, deadlines } = this.#session;
    const lines = battle.channels[receiver ?? 'spectator'].slice(from, this.lengthOf(receiver));
    const request = receiver && this.#openRequest(receiver);
    return { from, lines, ...(request && { request }), now: deadlines.storeNow() };
  }

  end({ winner, reason }: Outcome, receiver: Receiver): BattleEnd {
    return {
      battleId: this.#session.battle.opening.id,
      winner: winner && this.players[winner].id,
      reason: reasonFor({ winner, reason }, receiver),
    };
  }

  /** The open request of a side that has not answered it, or only waits. */
  #openRequest(side: SideId): BattleRequest | null {
    const { battle } = this.#session;
    if (battle.outcome || battle.rqid !== this.#shownRqid) return null;
    const request = battle.request(side);
    return request && (request.wait || !this.answerOf(side)) ? request : null;
  }
}

function lengthsOf({ channels: { p1, p2, spectator } }: Battle): Lengths {
  return { p1: p1.length, p2: p2.length, spectator: spectator.length };
}

function playersOf({ opening }: Battle): Players {
  const of = (side: SideId): Players[SideId] => {
    const { userId, name, elo, bot } = opening.sides.find((seat) => seat.side === side)!;
    return { id: userId, name, elo, ...(bot && { bot: true }) };
  };
  return { p1: of('p1'), p2: of('p2') };
}
