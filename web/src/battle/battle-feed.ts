/** One battle as the page follows it: from the first attempt to join until its end is told. */
import type { Battle, BattleEnd, BattleRequest, EndureError, FinishedBattle, Players, Ratings, SideId } from '../../../client/src/endure.ts'; // prettier-ignore
import type { BattleState } from '../../../client/src/endure.ts';
import { told } from '../net/http.ts';
import { pathOf } from '../net/read.ts';
import type { Session } from '../net/session.ts';

/** What the page shows of it. */
export interface ShownBattle {
  readonly id: string;
  readonly format: string;
  readonly side: SideId | null;
  readonly players: Players | null;
  readonly state: BattleState | null;
  /** To be answered, and not being answered. */
  readonly request: BattleRequest | null;
  readonly lastRequest: BattleRequest | null;
  readonly isSending: boolean;
  readonly link: 'joining' | 'connected' | 'reconnecting' | 'lost';
  readonly isPaused: boolean;
  /** Of one's own time when the server warned last; 0 where it has not since the last request. */
  readonly warnedSeconds: number;
  readonly end: Pick<BattleEnd, 'winner' | 'reason' | 'ratings'> | null;
  /** Why there is nothing to see. */
  readonly fault: string | null;
  /** The record of one that was over before it could be joined; null until it is known. */
  readonly past: FinishedBattle | null;
}

export interface FeedListener {
  readonly changed: () => void;
  readonly lines: (lines: readonly string[], side: SideId | null) => void;
  readonly refused: (message: string) => void;
  /** The server has drawn a choice for this side, whose time had run out. */
  readonly drawn: () => void;
}

const AGAIN_MS = 1_000;

export class BattleFeed {
  readonly id: string;
  readonly #session: Session;
  readonly #listener: FeedListener;
  #battle: Battle | null = null;
  #end: ShownBattle['end'] = null;
  #ratings: Ratings | undefined;
  #isSending = false;
  #isPaused = false;
  #warnedSeconds = 0;
  #isClosed = false;
  #fault: string | null = null;
  #past: FinishedBattle | null = null;

  constructor(session: Session, id: string, listener: FeedListener) {
    this.id = id;
    this.#session = session;
    this.#listener = listener;
    void this.#join();
  }

  get shown(): ShownBattle {
    const battle = this.#battle;
    const ratings = this.#ratings;
    return {
      id: this.id,
      format: battle?.format ?? '',
      side: battle?.side ?? null,
      players: battle?.players ?? null,
      state: battle?.state ?? null,
      request: this.#isSending ? null : (battle?.request ?? null),
      lastRequest: battle?.lastRequest ?? null,
      isSending: this.#isSending,
      link: battle?.connection ?? 'joining',
      isPaused: this.#isPaused,
      warnedSeconds: this.#warnedSeconds,
      end: this.#end && { ...this.#end, ...(ratings && { ratings }) },
      fault: this.#fault,
      past: this.#past,
    };
  }

  get lines(): readonly string[] {
    return this.#battle?.lines ?? [];
  }

  /** By the server's clock. */
  now(): number {
    return this.#battle?.now() ?? Date.now();
  }

  async choose(text: string): Promise<void> {
    this.#isSending = true;
    try {
      await this.#battle?.choose(text);
    } catch (error) {
      if ((error as EndureError).code !== 'BATTLE_ENDED')
        this.#listener.refused((error as EndureError).message);
    } finally {
      this.#isSending = false;
      this.#listener.changed();
    }
  }

  async forfeit(): Promise<void> {
    await this.#battle?.forfeit().catch((error: EndureError) => this.#listener.refused(error.message));
  }

  close(): void {
    this.#isClosed = true;
    this.#battle?.close();
  }

  async #join(): Promise<void> {
    while (!this.#isClosed && !this.#battle && this.#fault === null) {
      try {
        const battle = this.#session.take(this.id) ?? (await (await this.#session.open()).watch(this.id));
        if (this.#isClosed) battle.close();
        else this.#follow(battle);
        return;
      } catch (error) {
        this.#failed(error as EndureError);
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  #failed({ code, message, recoverable }: EndureError): void {
    if (code === 'BATTLE_ENDED') {
      this.#fault = 'This battle is over.';
      void this.#lookBack();
    } else if (!recoverable || code === 'ROOM_FULL') this.#fault = message;
    this.#listener.changed();
  }

  async #lookBack(): Promise<void> {
    this.#past = await told<FinishedBattle>(`/battles${pathOf(this.id)}`);
    this.#listener.changed();
  }

  #follow(battle: Battle): void {
    this.#battle = battle;
    const { changed, drawn, lines } = this.#listener;
    battle.on('lines', ({ autoMove }) => {
      lines(battle.lines, battle.side);
      if (battle.side !== null && autoMove.includes(battle.side)) drawn();
    });
    battle.on('warning', ({ secondsRemaining }) => this.#warn(secondsRemaining));
    battle.on('request', () => this.#warn(0));
    battle.on('paused', () => this.#pause(true));
    battle.on('resumed', () => this.#pause(false));
    battle.on('connection', () => this.#pause(false));
    battle.on('ended', (end) => {
      this.#end = end;
      changed();
    });
    battle.on('ratings', (ratings) => {
      this.#ratings = ratings;
      changed();
    });
    for (const event of ['state', 'accepted', 'opponent'] as const) battle.on(event, changed);
    changed();
  }

  #warn(seconds: number): void {
    this.#warnedSeconds = seconds;
    this.#listener.changed();
  }

  #pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#listener.changed();
  }
}
