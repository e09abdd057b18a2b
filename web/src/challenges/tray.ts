/** Beside whatever page is open: challenges to me, mine while it waits, and news. */
import './challenges.css';
import type { ReceivedChallenge } from '../../../client/src/endure.ts';
import { formatName } from '../net/formats.ts';
import { render } from '../render.ts';
import type { ChallengeDesk } from './challenge-desk.ts';
import { LinkShare } from './link-share.ts';
import { trayView, type TrayParts } from './tray-view.ts';

/** More challenges than that are shown when asked for. */
const CARDS_MOST = 2;

export class Tray {
  readonly #root: Element;
  readonly #desk: ChallengeDesk;
  readonly #go: (address: string) => void;
  readonly #share = new LinkShare(() => this.#draw());
  /** Of the page that is open. */
  #path = '/';
  /** null: as the page has it. */
  #isOpen: boolean | null = null;

  constructor(root: Element, desk: ChallengeDesk, go: (address: string) => void) {
    this.#root = root;
    this.#desk = desk;
    this.#go = go;
    desk.watch(() => this.#draw());
  }

  /** Another page is open: what that page shows itself is not shown twice. */
  at(path: string): void {
    this.#path = path;
    this.#isOpen = null;
    this.#draw();
  }

  #draw(): void {
    render(this.#root, trayView(this.#parts()));
  }

  #parts(): TrayParts {
    const desk = this.#desk;
    const isBattle = this.#path.startsWith('/battle/');
    const isHere = ({ challengeId }: { readonly challengeId: string }): boolean =>
      this.#path === `/challenge/${challengeId}`;
    const isShown = desk.sent !== null && this.#path !== '/' && !isBattle && !isHere(desk.sent);
    const received = desk.received.filter((challenge) => !isHere(challenge));
    const isFolded = isBattle || this.#path.startsWith('/replay/') || received.length > CARDS_MOST;
    const isOpen = this.#isOpen ?? !isFolded;
    return {
      sent: isShown ? desk.sent : null,
      rival: desk.rival,
      received,
      answering: desk.answering,
      news: desk.news.items,
      isOpen,
      isFoldable: isFolded,
      nameOf: (format) => formatName(desk.formats, format),
      isReady: (format) => desk.isReady(format),
      share: this.#share,
      toggle: () => this.#toggle(!isOpen),
      cancel: () => void desk.cancel(),
      accept: (challenge) => void this.#accept(challenge),
      decline: ({ challengeId }) => void desk.decline(challengeId),
      block: (challenge) => void desk.block(challenge),
      dismiss: (id) => desk.news.dismiss(id),
    };
  }

  #toggle(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#draw();
  }

  async #accept({ challengeId, format }: ReceivedChallenge): Promise<void> {
    const page = `/challenge/${encodeURIComponent(challengeId)}`;
    if (!this.#desk.isReady(format)) return this.#go(page);
    try {
      await this.#desk.accept(challengeId, { format });
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      // The page for it shows what is wrong with the team.
      if (code === 'INVALID_TEAM') this.#go(page);
      else this.#desk.news.tell(message);
    }
  }
}
