/** Where the link of a challenge leads: who challenges to what, and the name and the team to accept it with. */
import './challenges.css';
import {
  EndureError,
  type Format,
  type OpenChallenges,
  type ReceivedChallenge,
} from '../../../client/src/endure.ts';
import { savedTeam } from '../home/team.ts';
import { placeProblems, type PlacedProblem } from '../home/team-problems.ts';
import { formatsOnOffer } from '../net/formats.ts';
import { told } from '../net/http.ts';
import { pathOf, read } from '../net/read.ts';
import type { Session } from '../net/session.ts';
import { render } from '../render.ts';
import type { View } from '../router.ts';
import type { ChallengeDesk } from './challenge-desk.ts';
import { challengeView } from './challenge-view.ts';
import { LinkShare } from './link-share.ts';

export interface ChallengePorts {
  readonly session: Session;
  readonly desk: ChallengeDesk;
  readonly go: (address: string) => void;
}

export interface ChallengeSight {
  readonly challenge: ReceivedChallenge | null;
  readonly fault: 'over' | 'unreachable' | null;
  /** It is mine, so that somebody else has to accept it. */
  readonly isMine: boolean;
  /** It names me: then it can be declined. */
  readonly isToMe: boolean;
  readonly name: string;
  readonly formats: readonly Format[];
  readonly team: string;
  readonly problems: readonly PlacedProblem[];
  readonly isBusy: boolean;
  readonly notice: string;
  readonly share: LinkShare;
}

export interface ChallengeActions {
  readonly named: (name: string) => void;
  readonly pasted: (team: string) => void;
  readonly accept: () => void;
  readonly decline: () => void;
  readonly again: () => void;
}

const LOOK_MS = 5_000;

export class ChallengePage implements View {
  readonly #root: Element;
  readonly #ports: ChallengePorts;
  readonly #id: string;
  readonly #looking: number;
  readonly #unwatch: () => void;
  #sight: ChallengeSight;
  /** It was among those to me: when it is not any more, it is over. */
  #wasTold = false;
  #isClosed = false;

  constructor(root: Element, ports: ChallengePorts, id: string) {
    this.#root = root;
    this.#ports = ports;
    this.#id = id;
    const name = ports.session.account?.user.name ?? '';
    const share = new LinkShare(() => this.#see({}));
    this.#sight = { challenge: null, fault: null, isMine: false, isToMe: false, name, formats: [], team: '', problems: [], isBusy: false, notice: '', share }; // prettier-ignore
    document.title = 'Challenge – Endure';
    this.#unwatch = ports.desk.watch(() => this.#heard());
    this.#looking = window.setInterval(() => {
      if (!document.hidden) void this.#look();
    }, LOOK_MS);
    this.#see({});
    void this.#begin();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#looking);
    this.#unwatch();
  }

  async #begin(): Promise<void> {
    const { account } = this.#ports.session;
    const open = account && (await told<OpenChallenges>('/me/challenges', account.token));
    // One that names me is shown to nobody else, so that its address says nothing of it.
    const toMe = open?.received.find(({ challengeId }) => challengeId === this.#id);
    if (toMe) this.#found(toMe, true);
    await this.#look();
    this.#see({ formats: await formatsOnOffer() });
  }

  #heard(): void {
    const found = this.#ports.desk.received.find(({ challengeId }) => challengeId === this.#id);
    if (found) this.#found(found, true);
    else if (this.#wasTold && !this.#sight.isBusy) this.#see({ challenge: null, fault: 'over' });
    this.#wasTold ||= found !== undefined;
  }

  async #look(): Promise<void> {
    if (this.#sight.isToMe || this.#sight.isBusy) return;
    const reading = await read<ReceivedChallenge>(`/challenges${pathOf(this.#id)}`);
    if (this.#isClosed || this.#sight.isToMe || this.#sight.isBusy) return;
    if (typeof reading !== 'string') this.#found(reading.found, false);
    else if (reading === 'missing') this.#see({ challenge: null, fault: 'over' });
    else if (!this.#sight.challenge) this.#see({ fault: 'unreachable' });
  }

  #found(challenge: ReceivedChallenge, isToMe: boolean): void {
    const isNews = this.#sight.challenge === null;
    const isMine = challenge.from.id === this.#ports.session.account?.user.id;
    this.#see({ challenge, fault: null, isToMe, isMine });
    if (!isNews) return;
    // Whoever plays both sides takes another name for the second.
    this.#see({ team: savedTeam(challenge.format), ...(isMine && { name: '' }) });
  }

  async #accept(): Promise<void> {
    const { challenge, name, team, isMine, isBusy } = this.#sight;
    const { session, desk } = this.#ports;
    if (!challenge || isBusy || desk.answering !== null) return;
    const { account } = session;
    const wished = name.trim();
    if (isMine && (wished === '' || wished === account?.user.name))
      return this.#see({ notice: 'Take another name than that of who challenges.' });
    this.#see({ isBusy: true, notice: '', problems: [] });
    try {
      await desk.accept(challenge.challengeId, { name: wished, format: challenge.format, team });
    } catch (error) {
      this.#failed(error as EndureError, team);
    }
  }

  #failed({ code, message, details }: EndureError, team: string): void {
    this.#see({ isBusy: false });
    if (code === 'CHALLENGE_NOT_FOUND') return this.#see({ challenge: null, fault: 'over' });
    const problems = code === 'INVALID_TEAM' ? placeProblems(team, (details['problems'] ?? []) as string[]) : []; // prettier-ignore
    this.#see({ problems, notice: code === 'INVALID_TEAM' ? 'This team cannot be played yet.' : message });
  }

  async #decline(): Promise<void> {
    const { isToMe } = this.#sight;
    if (isToMe) await this.#ports.desk.decline(this.#id);
    this.#ports.go('/');
  }

  #see(change: Partial<ChallengeSight>): void {
    if (this.#isClosed) return;
    this.#sight = { ...this.#sight, ...change };
    const actions: ChallengeActions = {
      named: (name) => this.#see({ name }),
      pasted: (team) => this.#see({ team, problems: [] }),
      accept: () => void this.#accept(),
      decline: () => void this.#decline(),
      again: () => void this.#look(),
    };
    render(this.#root, challengeView(this.#sight, actions));
  }
}
