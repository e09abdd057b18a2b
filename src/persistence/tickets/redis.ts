/** Tickets in Redis, for any number of processes: every method is one Lua script. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { BattleId, FormatId, UserId } from '../../battle/ids.ts';
import { ask } from '../redis/connection.ts';
import type { QueueKeys } from '../redis/keys.ts';
import { readScripts, REDIS_CLOCK } from '../redis/script.ts';
import type { Reply } from '../redis/script.ts';
import { matchOf, placingOf, ticketOf, waitingOf } from './redis/replies.ts';
import type { MatchReply, PlacingReply, TicketReply, WaitingReply } from './redis/replies.ts';
import { QUEUE_RULES } from './tickets.ts';
import type {
  JoinResult,
  Match,
  Placing,
  QueueRules,
  Ticket,
  TicketDraft,
  TicketStore,
  Waiting,
} from './tickets.ts';

const FOLDER = new URL('redis/', import.meta.url);
const PRELUDE = readFileSync(new URL('queue.lua', FOLDER), 'utf8');
const NAMES = [
  'join',
  'join-at-head',
  'leave',
  'renew',
  'placing',
  'waiting',
  'match',
  'complete',
  'give-back',
  'penalise',
  'sweep-lapsed',
  'sweep-matches',
] as const;
type Name = (typeof NAMES)[number];

type JoinReply = ['joined' | 'already', PlacingReply] | ['penalty', number] | ['full'];

export class RedisTickets implements TicketStore {
  readonly #redis: Redis;
  readonly #keys: QueueKeys;
  readonly #rules: QueueRules;
  readonly #scripts;

  /** The connection is the caller's to close. */
  constructor(redis: Redis, keys: QueueKeys, rules: QueueRules = QUEUE_RULES, clock: string = REDIS_CLOCK) {
    this.#redis = redis;
    this.#keys = keys;
    this.#rules = rules;
    this.#scripts = readScripts(FOLDER, NAMES, [clock, PRELUDE]);
  }

  async join(draft: TicketDraft, takeOver: boolean): Promise<JoinResult> {
    const { queueBound, lapseMs } = this.#rules;
    const args = [...enteringArgs(draft), takeOver ? 1 : 0, queueBound, lapseMs];
    const reply = (await this.#run('join', args)) as unknown as JoinReply;
    if (reply[0] === 'full') return { kind: 'full' };
    if (reply[0] === 'penalty') return { kind: 'penalty', retryAfterMs: reply[1] };
    return { kind: reply[0], placing: placingOf(reply[1]) };
  }

  async joinAtHead(draft: TicketDraft): Promise<Placing> {
    const reply = await this.#run('join-at-head', [...enteringArgs(draft), this.#rules.lapseMs]);
    return placingOf(reply as PlacingReply);
  }

  async leave(userId: UserId): Promise<Ticket | null> {
    const reply = (await this.#run('leave', [userId])) as TicketReply | null;
    return reply && ticketOf(reply);
  }

  async renew(userIds: readonly UserId[]): Promise<void> {
    await this.#run('renew', [this.#rules.lapseMs, ...userIds]);
  }

  async placing(userId: UserId): Promise<Placing | null> {
    const reply = (await this.#run('placing', [userId])) as PlacingReply | null;
    return reply && placingOf(reply);
  }

  async formats(): Promise<readonly FormatId[]> {
    return (await ask(this.#redis, () => this.#redis.smembers(this.#keys.queueFormats))) as FormatId[];
  }

  async waiting(format: FormatId): Promise<{ now: number; tickets: readonly Waiting[] }> {
    const [now, ...tickets] = (await this.#run('waiting', [format])) as [string, ...WaitingReply[]];
    return { now: Number(now), tickets: tickets.map(waitingOf) };
  }

  async match(battleId: BattleId, format: FormatId, users: readonly [UserId, UserId]): Promise<Match | null> {
    const reply = await this.#run('match', [battleId, format, ...users, this.#rules.matchMs]);
    if (reply === null) return null;
    return matchOf([battleId, format, ...(reply as [string, TicketReply, TicketReply])]);
  }

  async complete(battleId: BattleId): Promise<void> {
    await this.#run('complete', [battleId, this.#rules.lastFoeMs]);
  }

  async giveBack(battleId: BattleId, users: readonly UserId[]): Promise<void> {
    await this.#run('give-back', [battleId, ...users]);
  }

  async penalise(userId: UserId): Promise<void> {
    await this.#run('penalise', [userId, this.#rules.penaltyMs]);
  }

  async sweepLapsed(): Promise<readonly Ticket[]> {
    return ((await this.#run('sweep-lapsed', [])) as TicketReply[]).map(ticketOf);
  }

  async sweepMatches(): Promise<readonly Match[]> {
    const reply = await this.#run('sweep-matches', [this.#rules.matchMs, randomUUID()]);
    return (reply as unknown as MatchReply[]).map(matchOf);
  }

  #run(name: Name, args: readonly (string | number)[]): Promise<Reply> {
    return this.#scripts[name].run(this.#redis, this.#keys.queue, args);
  }
}

function enteringArgs(draft: TicketDraft): (string | number)[] {
  return [draft.userId, draft.format, JSON.stringify(draft), draft.elo];
}
