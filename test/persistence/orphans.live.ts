/** Battles, a queue and processes that live, at every stage; and others that go on meanwhile as fast as they can. */
import assert from 'node:assert/strict';
import type { IRoomCache } from '@colyseus/core';
import type { Redis } from 'ioredis';
import type { BattleId, ChallengeId, FormatId, UserId } from '../../src/battle/ids.ts';
import { CHALLENGE_RULES } from '../../src/persistence/challenges/challenges.ts';
import { RedisChallenges } from '../../src/persistence/challenges/redis.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { RedisOutbox } from '../../src/persistence/outbox/redis-outbox.ts';
import type { RedisKeys } from '../../src/persistence/redis/keys.ts';
import { RedisLeases } from '../../src/persistence/redis/leases.ts';
import { OwnedDriver } from '../../src/persistence/redis/owned-driver.ts';
import { RedisTickets } from '../../src/persistence/tickets/redis.ts';
import type { TicketDraft } from '../../src/persistence/tickets/tickets.ts';
import type { TestRedis } from '../support/redis.ts';
import { claimNow } from './living.ts';
import { choice, sampleOpening, sampleRecord } from './sample.ts';

const ENTRIES = 5;

export class Live {
  readonly log: RedisInputLog;
  readonly tickets: RedisTickets;
  readonly challenges: RedisChallenges;
  readonly #outbox: RedisOutbox;
  readonly #server: TestRedis;
  readonly #keys: RedisKeys;
  #count = 0;

  constructor(server: TestRedis, keys: RedisKeys) {
    this.log = new RedisInputLog(server.connect(), keys);
    this.tickets = new RedisTickets(server.connect(), keys);
    this.challenges = new RedisChallenges(server.connect(), keys, { ...CHALLENGE_RULES, lapseMs: 300_000 });
    this.#outbox = new RedisOutbox(server.connect(), keys);
    this.#server = server;
    this.#keys = keys;
  }

  /** Ids of the battles that live, each claimed once and with entries. */
  async battles(count: number): Promise<BattleId[]> {
    const ids: BattleId[] = [];
    for (let index = 0; index < count; index++) {
      ids.push(await this.#playing('quiet'));
      await this.log.open(this.#opening('quiet'));
      await this.#finish(await this.#playing('quiet'), 'quiet');
    }
    const recorded = await this.#outbox.take();
    await this.#outbox.acknowledge(recorded!.id);
    const refused = await this.#outbox.take();
    for (let tries = 0; tries < 5; tries++) await this.#outbox.postpone(refused!.id, 'refused');
    assert.equal((await this.#outbox.figures()).aside, 1);
    return ids;
  }

  /** Half of the users wait, the others are paired; some have met, some did not show up. */
  async queue(count: number): Promise<void> {
    for (let index = 0; index < count; index += 4) {
      const users = await this.#waiting('quiet', 4);
      await this.tickets.match(`match-${index}` as BattleId, 'quiet' as FormatId, [users[0]!, users[1]!]);
    }
    const [first, second] = await this.#waiting('quiet', 2);
    await this.tickets.match('over' as BattleId, 'quiet' as FormatId, [first!, second!]);
    await this.tickets.complete('over' as BattleId);
    await this.tickets.penalise('quiet-late' as UserId);
  }

  /** One to a user, one to whoever comes, one that is accepted, and one that is over. */
  async challenged(): Promise<void> {
    const send = async (name: string, to: string | null): Promise<ChallengeId> => {
      const challengeId = `quiet-${name}` as ChallengeId;
      const from = draftOf(`quiet-from-${name}`, 'quiet');
      const sent = await this.challenges.send({ challengeId, from, to: to as UserId | null, isMuted: false });
      assert.equal(sent.kind, 'sent');
      return challengeId;
    };
    await send('to one', 'quiet-foe');
    await send('to all', null);
    const accepted = await send('accepted', 'quiet-foe');
    const ticket = draftOf('quiet-foe', 'quiet');
    const answer = await this.challenges.accept(accepted, 'quiet-challenge' as BattleId, ticket);
    assert.equal(answer.kind, 'accepted');
    await this.challenges.close(await send('over', null));
  }

  /** One with a lease, and one that starts: it listens already. */
  async processes(): Promise<void> {
    const redis = this.#server.connect();
    const listing = this.#server.connect();
    const leases = new RedisLeases<{ id: string }>(redis, this.#keys, () => 0);
    await leases.renew({ id: 'leased' }, 3_600_000);
    await this.#server.connect().subscribe('p:starting');
    for (const processId of ['leased', 'starting']) {
      const driver = new OwnedDriver(listing, {
        processId: () => processId,
        isLeased: () => Promise.resolve(true),
      });
      const room = { roomId: `queue-${processId}`, processId, name: 'matchmaking', clients: 0 };
      assert(await driver.insert(room as IRoomCache));
      await redis.hset('roomcount', processId, '1,0');
    }
  }

  /** Whole battles and pairings, one after the other, until `isOver`; answers how many. Throws where one does not go as it must. */
  async goOn(isOver: () => boolean): Promise<number> {
    let rounds = 0;
    for (; !isOver(); rounds++) {
      const id = await this.#playing('busy');
      await this.#finish(id, 'busy');
      await this.#outbox.acknowledge(id);
      const users = await this.#waiting('busy', 3);
      const match = `busy-match-${++this.#count}` as BattleId;
      const made = await this.tickets.match(match, 'busy' as FormatId, [users[0]!, users[1]!]);
      assert.equal(made?.battleId, match);
      if (rounds % 2 === 0) await this.tickets.complete(match);
      else await this.tickets.giveBack(match, users.slice(0, 2));
      for (const user of users) {
        const isGone = rounds % 2 === 0 && user !== users[2];
        assert.equal((await this.tickets.leave(user)) === null, isGone, `${user} has lost its ticket`);
      }
    }
    return rounds;
  }

  #opening(kind: string): ReturnType<typeof sampleOpening> {
    const number = ++this.#count;
    return sampleOpening({ id: `${kind}-${number}`, users: [`${kind}-a"${number}`, `${kind}-b\\${number}`] });
  }

  async #playing(kind: string): Promise<BattleId> {
    const opening = this.#opening(kind);
    assert.deepEqual(await this.log.open(opening), { kind: 'opened' });
    const { epoch } = await claimNow(this.log, opening.id);
    for (let length = 0; length < ENTRIES; length++) {
      const answer = await this.log.append(opening.id, epoch, length, choice(length));
      assert.equal(answer.kind, 'appended', `${opening.id} does not go on`);
    }
    return opening.id;
  }

  async #finish(id: BattleId, kind: string): Promise<void> {
    const claim = await claimNow(this.log, id);
    assert.equal(claim.entries.length, ENTRIES, `${id} has lost entries`);
    const answer = await this.log.finish(id, claim.epoch, sampleRecord(claim.opening, claim.entries));
    assert.equal(answer.kind, 'finished', kind);
  }

  async #waiting(kind: string, count: number): Promise<UserId[]> {
    const users: UserId[] = [];
    for (let index = 0; index < count; index++) {
      const userId = `${kind}-${++this.#count}` as UserId;
      users.push(userId);
      assert.equal((await this.tickets.join(draftOf(userId, kind), false)).kind, 'joined');
    }
    return users;
  }
}

function draftOf(userId: string, kind: string): TicketDraft {
  return { userId: userId as UserId, name: 'Ash', elo: 1000, format: kind as FormatId, team: null };
}

/** What everything under these keys holds, but for what `busy` battles and tickets change. */
export async function contents(redis: Redis, beginning: string): Promise<Readonly<Record<string, unknown>>> {
  const all = [...(await redis.keys(`${beginning}*`)), 'roomcaches', 'roomcount'];
  const held: Record<string, unknown> = {};
  for (const key of all.sort()) {
    const isCounter = key.endsWith(':serial') || key.endsWith(':places');
    if (!key.includes('busy') && !isCounter) held[key] = await contentOf(redis, key);
  }
  return held;
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const isQuiet = (text: string): boolean => !text.startsWith('busy');
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return (await redis.smembers(key)).filter(isQuiet).sort();
    case 'zset': {
      const members = (await redis.zrange(key, 0, -1)).filter(isQuiet);
      return Promise.all(members.map(async (member) => [member, await redis.zscore(key, member)]));
    }
    default:
      return Object.fromEntries(Object.entries(await redis.hgetall(key)).filter(([field]) => isQuiet(field)));
  }
}
