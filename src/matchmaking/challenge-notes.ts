/** What processes tell one another of challenges: the two users may be connected to any. No teams in it. */
import type { ChallengeId, FormatId, UserId } from '../battle/ids.ts';
import type { Challenge } from '../persistence/challenges/challenges.ts';
import type { Match } from '../persistence/tickets/tickets.ts';
import type { ChallengeEnd, MatchmakingEvents, PlayerInfo } from '../rooms/messages.ts';

export const CHALLENGE_TOPIC = 'matchmaking:challenges';

export type ChallengeNote =
  | {
      readonly kind: 'sent';
      readonly challengeId: ChallengeId;
      readonly from: PlayerInfo;
      /** As its sender gave it. */
      readonly to: UserId | null;
      /** Who is to be told. */
      readonly receiver: UserId | null;
      readonly format: FormatId;
      readonly expiresAt: number;
    }
  | {
      readonly kind: 'closed';
      readonly challengeId: ChallengeId;
      readonly users: readonly UserId[];
      readonly reason: ChallengeEnd;
    };

export type SentNote = Extract<ChallengeNote, { readonly kind: 'sent' }>;

export function sentNote(challenge: Challenge): SentNote {
  const { challengeId, from, to, expiresAt } = challenge;
  const { userId, name, elo, format } = from;
  const shown = { challengeId, from: { id: userId, name, elo }, to, format, expiresAt };
  return { kind: 'sent', ...shown, receiver: receiverOf(challenge) };
}

export function closedNote(challenge: Challenge, reason: ChallengeEnd): ChallengeNote {
  const { challengeId, from } = challenge;
  const receiver = receiverOf(challenge);
  const users = receiver === null ? [from.userId] : [from.userId, receiver];
  return { kind: 'closed', challengeId, users, reason };
}

/** Of the match that a challenge has become; null for one of the queue's. */
export function matchNote({ tickets }: Match, reason: ChallengeEnd): ChallengeNote | null {
  const { challenge } = tickets[0];
  if (challenge === undefined) return null;
  return { kind: 'closed', challengeId: challenge, users: tickets.map(({ userId }) => userId), reason };
}

export function sentMessage({
  challengeId,
  format,
  to,
  expiresAt,
}: SentNote): MatchmakingEvents['CHALLENGE_SENT'] {
  return { challengeId, format, ...(to !== null && { to }), expiresAt };
}

export function receivedMessage({
  challengeId,
  from,
  format,
  expiresAt,
}: SentNote): MatchmakingEvents['CHALLENGE_RECEIVED'] {
  return { challengeId, from, format, expiresAt };
}

/** A muted challenge is hidden from whom it names. */
function receiverOf({ to, isMuted }: Challenge): UserId | null {
  return isMuted ? null : to;
}
