/** A battle as one receiver sees it: the messages that carry its lines, its request and its end. */
import type { Battle } from '../battle/battle.ts';
import type { ChannelId } from '../battle/channel.ts';
import type { BattleId, FormatId, SideId } from '../battle/ids.ts';
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

export class BattleView {
  readonly players: Players;
  readonly #session: BattleSession;
  /** Lines already sent, by channel. */
  readonly #sent: Record<ChannelId, number> = { p1: 0, p2: 0, spectator: 0 };
  #sentRqid = 0;
  #autoMoves: SideId[] = [];

  constructor(session: BattleSession) {
    this.#session = session;
    this.players = playersOf(session.battle);
    this.markSent();
  }

  /** Whether there is anything to send that has not been. */
  get hasNews(): boolean {
    const { battle } = this.#session;
    return battle.rqid !== this.#sentRqid || battle.channels.spectator.length !== this.#sent.spectator;
  }

  channelOf(receiver: Receiver): readonly string[] {
    return this.#session.battle.channels[receiver ?? 'spectator'];
  }

  /** To be told with the next update. */
  noteAutoMoves(sides: readonly SideId[]): void {
    this.#autoMoves.push(...sides);
  }

  markSent(): void {
    const { channels, rqid } = this.#session.battle;
    for (const channel of ['p1', 'p2', 'spectator'] as const) this.#sent[channel] = channels[channel].length;
    this.#sentRqid = rqid;
    this.#autoMoves = [];
  }

  describe(spectators: number): BattleDescription {
    const { battle, id: battleId, startedAt } = this.#session;
    return {
      battleId,
      format: battle.opening.format,
      players: this.players,
      turn: battle.turn,
      startedAt,
      spectators,
      isPlayed: !this.#session.hasEnded,
    };
  }

  /** Everything from line `from` on. */
  start(receiver: Receiver, from: number): BattleStart {
    const { id: battleId, format } = this.#session.battle.opening;
    return { battleId, format, side: receiver, players: this.players, ...this.state(receiver, from) };
  }

  /** What has not been sent yet. */
  update(receiver: Receiver): BattleUpdate {
    const autoMove = this.#autoMoves.length > 0 ? { autoMove: this.#autoMoves } : undefined;
    return { ...this.state(receiver, this.#sent[receiver ?? 'spectator']), ...autoMove };
  }

  state(receiver: Receiver, from: number): BattleUpdate {
    const request = this.#openRequest(receiver);
    const now = this.#session.deadlines.storeNow();
    return { from, lines: this.channelOf(receiver).slice(from), ...(request && { request }), now };
  }

  end({ winner, reason }: Outcome, receiver: Receiver): BattleEnd {
    return {
      battleId: this.#session.id,
      winner: winner && this.players[winner].id,
      reason: reasonFor({ winner, reason }, receiver),
    };
  }

  /** The open request of a side that has not answered it, or only waits. */
  #openRequest(receiver: Receiver): BattleRequest | null {
    const { battle } = this.#session;
    const request = receiver && battle.outcome === null ? battle.request(receiver) : null;
    return request && (request.wait || battle.owes(receiver!)) ? request : null;
  }
}

function playersOf({ opening }: Battle): Players {
  const of = (side: SideId): Players[SideId] => {
    const { userId, name, elo } = opening.sides.find((seat) => seat.side === side)!;
    return { id: userId, name, elo };
  };
  return { p1: of('p1'), p2: of('p2') };
}
