/**
 * A battle session with those who are connected to it: what the session says goes to them from here, as messages and as
 * the state of the room. Knows no lifecycle: who joins and leaves, and when the room goes, is the room's.
 */
import type { BattleId, SideId } from '../battle/ids.ts';
import type { ChoiceInput } from '../battle/input.ts';
import type { Outcome } from '../battle/outcome.ts';
import type { Random } from '../battle/random.ts';
import type { RatingChanges } from '../persistence/results/results.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Meter } from '../telemetry/meter.ts';
import { Audience } from './audience.ts';
import { BattleSession } from './battle-session.ts';
import type { BattleState } from './battle-state.ts';
import { BattleView } from './battle-view.ts';
import { BotPlayer, type Thinker } from './bot-player.ts';
import { ConnectionQuality } from './connection-quality.ts';
import { Connections, type BattleClient } from './connections.ts';
import { Ending } from './ending.ts';
import type { Scheduler } from './scheduler.ts';
import type { Outlet, Takeover } from './session-ports.ts';
import { StateMirror } from './state-mirror.ts';
import { CLOSE, inOneWrite } from './wire.ts';

export interface OutletPorts {
  /** Whether the other processes still take this one for alive. Asked before anything is said. */
  isTrusted(): boolean;
  /** What the battle did to ratings, once it is recorded. Never rejects; undefined: aborted before. */
  ratings(id: BattleId, signal: AbortSignal): Promise<RatingChanges | undefined>;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Thinks for the sides that the server plays itself. */
  readonly thinker: Thinker;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** The room, as far as telling needs it. */
export interface Stage {
  /** Must be the room's state already. */
  readonly state: BattleState;
  readonly clients: readonly BattleClient[];
  /** Sends the state as it is now. */
  broadcastPatch(): unknown;
  kickClient(sessionId: string, code: number): void;
  /** The end has been recorded. */
  onEnd(outcome: Outcome, noShows: readonly SideId[]): void;
  /** Somebody else owns the battle. */
  onFenced(): void;
}

export class BattleOutlet implements Outlet {
  readonly session: BattleSession;
  readonly connections: Connections;
  readonly audience: Audience;
  readonly view: BattleView;
  readonly quality: ConnectionQuality;
  readonly mirror: StateMirror;
  readonly ending: Ending;
  readonly #bots: readonly BotPlayer[];
  readonly #room: Stage;
  readonly #logger: Logger;
  #accepted: ChoiceInput | null = null;

  constructor(takeover: Takeover, ports: OutletPorts, room: Stage) {
    const { battle, epoch } = takeover;
    this.#room = room;
    this.#logger = ports.logger;
    this.connections = new Connections(battle.opening.sides);
    this.session = new BattleSession({ ...takeover, ...ports, isNew: epoch === 1, outlet: this });
    this.view = new BattleView(this.session);
    this.audience = new Audience(this.connections, ({ sessionId }) =>
      room.kickClient(sessionId, CLOSE.MOVED),
    );
    this.quality = new ConnectionQuality(ports, (side) => this.mirror.copyQuality(side));
    const { session, connections, audience, view, quality } = this;
    const ratings = (signal: AbortSignal): Promise<RatingChanges | undefined> =>
      ports.ratings(battle.opening.id, signal);
    this.ending = new Ending({ session, audience, view, scheduler: ports.scheduler, ratings });
    const failed = (err: unknown): void => {
      this.#logger.error({ battleId: battle.opening.id, err }, 'a bot failed');
    };
    this.#bots = battle.opening.sides.flatMap(({ side, bot }) =>
      bot ? [new BotPlayer({ session, view, ...ports, failed }, side, bot)] : [],
    );
    this.mirror = new StateMirror(room.state, { session, connections, view, quality, epoch });
  }

  accepted(choice: ChoiceInput): void {
    // Told by `updated`, which follows: both leave in one write.
    this.#accepted = choice;
    this.view.noteAnswer(choice);
  }

  updated(autoMoves: readonly SideId[]): void {
    const choice = this.#accepted;
    this.#accepted = null;
    const hasNews = this.view.show(autoMoves);
    this.mirror.copy();
    inOneWrite(this.#room.clients, () => {
      if (choice) this.#tellAccepted(choice);
      // That one of two has chosen is not urgent: it goes with the next patch.
      if (!choice || hasNews) this.#room.broadcastPatch();
      if (hasNews) this.audience.tellEach('BATTLE_UPDATE', (receiver) => this.view.update(receiver));
    });
    for (const bot of this.#bots) bot.notice();
  }

  warned(side: SideId, secondsRemaining: number): void {
    const { id: battleId } = this.session.battle.opening;
    this.audience.tell(this.connections.at(side), 'TURN_WARNING', { battleId, secondsRemaining });
  }

  paused(reason: string): void {
    this.audience.tell(this.#room.clients, 'BATTLE_PAUSED', { reason });
  }

  resumed(): void {
    this.audience.tell(this.#room.clients, 'BATTLE_RESUMED', { now: this.session.deadlines.storeNow() });
  }

  ended(outcome: Outcome, noShows: readonly SideId[]): void {
    this.ending.begin(outcome);
    this.#room.onEnd(outcome, noShows);
  }

  fenced(): void {
    this.#room.onFenced();
  }

  faulted(error: unknown): void {
    const { id: battleId } = this.session.battle.opening;
    this.#logger.error({ battleId, err: error }, 'a battle failed and ends void');
  }

  #tellAccepted({ side, rqid, text }: ChoiceInput): void {
    this.audience.tell(this.connections.at(side), 'MOVE_ACCEPTED', { rqid, choice: text });
  }
}
