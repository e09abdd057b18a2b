/**
 * Which challenges are open, as far as this user was told. They may be told twice and in any order; each ends once, and
 * what has ended does not begin again.
 */
import type { MatchmakingEvents } from './protocol.ts';

/** Mine. */
export type SentChallenge = MatchmakingEvents['CHALLENGE_SENT'];
/** Somebody else's, to me or to whoever has its id. */
export type ReceivedChallenge = MatchmakingEvents['CHALLENGE_RECEIVED'];

/** What the server says is open. */
export interface OpenChallenges {
  readonly sent?: SentChallenge;
  readonly received: readonly ReceivedChallenge[];
}

export class ChallengeBook {
  #sent: SentChallenge | null = null;
  readonly #received = new Map<string, ReceivedChallenge>();
  /** What was told over the present connection. */
  readonly #told = new Set<string>();
  readonly #ended = new Set<string>();

  get sent(): SentChallenge | null {
    return this.#sent;
  }

  get received(): readonly ReceivedChallenge[] {
    return [...this.#received.values()];
  }

  /** Another connection begins: what is open is told again, and what has ended was perhaps not told. */
  begin(): void {
    this.#told.clear();
    this.#ended.clear();
  }

  /** Whether that is news. */
  send(challenge: SentChallenge): boolean {
    const { challengeId } = challenge;
    this.#told.add(challengeId);
    if (this.#ended.has(challengeId) || this.#sent?.challengeId === challengeId) return false;
    this.#sent = challenge;
    return true;
  }

  /** Whether that is news. */
  receive(challenge: ReceivedChallenge): boolean {
    const { challengeId } = challenge;
    this.#told.add(challengeId);
    if (this.#ended.has(challengeId) || this.#received.has(challengeId)) return false;
    this.#received.set(challengeId, challenge);
    return true;
  }

  /** Whether that is news. */
  end(challengeId: string): boolean {
    if (this.#sent?.challengeId === challengeId) this.#sent = null;
    this.#received.delete(challengeId);
    const isNews = !this.#ended.has(challengeId);
    this.#ended.add(challengeId);
    return isNews;
  }

  /** Those that were open before this connection, and are not any more. `open` was asked for over it. */
  missed({ sent, received }: OpenChallenges): readonly string[] {
    const open = new Set([sent, ...received].map((challenge) => challenge?.challengeId));
    return [...(this.#sent ? [this.#sent.challengeId] : []), ...this.#received.keys()].filter(
      (id) => !open.has(id) && !this.#told.has(id),
    );
  }
}
