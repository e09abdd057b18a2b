/** The start: who plays what; and what goes on here. */
import { type BotKind, EndureError, type LadderEntry, type LiveBattle, type Me, type Page, type QueueTicket, type SentChallenge, type User } from '../../../client/src/endure.ts'; // prettier-ignore
import type { ChallengeDesk } from '../challenges/challenge-desk.ts';
import { LinkShare } from '../challenges/link-share.ts';
import { formatsOnOffer, needsTeam } from '../net/formats.ts';
import { told } from '../net/http.ts';
import { pathOf } from '../net/read.ts';
import type { Session } from '../net/session.ts';
import type { PastBattle } from '../net/types.ts';
import { render } from '../render.ts';
import type { View } from '../router.ts';
import type { Fields } from './form-fields.ts';
import { homeView } from './home-view.ts';
import { savedTeam, saveTeam, teamIdOf } from './team.ts';
import { placeProblems } from './team-problems.ts';

export interface HomePorts {
  readonly session: Session;
  readonly desk: ChallengeDesk;
  readonly go: (address: string) => void;
  /** A format to queue for at once. */
  readonly play: string | null;
  /** Against this bot; null: against whoever waits too. */
  readonly bot: BotKind | null;
  /** The id of whom to challenge. */
  readonly rival: string | null;
}

export interface HomeState extends Mutable<Fields> {
  /** Who is to be challenged; null: anybody. */
  rival: User | null;
  /** My open challenge, and whom it is for where that is known. */
  sent: SentChallenge | null;
  sentTo: string;
  readonly share: LinkShare;
  /** What is under way: signing in, checking the team; or the place in the queue. */
  doing: '' | 'preparing' | 'queued';
  position: number | null;
  notice: string;
  live: readonly LiveBattle[];
  ladder: readonly LadderEntry[];
  past: readonly PastBattle[];
  /** The battle that is being played, elsewhere or before a reload. */
  battleId: string | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface HomeActions {
  readonly named: (name: string) => void;
  readonly chose: (format: string) => void;
  readonly pasted: (team: string) => void;
  readonly play: () => void;
  readonly playBot: () => void;
  readonly challenge: () => void;
  readonly callOff: () => void;
  readonly cancel: () => void;
}

const DEFAULT_FORMAT = 'gen9randombattle';
const DEFAULT_BOT: BotKind = 'greedy';
const FORMAT_KEY = 'endure.format';
const REFRESH_MS = 5_000;
const LADDER_ROWS = 10;
const PAST_ROWS = 8;

export class HomePage implements View {
  readonly #root: Element;
  readonly #ports: HomePorts;
  readonly #state: HomeState;
  #ticket: QueueTicket | null = null;
  #isClosed = false;
  readonly #refreshing: number;
  readonly #unwatch: () => void;

  constructor(root: Element, ports: HomePorts) {
    this.#root = root;
    this.#ports = ports;
    const { account } = ports.session;
    const format = ports.play ?? localStorage.getItem(FORMAT_KEY) ?? DEFAULT_FORMAT;
    const share = new LinkShare(() => this.#draw());
    this.#state = { name: account?.user.name ?? '', formats: [], format, team: savedTeam(format), problems: [], rival: null, sent: null, sentTo: '', share, doing: '', position: null, notice: '', live: [], ladder: [], past: [], battleId: null }; // prettier-ignore
    document.title = 'Endure';
    this.#unwatch = ports.desk.watch(() => this.#draw());
    this.#refreshing = window.setInterval(() => void this.#refresh(), REFRESH_MS);
    this.#draw();
    void this.#begin();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#refreshing);
    this.#unwatch();
    this.#ticket?.close();
  }

  async #begin(): Promise<void> {
    const { play, bot, rival } = this.#ports;
    this.#state.formats = await formatsOnOffer();
    if (rival !== null) await this.#meet(rival);
    await this.#refresh();
    if (play !== null && !this.#isClosed) {
      history.replaceState(null, '', '/');
      await this.#play(bot);
    }
  }

  async #meet(id: string): Promise<void> {
    const found = await told<{ user: User }>(`/users${pathOf(id)}`);
    if (found) this.#state.rival = found.user;
    else this.#state.notice = 'There is no such user to challenge.';
  }

  async #refresh(): Promise<void> {
    const { format } = this.#state;
    const { account } = this.#ports.session;
    if (document.hidden && this.#state.live.length > 0) return;
    const [live, ladder, past, me] = await Promise.all([
      told<Page<LiveBattle>>('/battles/live'),
      told<Page<LadderEntry>>(`/ladder/${encodeURIComponent(format)}?limit=${LADDER_ROWS}`),
      account &&
        told<Page<PastBattle>>(`/users/${encodeURIComponent(account.user.id)}/battles?limit=${PAST_ROWS}`),
      account && told<Me>('/me', account.token),
    ]);
    if (this.#state.format === format && ladder) this.#state.ladder = ladder.items;
    if (live) this.#state.live = live.items;
    if (past) this.#state.past = past.items;
    if (me) this.#state.battleId = me.battleId ?? null;
    this.#draw();
  }

  #draw(): void {
    if (this.#isClosed) return;
    const state = this.#state;
    const { desk } = this.#ports;
    Object.assign(state, { sent: desk.sent, sentTo: desk.rival });
    const actions: HomeActions = {
      named: (name) => void (state.name = name),
      chose: (format) => this.#chose(format),
      pasted: (team) => {
        state.team = team;
        state.problems = [];
        this.#draw();
      },
      play: () => void this.#play(null),
      playBot: () => void this.#play(DEFAULT_BOT),
      challenge: () => void this.#challenge(),
      callOff: () => void desk.cancel(),
      cancel: () => this.#cancel(),
    };
    render(this.#root, homeView(state, actions));
  }

  #chose(format: string): void {
    const state = this.#state;
    localStorage.setItem(FORMAT_KEY, format);
    Object.assign(state, { format, team: savedTeam(format), problems: [], notice: '', ladder: [] });
    this.#draw();
    void this.#refresh();
  }

  #cancel(): void {
    // Too late where it rejects: the battle comes all the same.
    void this.#ticket?.cancel().catch(() => {});
  }

  async #play(bot: BotKind | null): Promise<void> {
    const state = this.#state;
    await this.#prepared(async () => {
      const client = await this.#ports.session.open(state.name.trim());
      state.name = client.user.name;
      const { formats, format, team } = state;
      if (needsTeam(formats, format)) saveTeam(format, team);
      const teamId = needsTeam(formats, format) ? await teamIdOf(client, format) : undefined;
      if (this.#isClosed) return;
      await this.#enter(
        bot
          ? client.playBot(format, { bot, ...(teamId !== undefined && { teamId }) })
          : client.queue(format, teamId),
      );
    });
  }

  async #challenge(): Promise<void> {
    const { name, format, team, rival } = this.#state;
    await this.#prepared(async () => {
      const { desk, session } = this.#ports;
      await desk.send({ name: name.trim(), format, team, ...(rival && { to: rival }) });
      this.#state.name = session.account?.user.name ?? name;
      this.#idle();
    });
  }

  async #prepared(work: () => Promise<void>): Promise<void> {
    if (this.#state.doing !== '') return;
    Object.assign(this.#state, { doing: 'preparing', notice: '', problems: [] });
    this.#draw();
    try {
      await work();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #enter(ticket: QueueTicket): Promise<void> {
    this.#ticket = ticket;
    this.#state.doing = 'queued';
    const placed = ({ position }: { readonly position: number }): void => {
      this.#state.position = position;
      this.#draw();
    };
    ticket.on('joined', placed);
    ticket.on('position', placed);
    ticket.on('left', () => this.#idle());
    this.#draw();
    const battle = await ticket.battle;
    if (this.#isClosed) return battle.close();
    this.#ports.session.hand(battle);
    this.#ports.go(`/battle/${battle.id}`);
  }

  #idle(): void {
    this.#ticket = null;
    Object.assign(this.#state, { doing: '', position: null });
    this.#draw();
  }

  #failed(error: unknown): void {
    const state = this.#state;
    const { code, message, details } = error as EndureError;
    const isGivenUp = this.#ticket === null && state.doing === '';
    if (!isGivenUp) state.notice = message;
    if (code === 'INVALID_TEAM') {
      state.problems = placeProblems(state.team, (details['problems'] ?? []) as string[]);
      state.notice = 'This team cannot be played yet.';
    }
    this.#idle();
  }
}
