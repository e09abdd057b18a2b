/** The start: who plays what; and what goes on here. */
import { savedAccount, signIn, type Account } from '../net/account.ts';
import { asApiError, call } from '../net/http.ts';
import { enterQueue, type Queue } from '../net/queue.ts';
import type { Format, LadderRow, LiveBattle, Page, PastBattle } from '../net/types.ts';
import { render } from '../render.ts';
import type { View } from '../router.ts';
import { homeView } from './home-view.ts';
import { placeProblems, type PlacedProblem } from './team-problems.ts';

export interface HomePorts {
  readonly go: (address: string) => void;
  /** A format to queue for at once. */
  readonly play: string | null;
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
  since: number;
  notice: string;
  live: readonly LiveBattle[];
  ladder: readonly LadderRow[];
  past: readonly PastBattle[];
  account: Account | null;
}

export interface HomeActions {
  readonly named: (name: string) => void;
  readonly chose: (format: string) => void;
  readonly pasted: (team: string) => void;
  readonly play: () => void;
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
  #queue: Queue | null = null;
  #isClosed = false;
  readonly #refreshing: number;

  constructor(root: Element, ports: HomePorts) {
    this.#root = root;
    this.#ports = ports;
    const account = savedAccount();
    const format = ports.play ?? localStorage.getItem(FORMAT_KEY) ?? DEFAULT_FORMAT;
    this.#state = { name: account?.user.name ?? '', formats: [], format, team: savedTeam(format), problems: [], doing: '', position: null, since: 0, notice: '', live: [], ladder: [], past: [], account }; // prettier-ignore
    document.title = 'Endure';
    this.#refreshing = window.setInterval(() => void this.#refresh(), REFRESH_MS);
    this.#draw();
    void this.#begin();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#refreshing);
    this.#queue?.cancel();
  }

  async #begin(): Promise<void> {
    const formats = await told<Page<Format>>('/formats');
    if (formats) this.#state.formats = formats.items;
    await this.#refresh();
    if (this.#ports.play !== null && !this.#isClosed) {
      history.replaceState(null, '', '/');
      await this.#play();
    }
  }

  async #refresh(): Promise<void> {
    const { format, account } = this.#state;
    if (document.hidden && this.#state.live.length > 0) return;
    const [live, ladder, past] = await Promise.all([
      told<Page<LiveBattle>>('/battles/live'),
      told<Page<LadderRow>>(`/ladder/${encodeURIComponent(format)}?limit=${LADDER_ROWS}`),
      account &&
        told<Page<PastBattle>>(`/users/${encodeURIComponent(account.user.id)}/battles?limit=${PAST_ROWS}`),
    ]);
    if (this.#state.format === format && ladder) this.#state.ladder = ladder.items;
    if (live) this.#state.live = live.items;
    if (past) this.#state.past = past.items;
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
      play: () => void this.#play(),
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
    this.#queue?.cancel();
    this.#queue = null;
    Object.assign(this.#state, { doing: '', position: null });
    this.#draw();
  }

  async #play(): Promise<void> {
    const state = this.#state;
    if (state.doing !== '') return;
    Object.assign(state, { doing: 'preparing', notice: '', problems: [], since: Date.now() });
    this.#draw();
    try {
      state.account = await signIn(state.name.trim());
      state.name = state.account.user.name;
      const teamId = await this.#teamId(state.account);
      if (this.#isClosed) return;
      state.doing = 'queued';
      const wish = { format: state.format, ...(teamId !== undefined && { teamId }) };
      this.#queue = enterQueue(state.account, wish, (position) => {
        state.position = position;
        this.#draw();
      });
      this.#draw();
      const battleId = await this.#queue.battle;
      if (battleId !== null && !this.#isClosed) this.#ports.go(`/battle/${battleId}`);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Kept on the server as this format's team; undefined where the format needs none. */
  async #teamId({ token }: Account): Promise<string | undefined> {
    const { formats, format, team } = this.#state;
    if (!formats.find(({ id }) => id === format)?.teamRequired) return undefined;
    localStorage.setItem(teamKey(format), team);
    const checked = await call<{ valid: boolean; problems: string[] }>('POST', '/teams/validate', { token, body: { format, team } }); // prettier-ignore
    if (!checked.valid) throw new Problems(checked.problems);
    const made = await call<{ id: string }>('POST', '/teams', { token, body: { name: 'From the page', format, team } }); // prettier-ignore
    return made.id;
  }

  #failed(error: unknown): void {
    const state = this.#state;
    Object.assign(state, { doing: '', position: null });
    if (error instanceof Problems) {
      state.problems = placeProblems(state.team, error.problems);
      state.notice = 'This team cannot be played yet.';
    } else state.notice = asApiError(error).message;
    this.#draw();
  }
}

class Problems extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('invalid team');
    this.problems = problems;
  }
}

/** null where the server cannot tell: what is shown stays. */
async function told<T>(path: string): Promise<T | null> {
  return call<T>('GET', path).catch(() => null);
}

function teamKey(format: string): string {
  return `endure.team.${format}`;
}

function savedTeam(format: string): string {
  return localStorage.getItem(teamKey(format)) ?? '';
}
