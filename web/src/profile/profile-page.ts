/** Somebody's page: ratings, achievements, the rating over time, and battles from the newest on. */
import type { BlockedUser, Format, FormatStanding, Page, User } from '../../../client/src/endure.ts';
import type { AchievementKind } from '../../../src/ratings/achievements.ts';
import { blockedBy, unblock } from '../net/blocked.ts';
import { told } from '../net/http.ts';
import { pathOf, read } from '../net/read.ts';
import type { Account } from '../net/session.ts';
import { render } from '../render.ts';
import type { View } from '../router.ts';
import type { SheetPorts } from '../sheet.ts';
import { profileView } from './profile-view.ts';

export interface Profile {
  readonly user: User & { readonly createdAt: number };
  readonly ratings: readonly FormatStanding[];
  readonly achievements: readonly Achievement[];
  readonly battles: number;
}

export interface Achievement {
  readonly kind: AchievementKind;
  readonly points: number;
  readonly format: string | null;
  readonly at: number;
}

export interface Remembered {
  readonly battleId: string;
  readonly format: string;
  readonly opponent: { readonly id: string | null; readonly name: string };
  readonly result: 'win' | 'loss' | 'tie' | 'void';
  readonly ratingChange: { readonly elo: readonly [before: number, after: number] } | null;
  readonly turns: number;
  readonly endedAt: number;
}

type BattlesPage = Page<Remembered> & { readonly cursor?: string };

export interface ProfileSight {
  readonly isMine: boolean;
  readonly fault: 'nobody' | 'missing' | 'unreachable' | null;
  readonly profile: Profile | null;
  readonly formats: readonly Format[];
  /** Newest first; null until they are known. */
  readonly battles: readonly Remembered[] | null;
  /** Where the next page begins; null where there is none. */
  readonly cursor: string | null;
  readonly isLoading: boolean;
  /** The format whose rating the chart shows; empty where nothing is rated. */
  readonly charted: string;
  /** Its battles that moved the rating, oldest first; null until they are known. */
  readonly course: readonly Remembered[] | null;
  /** By me, on my own page. */
  readonly blocked: readonly BlockedUser[];
}

export interface ProfileActions {
  readonly more: () => void;
  readonly chart: (format: string) => void;
  readonly again: () => void;
  readonly unblock: (userId: string) => void;
}

const BATTLES_ROWS = 20;
/** The most that the server tells at once. */
const CHART_BATTLES = 100;

export class ProfilePage implements View {
  readonly #root: Element;
  readonly #path: string;
  readonly #account: Account | null;
  #sight: ProfileSight;
  #isClosed = false;

  /** `id` null: my own. */
  constructor(root: Element, { account }: SheetPorts, id: string | null) {
    this.#root = root;
    this.#account = account;
    const userId = id ?? account?.user.id ?? null;
    this.#path = `/users${pathOf(userId ?? '')}`;
    const isMine = id === null || id === account?.user.id;
    const fault = userId === null ? 'nobody' : null;
    this.#sight = { isMine, fault, profile: null, formats: [], battles: null, cursor: null, isLoading: false, charted: '', course: null, blocked: [] }; // prettier-ignore
    document.title = 'Profile – Endure';
    this.#draw();
    if (!fault) void this.#open();
    if (isMine) void this.#learnBlocked();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #open(): Promise<void> {
    this.#see({ fault: null });
    const [profile, formats] = await Promise.all([read<Profile>(this.#path), told<Page<Format>>('/formats')]);
    if (formats) this.#see({ formats: formats.items });
    // Whom the server has forgotten begins anew with the next battle.
    if (profile === 'missing' && this.#sight.isMine) return this.#see({ fault: 'nobody' });
    if (typeof profile === 'string') return this.#see({ fault: profile });
    const { user, ratings } = profile.found;
    if (!this.#isClosed) document.title = `${user.name} – Endure`;
    this.#see({ profile: profile.found });
    const [most] = [...ratings].sort((one, other) => battlesOf(other) - battlesOf(one));
    await Promise.all([this.#more(), most && this.#chart(most.format)]);
  }

  async #more(): Promise<void> {
    const { cursor, battles, isLoading } = this.#sight;
    if (isLoading) return;
    this.#see({ isLoading: true });
    const from = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await told<BattlesPage>(`${this.#path}/battles?limit=${BATTLES_ROWS}${from}`);
    if (page) this.#see({ battles: [...(battles ?? []), ...page.items], cursor: page.cursor ?? null });
    this.#see({ isLoading: false });
  }

  async #chart(format: string): Promise<void> {
    this.#see({ charted: format, course: null });
    const query = `format=${encodeURIComponent(format)}&limit=${CHART_BATTLES}`;
    const page = await told<BattlesPage>(`${this.#path}/battles?${query}`);
    // Another format may have been chosen meanwhile.
    if (!page || this.#sight.charted !== format) return;
    this.#see({ course: page.items.filter(({ ratingChange }) => ratingChange !== null).toReversed() });
  }

  async #learnBlocked(): Promise<void> {
    const blocked = this.#account && (await blockedBy(this.#account.token));
    if (blocked) this.#see({ blocked });
  }

  async #unblock(userId: string): Promise<void> {
    if (this.#account && (await unblock(this.#account.token, userId))) await this.#learnBlocked();
  }

  #see(change: Partial<ProfileSight>): void {
    this.#sight = { ...this.#sight, ...change };
    this.#draw();
  }

  #draw(): void {
    if (this.#isClosed) return;
    const actions: ProfileActions = {
      more: () => void this.#more(),
      chart: (format) => void this.#chart(format),
      again: () => void this.#open(),
      unblock: (userId) => void this.#unblock(userId),
    };
    render(this.#root, profileView(this.#sight, actions));
  }
}

function battlesOf({ wins, losses, ties }: FormatStanding): number {
  return wins + losses + ties;
}
