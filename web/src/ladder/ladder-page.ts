/** A format's ladder: its top as it changes, and where I stand in it. */
import type { Format, LadderEntry, Page } from '../../../client/src/endure.ts';
import type { RankChange } from '../../../src/rooms/messages.ts';
import { told } from '../net/http.ts';
import { pathOf } from '../net/read.ts';
import { render } from '../render.ts';
import type { View } from '../router.ts';
import type { SheetPorts } from '../sheet.ts';
import { ladderView } from './ladder-view.ts';
import { LADDER_ROWS, LiveLadder } from './live-ladder.ts';

export interface LadderSight {
  readonly format: string;
  readonly formats: readonly Format[];
  /** null until it is known. */
  readonly rows: readonly LadderEntry[] | null;
  readonly total: number | null;
  readonly fault: 'missing' | 'unreachable' | null;
  readonly isLive: boolean;
  readonly userId: string | null;
  /** My row; null where I am not on the ladder, or nobody. */
  readonly mine: LadderEntry | null;
  /** What has moved a moment ago, by user. */
  readonly moves: ReadonlyMap<string, RankChange>;
}

const DEFAULT_FORMAT = 'gen9randombattle';
/** Where the home page keeps the format that was played last. */
const FORMAT_KEY = 'endure.format';
/** How long a move stays marked. */
const MARKED_MS = 6_000;
/** How often who is not among the first asks for the own rank. */
const MINE_MS = 15_000;

export class LadderPage implements View {
  readonly #root: Element;
  readonly #ports: SheetPorts;
  readonly #live: LiveLadder;
  #sight: LadderSight;
  #isClosed = false;
  readonly #asking: number;

  /** `format` null: the one that was played last. */
  constructor(root: Element, ports: SheetPorts, format: string | null) {
    this.#root = root;
    this.#ports = ports;
    const chosen = format ?? localStorage.getItem(FORMAT_KEY) ?? DEFAULT_FORMAT;
    this.#sight = { format: chosen, formats: [], rows: null, total: null, fault: null, isLive: false, userId: ports.account?.user.id ?? null, mine: null, moves: new Map() }; // prettier-ignore
    document.title = 'Ladder – Endure';
    this.#draw();
    this.#live = new LiveLadder(chosen, ports.account, {
      shown: (rows, total) => this.#shown(rows, total),
      moved: (changes) => this.#moved(changes),
      linked: (isLive) => this.#see({ isLive }),
      failed: (fault) => this.#see({ fault }),
    });
    this.#asking = window.setInterval(() => void this.#askForMine(), MINE_MS);
    void this.#askForMine();
    void this.#askForFormats();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#asking);
    this.#live.close();
  }

  #shown(rows: readonly LadderEntry[], total: number | null): void {
    // A page that is not full is the whole ladder.
    const known = rows.length < LADDER_ROWS ? rows.length : (total ?? this.#sight.total);
    const mine = rows.find(({ user }) => user.id === this.#sight.userId) ?? this.#sight.mine;
    this.#see({ rows, total: known, mine, fault: null });
  }

  #moved(changes: readonly RankChange[]): void {
    const moves = new Map(this.#sight.moves);
    for (const change of changes) moves.set(change.userId, change);
    this.#see({ moves });
    setTimeout(() => this.#forget(changes), MARKED_MS);
  }

  #forget(changes: readonly RankChange[]): void {
    const moves = [...this.#sight.moves].filter(([, change]) => !changes.includes(change));
    this.#see({ moves: new Map(moves) });
  }

  async #askForMine(): Promise<void> {
    const { userId, format, rows } = this.#sight;
    if (userId === null || document.hidden || rows?.some(({ user }) => user.id === userId)) return;
    const mine = await told<LadderEntry>(`/ladder${pathOf(format, userId)}`);
    if (mine) this.#see({ mine });
  }

  async #askForFormats(): Promise<void> {
    const page = await told<Page<Format>>('/formats');
    if (page) this.#see({ formats: page.items.filter(({ rated }) => rated) });
  }

  #see(change: Partial<LadderSight>): void {
    this.#sight = { ...this.#sight, ...change };
    this.#draw();
  }

  #draw(): void {
    if (this.#isClosed) return;
    const choose = (format: string): void => this.#ports.go(`/ladder${pathOf(format)}`);
    render(this.#root, ladderView(this.#sight, choose));
  }
}
