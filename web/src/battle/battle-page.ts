/** A battle on the page: what the server tells goes to the playback and the draft, what is drawn follows from both. */
import '../styles/battle.css';
import type { DexTable } from '../../../scripts/page-dex.ts';
import type { SideId } from '../../../src/battle/ids.ts';
import type { ChallengeDesk } from '../challenges/challenge-desk.ts';
import { rematchView } from '../challenges/rematch.ts';
import type { Session } from '../net/session.ts';
import { render } from '../render.ts';
import type { View } from '../router.ts';
import { BattleFeed } from './battle-feed.ts';
import { battleView, titleOf, type BattleParts } from './battle-view.ts';
import { GenerationDex, generationOf } from './dex.ts';
import { loadDex, NO_DEX } from './dex-file.ts';
import { choiceOf, openDraft, stepOf, take, type Draft, type DraftAction } from './draft.ts';
import { actionOf } from './keys.ts';
import { Playback } from './playback.ts';

/** How often running clocks are drawn. */
const TICK_MS = 500;

export class BattlePage implements View {
  readonly #root: Element;
  readonly #desk: ChallengeDesk;
  readonly #unwatch: () => void;
  readonly #feed: BattleFeed;
  readonly #playback: Playback;
  #table: DexTable = NO_DEX;
  #draft: Draft | null = null;
  #notice = '';
  #isAsking = false;
  #isDue = false;
  #isClosed = false;
  readonly #tick: number;
  /** The longest time that was seen for each deadline. */
  readonly #spans = new Map<number, number>();

  constructor(root: Element, session: Session, desk: ChallengeDesk, battleId: string) {
    this.#root = root;
    this.#desk = desk;
    this.#unwatch = desk.watch(() => this.#changed());
    const isStill = (): boolean => document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#playback = new Playback({
      changed: () => this.#changed(),
      after: (ms, action) => void setTimeout(action, ms),
      isStill,
    });
    this.#feed = new BattleFeed(session, battleId, {
      changed: () => this.#changed(),
      lines: (lines, side) => this.#playback.follow(lines, side),
      refused: (message) => this.#refused(message),
      drawn: () => this.#noted('Your time ran out, and the server chose for you.'),
    });
    this.#tick = window.setInterval(() => this.#changed(), TICK_MS);
    void loadDex().then((table) => {
      this.#table = table;
      this.#changed();
    });
    this.#changed();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#tick);
    this.#unwatch();
    this.#feed.close();
  }

  pressed(event: KeyboardEvent): void {
    const { target } = event;
    if (this.#isAsking) {
      if (event.key === 'Escape') this.#ask(false);
      return;
    }
    // A focused button is pressed with Enter itself.
    if (!this.#draft || (event.key === 'Enter' && target instanceof HTMLButtonElement)) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    const action = actionOf(event, stepOf(this.#draft));
    const isBehind = !this.#playback.isCaughtUp(this.#feed.lines);
    const isSkip = isBehind && (action !== null || (event.key === ' ' && !(target instanceof HTMLButtonElement))); // prettier-ignore
    if (!action && !isSkip) return;
    event.preventDefault();
    // Nobody chooses by what is not so any more.
    if (isSkip) this.#skip();
    else if (action) this.#act(action);
  }

  #skip(): void {
    this.#playback.skip(this.#feed.lines);
  }

  /** Draws once for all that happens together. */
  #changed(): void {
    if (this.#isDue || this.#isClosed) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.#isClosed) return;
      this.#followRequest();
      const parts = this.#parts();
      document.title = `${titleOf(parts)} – Endure`;
      render(this.#root, battleView(parts));
    });
  }

  #followRequest(): void {
    const { request, end } = this.#feed.shown;
    if (!request || end) this.#draft = null;
    else if (this.#draft?.request !== request) this.#draft = openDraft(request);
  }

  #act(action: DraftAction): void {
    if (!this.#draft) return;
    this.#draft = take(this.#draft, action);
    this.#notice = '';
    const choice = choiceOf(this.#draft);
    if (choice !== null) void this.#feed.choose(choice);
    this.#changed();
  }

  #refused(message: string): void {
    this.#draft = null;
    this.#noted(message);
  }

  #noted(notice: string): void {
    this.#notice = notice;
    this.#changed();
  }

  #ask(isAsking: boolean): void {
    this.#isAsking = isAsking;
    this.#changed();
  }

  #parts(): BattleParts {
    const battle = this.#feed.shown;
    const { facts, volatiles, log, lastLine, formatName } = this.#playback;
    const near: SideId = battle.side ?? 'p1';
    return {
      battle,
      facts,
      volatiles,
      log,
      lastLine,
      formatName,
      isCaughtUp: this.#playback.isCaughtUp(this.#feed.lines),
      near,
      far: near === 'p1' ? 'p2' : 'p1',
      dex: new GenerationDex(this.#table, generationOf(battle.format)),
      draft: this.#draft,
      notice: this.#notice,
      rematch: rematchView(this.#desk, battle.format, battle.side && battle.players && battle.players[battle.side === 'p1' ? 'p2' : 'p1']), // prettier-ignore
      isAsking: this.#isAsking,
      secondsTo: (at) => Math.max(0, Math.ceil((at - this.#feed.now()) / 1000)),
      shareOf: (at) => this.#shareOf(at),
      act: (action) => this.#act(action),
      skip: () => this.#skip(),
      ask: (isAsking) => this.#ask(isAsking),
      forfeit: () => {
        void this.#feed.forfeit();
        this.#ask(false);
      },
    };
  }

  #shareOf(deadlineAt: number): number {
    const left = deadlineAt - this.#feed.now();
    const span = Math.max(left, this.#spans.get(deadlineAt) ?? 1);
    this.#spans.set(deadlineAt, span);
    return Math.max(0, left / span);
  }
}
