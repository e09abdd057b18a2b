/** Keeps the state of a room like its battle: facts from the spectator lines, clocks and presence from the session. */
import { findFormat } from '../battle/format.ts';
import { SIDE_IDS, type SideId } from '../battle/ids.ts';
import { botsOf, userAt } from '../battle/opening.ts';
import { PublicFacts } from '../battle/public-facts.ts';
import type { BattleSession } from './battle-session.ts';
import { copyFacts, openState, phaseOf, set, sideOf, type BattleState } from './battle-state.ts';
import type { BattleView } from './battle-view.ts';
import type { ConnectionQuality } from './connection-quality.ts';
import type { Connections } from './connections.ts';

export interface MirroredBattle {
  readonly session: BattleSession;
  readonly view: BattleView;
  readonly connections: Connections;
  readonly quality: ConnectionQuality;
  readonly epoch: number;
}

export class StateMirror {
  readonly #state: BattleState;
  readonly #session: BattleSession;
  readonly #connections: Connections;
  readonly #view: BattleView;
  readonly #quality: ConnectionQuality;
  readonly #bots: ReadonlySet<SideId>;
  readonly #facts = new PublicFacts();
  /** Spectator lines that the facts have taken. */
  #lines = 0;

  /** `state` must be the room's already. */
  constructor(state: BattleState, { session, view, connections, quality, epoch }: MirroredBattle) {
    this.#state = state;
    this.#session = session;
    this.#connections = connections;
    this.#view = view;
    this.#quality = quality;
    const { battle } = session;
    this.#bots = botsOf(battle.opening);
    openState(state, battle, findFormat(battle.opening.format)?.gameType ?? '', epoch);
    this.copy();
  }

  /** After anything has happened in the battle. */
  copy(): void {
    const { battle, logged } = this.#session;
    const lines = battle.channels.spectator;
    for (; this.#lines < lines.length; this.#lines++) this.#facts.apply(lines[this.#lines]!);
    copyFacts(this.#state, this.#facts);
    this.#state.phase = phaseOf(battle);
    this.#state.startedAt = logged.startedAt;
    this.#state.endReason = battle.outcome?.reason ?? '';
    this.#state.winner = userAt(battle.opening, battle.outcome?.winner ?? null) ?? '';
    this.copySides();
  }

  /** After somebody came or went. */
  copySides(): void {
    const { battle, deadlines, isLive } = this.#session;
    const isOpen = isLive && battle.outcome === null;
    for (const id of SIDE_IDS) {
      const side = sideOf(this.#state, id);
      side.connected = this.#bots.has(id) || this.#connections.at(id).length > 0;
      this.copyQuality(id);
      side.hasChosen = battle.outcome === null && this.#view.answerOf(id) !== undefined;
      side.deadlineAt = isOpen ? deadlines.turnDeadline(id) : 0;
      side.reconnectByAt = isOpen ? deadlines.returnDeadline(id) : 0;
    }
    this.#state.spectators = this.#connections.spectators.size;
  }

  /** After a measurement. It goes with the next patch. */
  copyQuality(id: SideId): void {
    const side = sideOf(this.#state, id);
    // How well a bot is connected means nothing.
    if (this.#bots.has(id)) return;
    const { latencyMs, connection } = this.#quality.of(id);
    set(side, 'latencyMs', latencyMs);
    set(side, 'connection', connection);
  }
}
