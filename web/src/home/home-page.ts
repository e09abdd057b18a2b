/** The start: who plays what; and what goes on here. */
import { type EndureClient, EndureError, type Format, type LadderEntry, type LiveBattle, type Me, type Page, type QueueTicket } from '../../../client/src/endure.ts'; // prettier-ignore
import { told } from '../net/http.ts';
import type { Session } from '../net/session.ts';
import type { PastBattle } from '../net/types.ts';
import { render } from '../render.ts';
import type { View } from '../router.ts';
import { homeView } from './home-view.ts';
import { placeProblems, type PlacedProblem } from './team-problems.ts';

export interface HomePorts {
  readonly session: Session;
  readonly go: (address: string) => void;
  /** A format to queue for at once. */
  readonly play: string | null;
  /** Against the bot. */
  readonly isBot: boolean;
}

export interface HomeState {
  name: string;
  formats: readonly Format[];
  format: string;
  team: string;
  problems: readonly PlacedProblem[];
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

export interface HomeActions {
  readonly named: (name: string) => void;
  readonly chose: (format: string) => void;
  readonly pasted: (team: string) => void;
  readonly play: () => void;
  readonly playBot: () => void;
  readonly cancel: () => void;
}

const DEFAULT_FORMAT = 'gen9randombattle';
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

  constructor(root: Element, ports: HomePorts) {
    this.#root = root;
    this.#ports = ports;
    const { account } = ports.session;
    const format = ports.play ?? localStorage.getItem(FORMAT_KEY) ?? DEFAULT_FORMAT;
    this.#state = { name: account?.user.name ?? '', formats: [], format, team: savedTeam(format), problems: [], doing: '', position: null, notice: '', live: [], ladder: [], past: [], battleId: null }; // prettier-ignore
    document.title = 'Endure';
    this.#refreshing = window.setInterval(() => void this.#refresh(), REFRESH_MS);
    this.#draw();
    void this.#begin();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#refreshing);
    this.#ticket?.close();
  }

  async #begin(): Promise<void> {
    const formats = await told<Page<Format>>('/formats');
    if (formats) this.#state.formats = formats.items;
    await this.#refresh();
    if (this.#ports.play !== null && !this.#isClosed) {
      history.replaceState(null, '', '/');
      await this.#play(this.#ports.isBot);
    }
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
    const actions: HomeActions = {
      named: (name) => void (state.name = name),
      chose: (format) => this.#chose(format),
      pasted: (team) => {
        state.team = team;
        state.problems = [];
        this.#draw();
      },
      play: () => void this.#play(false),
      playBot: () => void this.#play(true),
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

  async #play(isBot: boolean): Promise<void> {
    const state = this.#state;
    if (state.doing !== '') return;
    Object.assign(state, { doing: 'preparing', notice: '', problems: [] });
    this.#draw();
    try {
      const client = await this.#ports.session.open(state.name.trim());
      state.name = client.user.name;
      const teamId = await this.#teamId(client);
      if (this.#isClosed) return;
      await this.#enter(
        isBot
          ? client.playBot(state.format, { ...(teamId !== undefined && { teamId }) })
          : client.queue(state.format, teamId),
      );
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

  /** Kept on the server; undefined where the format needs none. */
  async #teamId({ teams }: EndureClient): Promise<string | undefined> {
    const { formats, format, team } = this.#state;
    if (!formats.find(({ id }) => id === format)?.teamRequired) return undefined;
    localStorage.setItem(teamKey(format), team);
    const { id } = await teams.create({ name: 'From the page', format, team });
    return id;
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

function teamKey(format: string): string {
  return `endure.team.${format}`;
}

function savedTeam(format: string): string {
  return localStorage.getItem(teamKey(format)) ?? '';
}
