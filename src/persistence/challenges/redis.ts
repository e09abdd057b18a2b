/** Challenges beside the tickets in Redis, for any number of processes: every method is one Lua script. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { BattleId, ChallengeId, FormatId, UserId } from '../../battle/ids.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { readScripts, REDIS_CLOCK } from '../redis/script.ts';
import type { Reply } from '../redis/script.ts';
import { matchOf, placingOf } from '../tickets/redis/replies.ts';
import type { PlacingReply, TicketReply } from '../tickets/redis/replies.ts';
import { QUEUE_RULES } from '../tickets/tickets.ts';
import type { TicketDraft } from '../tickets/tickets.ts';
import { CHALLENGE_RULES, challengeTicket } from './challenges.ts';
import type {
  AcceptResult,
  Challenge,
  ChallengeDraft,
  ChallengeRules,
  ChallengeStore,
  SendResult,
  SweptChallenge,
} from './challenges.ts';

const FOLDER = new URL('redis/', import.meta.url);
const PRELUDES = ['../tickets/redis/queue.lua', 'redis/challenge.lua'].map((path) =>
  readFileSync(new URL(path, import.meta.url), 'utf8'),
);
const NAMES = ['send', 'get', 'sent-by', 'received-by', 'renew', 'accept', 'close', 'sweep'] as const;
type Name = (typeof NAMES)[number];

/** `to` is empty where there is none. The ticket is JSON. */
type ChallengeReply = [id: ChallengeId, ticket: string, to: string, isMuted: number, expiresAt: string];
type SendReply = ['sent', ChallengeReply] | ['already', ChallengeId] | ['queued', PlacingReply] | ['full'];
type AcceptReply =
  | ['accepted', FormatId, [until: string, first: TicketReply, second: TicketReply]]
  | ['gone']
  | ['queued', PlacingReply]
  | ['busy', ChallengeReply];

export class RedisChallenges implements ChallengeStore {
  readonly #redis: Redis;
  readonly #keys: readonly string[];
  readonly #rules: ChallengeRules;
  readonly #scripts;

  /** The connection is the caller's to close. */
  constructor(
    redis: Redis,
    keys: Pick<RedisKeys, 'queue' | 'challenges'>,
    rules: ChallengeRules = CHALLENGE_RULES,
    clock: string = REDIS_CLOCK,
  ) {
    this.#redis = redis;
    this.#keys = [...keys.queue, ...keys.challenges];
    this.#rules = rules;
    this.#scripts = readScripts(FOLDER, NAMES, [clock, ...PRELUDES]);
  }

  async send({ challengeId, from, to, isMuted }: ChallengeDraft): Promise<SendResult> {
    const ticket = JSON.stringify(challengeTicket(from, challengeId));
    const { lifeMs, lapseMs, receivedBound } = this.#rules;
    const whom = [to ?? '', isMuted ? 1 : 0];
    const args = [challengeId, from.userId, ticket, from.elo, from.format, ...whom, lifeMs, lapseMs];
    const reply = (await this.#run('send', [...args, receivedBound])) as unknown as SendReply;
    switch (reply[0]) {
      case 'sent':
        return { kind: 'sent', challenge: challengeOf(reply[1]) };
      case 'already':
        return { kind: 'already', challengeId: reply[1] };
      case 'queued':
        return { kind: 'queued', placing: placingOf(reply[1]) };
      case 'full':
        return { kind: 'full' };
    }
  }

  async get(id: ChallengeId): Promise<Challenge | null> {
    return orNull(await this.#run('get', [id]));
  }

  async sentBy(userId: UserId): Promise<Challenge | null> {
    return orNull(await this.#run('sent-by', [userId]));
  }

  async receivedBy(userId: UserId): Promise<readonly Challenge[]> {
    const reply = (await this.#run('received-by', [userId])) as unknown as ChallengeReply[];
    return reply.map(challengeOf);
  }

  async renew(userIds: readonly UserId[]): Promise<void> {
    await this.#run('renew', [this.#rules.lapseMs, ...userIds]);
  }

  async accept(id: ChallengeId, battleId: BattleId, ticket: TicketDraft): Promise<AcceptResult> {
    const { userId, elo } = ticket;
    const draft = JSON.stringify(challengeTicket(ticket, id));
    const args = [id, battleId, userId, draft, elo, QUEUE_RULES.matchMs, QUEUE_RULES.lapseMs];
    const reply = (await this.#run('accept', args)) as unknown as AcceptReply;
    switch (reply[0]) {
      case 'accepted':
        return { kind: 'accepted', match: matchOf([battleId, reply[1], ...reply[2]]) };
      case 'gone':
        return { kind: 'gone' };
      case 'queued':
        return { kind: 'queued', placing: placingOf(reply[1]) };
      case 'busy':
        return { kind: 'busy', challenge: challengeOf(reply[1]) };
    }
  }

  async close(id: ChallengeId): Promise<Challenge | null> {
    return orNull(await this.#run('close', [id, randomUUID()]));
  }

  async sweep(): Promise<readonly SweptChallenge[]> {
    const reply = (await this.#run('sweep', [])) as unknown as [ChallengeReply, number][];
    return reply.map(([challenge, isExpired]) => ({
      challenge: challengeOf(challenge),
      reason: isExpired ? 'expired' : 'disconnected',
    }));
  }

  #run(name: Name, args: readonly (string | number)[]): Promise<Reply> {
    return this.#scripts[name].run(this.#redis, this.#keys, args);
  }
}

function challengeOf([challengeId, ticket, to, isMuted, expiresAt]: ChallengeReply): Challenge {
  const { challenge: _, ...from } = JSON.parse(ticket) as TicketDraft;
  return {
    challengeId,
    from,
    to: to === '' ? null : (to as UserId),
    isMuted: isMuted === 1,
    expiresAt: Number(expiresAt),
  };
}

function orNull(reply: Reply): Challenge | null {
  return reply === null ? null : challengeOf(reply as unknown as ChallengeReply);
}
