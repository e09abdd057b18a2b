/** Challenges and news of whoever plays here, for all views of the page. */
import { type Challenges, type ChallengesEventMap, type EndureClient, EndureError, type Format, type Notification, type PlayerInfo, type ReceivedChallenge, type SentChallenge, type User } from '../../../client/src/endure.ts'; // prettier-ignore
import type { AchievementKind } from '../../../src/ratings/achievements.ts';
import { saveTeam, savedTeam, teamIdOf } from '../home/team.ts';
import { formatsOnOffer, needsTeam } from '../net/formats.ts';
import { told } from '../net/http.ts';
import { pathOf } from '../net/read.ts';
import type { Session } from '../net/session.ts';
import { NewsBoard } from './news.ts';

export interface Wish {
  /** Empty: whoever plays here already. */
  readonly name?: string;
  readonly format: string;
  /** Showdown's export text, for a format that needs one; left out, the one that was played last. */
  readonly team?: string;
  /** Left out: whoever has the link. */
  readonly to?: User;
}

const AGAIN_MS = 5_000;

const ENDS: Readonly<Partial<Record<ChallengesEventMap['closed']['reason'], string>>> = {
  declined: 'Your challenge was declined.',
  expired: 'Nobody answered your challenge within five minutes.',
  disconnected: 'Your challenge ended: this page was not connected.',
  busy: 'Nothing came of your challenge: one of you plays another battle.',
  unknown: 'Your challenge ended while the connection was lost.',
};

export class ChallengeDesk {
  readonly news = new NewsBoard(() => this.#changed());
  readonly #session: Session;
  readonly #go: (address: string) => void;
  readonly #watchers = new Set<() => void>();
  /** Names by user id, of whom I have challenged. */
  readonly #names = new Map<string, string>();
  #challenges: Challenges | null = null;
  #formats: readonly Format[] = [];
  #mine: SentChallenge | null = null;
  #answering: string | null = null;
  #isSending = false;

  constructor(session: Session, go: (address: string) => void) {
    this.#session = session;
    this.#go = go;
    session.followedBy((client) => this.#follow(client));
  }

  get sent(): SentChallenge | null {
    return this.#told?.sent ?? null;
  }

  /** Whom mine is for; empty for whoever has the link, and while the name is not known. */
  get rival(): string {
    return this.#names.get(this.sent?.to ?? '') ?? '';
  }

  get received(): readonly ReceivedChallenge[] {
    return this.#told?.received ?? [];
  }

  get isSending(): boolean {
    return this.#isSending;
  }

  /** The challenge that is being accepted. */
  get answering(): string | null {
    return this.#answering;
  }

  get formats(): readonly Format[] {
    return this.#formats;
  }

  /** Returns what ends it. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  /** Who has played here hears of challenges from now on. */
  async begin(): Promise<void> {
    if (!this.#session.account) return;
    await this.#session.resume().catch(() => setTimeout(() => void this.begin(), AGAIN_MS));
  }

  /** Rejects with `EndureError`. */
  async send(wish: Wish): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    this.#changed();
    try {
      const challenges = await this.#live(wish.name);
      const { to, format } = wish;
      if (to) this.#names.set(to.id, to.name);
      await challenges.send(format, { ...(await this.#team(wish)), ...(to && { to: to.id }) });
    } finally {
      this.#isSending = false;
      this.#changed();
    }
  }

  async cancel(): Promise<void> {
    await this.#trying(async () => (await this.#live()).cancel());
  }

  /** Leads into the battle. Rejects with `EndureError`. */
  async accept(challengeId: string, wish: Omit<Wish, 'to'>): Promise<void> {
    if (this.#answering !== null) return;
    this.#answering = challengeId;
    this.#changed();
    try {
      const challenges = await this.#live(wish.name);
      const { teamId } = await this.#team(wish);
      await challenges.accept(challengeId, teamId);
    } finally {
      this.#answering = null;
      this.#changed();
    }
  }

  async decline(challengeId: string): Promise<void> {
    await this.#trying(async () => (await this.#live()).decline(challengeId));
  }

  /** Declines, and hears nothing more from whom it came. */
  async block({ challengeId, from }: ReceivedChallenge): Promise<void> {
    await this.#trying(async () => {
      await (await this.#session.open()).blocked.add(from.id);
      this.news.tell(`You will hear nothing more from ${from.name}.`);
      await (await this.#live()).decline(challengeId);
    });
  }

  /** The challenge of this user to me. */
  wantedBy(userId: string, wished: string): ReceivedChallenge | undefined {
    return this.received.find(({ from, format }) => from.id === userId && format === wished);
  }

  /** Another battle with the same opponent, in the same format and with the same team. */
  async rematch(format: string, { id, name }: PlayerInfo): Promise<void> {
    await this.#trying(async () => {
      const wanted = this.wantedBy(id, format);
      if (wanted) await this.accept(wanted.challengeId, { format });
      else await this.send({ format, to: { id, name } });
    });
  }

  async #team({ format, team }: Wish): Promise<{ readonly teamId?: string }> {
    await this.#learn();
    if (!needsTeam(this.#formats, format)) return {};
    if (team !== undefined) saveTeam(format, team);
    return { teamId: await teamIdOf(await this.#session.open(), format) };
  }

  /** Whether a battle in this format can begin without asking for a team. */
  isReady(format: string): boolean {
    return !needsTeam(this.#formats, format) || savedTeam(format) !== '';
  }

  /** null where nothing is heard: what was told last need not be true any more. */
  get #told(): Challenges | null {
    return this.#challenges?.connection === 'lost' ? null : this.#challenges;
  }

  async #live(name?: string): Promise<Challenges> {
    const client = await this.#session.open(name);
    // Another window may have taken the connection's place.
    if (this.#challenges?.connection === 'lost') this.#follow(client);
    return this.#challenges!;
  }

  #follow(client: EndureClient): void {
    this.#challenges?.close();
    const challenges = client.challenges();
    this.#challenges = challenges;
    for (const event of ['received', 'connection'] as const) challenges.on(event, () => this.#heard());
    challenges.on('sent', (sent) => {
      this.#mine = sent;
      this.#heard();
    });
    challenges.on('closed', (closed) => this.#closed(closed));
    challenges.on('notification', (notification) => this.#notified(notification));
    challenges.on('error', ({ message }) => {
      if (challenges.connection !== 'lost') this.news.tell(message);
    });
    challenges.on('matched', (battle) => {
      this.#session.hand(battle);
      this.#go(`/battle/${battle.id}`);
    });
  }

  #heard(): void {
    this.#changed();
    if (this.sent || this.received.length > 0) void this.#learn();
  }

  #closed({ challengeId, reason }: ChallengesEventMap['closed']): void {
    const text = ENDS[reason];
    if (this.#mine?.challengeId === challengeId && text !== undefined) this.news.tell(text);
    this.#changed();
  }

  #notified(notification: Notification): void {
    if (notification.type === 'achievement_unlocked') {
      const { achievement, points } = notification;
      this.news.tell('', { kind: achievement as AchievementKind, points });
    } else if (notification.type === 'maintenance') {
      const { message, startsAt } = notification;
      this.news.tell(`Maintenance, ${new Date(startsAt).toLocaleString()}: ${message}`);
    }
  }

  /** What is to be known of the challenges to show them. */
  async #learn(): Promise<void> {
    if (this.#formats.length === 0) this.#formats = await formatsOnOffer();
    const to = this.sent?.to;
    if (to !== undefined && !this.#names.has(to)) {
      const found = await told<{ user: User }>(`/users${pathOf(to)}`);
      if (found) this.#names.set(to, found.user.name);
    }
    this.#changed();
  }

  /** What fails is told. */
  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.news.tell((error as EndureError).message);
    }
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
