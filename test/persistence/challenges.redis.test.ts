import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import type { BattleId, ChallengeId, FormatId, UserId } from '../../src/battle/ids.ts';
import type { ChallengeDraft, ChallengeStore } from '../../src/persistence/challenges/challenges.ts';
import { MemoryChallenges } from '../../src/persistence/challenges/memory.ts';
import { RedisChallenges } from '../../src/persistence/challenges/redis.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { MemoryTickets } from '../../src/persistence/tickets/memory.ts';
import { RedisTickets } from '../../src/persistence/tickets/redis.ts';
import { QUEUE_RULES, type TicketDraft, type TicketStore } from '../../src/persistence/tickets/tickets.ts';
import { freshKeys, repeating, startTestRedis, type TestRedis } from '../support/redis.ts';
import { CHALLENGE_CONTRACT_RULES, testChallengeStore } from './challenges.contract.ts';

const FORMAT = 'gen9ou' as FormatId;
const START = 1_700_000_000_000;
const [ann, bob] = ['ann', 'bob'] as [UserId, UserId];
const ONE = 'one' as ChallengeId;

/** A clock that a test moves. */
const CLOCK = `local function clock() return tonumber(redis.call('GET', 'clock')) end`;

const ticketOf = (userId: UserId): TicketDraft => ({
  userId,
  name: userId,
  elo: 1000,
  format: FORMAT,
  team: null,
});

interface Stores {
  readonly tickets: TicketStore;
  readonly store: ChallengeStore;
}

/** A call on any stores, after `ms` of their time. */
interface Step {
  readonly name: string;
  readonly ms: number;
  readonly call: (stores: Stores) => Promise<unknown>;
}

const user = fc.constantFrom(...(['ann', 'bob', 'cat', 'dan', 'eve'] as UserId[]));
const battle = fc.constantFrom(...(['b1', 'b2', 'b3'] as BattleId[]));

function step<Args extends unknown[]>(
  name: string,
  args: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
  call: (stores: Stores, ...args: Args) => Promise<unknown>,
): fc.Arbitrary<Step> {
  return fc.tuple(fc.constantFrom(0, 0, 0, 1, 400, 1_000), fc.tuple(...args)).map(([ms, values]) => ({
    name: `${name} ${JSON.stringify(values)}`,
    ms,
    call: (stores) => call(stores, ...(values as Args)),
  }));
}

/** Ids are never used twice: each is new here, and named by its number. */
let sent = 0;
const sending = step('send', [user, fc.option(user), fc.boolean()], ({ store }, from, to, isMuted) =>
  store.send({ challengeId: `c${sent}` as ChallengeId, from: ticketOf(from), to, isMuted }),
);
const recent = fc.nat(4).map((back) => () => `c${Math.max(0, sent - back)}` as ChallengeId);
const STEPS = fc.oneof(
  { weight: 4, arbitrary: sending },
  {
    weight: 4,
    arbitrary: step('accept', [recent, user, battle], ({ store }, id, one, at) =>
      store.accept(id(), `${at}-${sent}` as BattleId, ticketOf(one)),
    ),
  },
  step('get', [recent], ({ store }, id) => store.get(id())),
  step('sentBy', [user], ({ store }, one) => store.sentBy(one)),
  step('receivedBy', [user], async ({ store }, one) => byId(await store.receivedBy(one))),
  step('renew', [fc.array(user, { maxLength: 3 })], ({ store }, some) => store.renew(some)),
  step('close', [recent], ({ store }, id) => store.close(id())),
  step('sweep', [], async ({ store }) =>
    byId((await store.sweep()).map((one) => ({ ...one, ...one.challenge }))),
  ),
  step('join', [user], ({ tickets }, one) => tickets.join(ticketOf(one), false)),
  step('leave', [user], ({ tickets }, one) => tickets.leave(one)),
  step('placing', [user], ({ tickets }, one) => tickets.placing(one)),
  step('sweepMatches', [], async ({ tickets }) =>
    [...(await tickets.sweepMatches())].sort((a, b) => a.battleId.localeCompare(b.battleId)),
  ),
);

function byId<One extends { challengeId: ChallengeId }>(some: readonly One[]): One[] {
  return [...some].sort((a, b) => a.challengeId.localeCompare(b.challengeId));
}

describe('ChallengeStore in Redis', () => {
  let server: TestRedis;
  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.stop());

  async function stores(redis: Redis = server.connect(), keys = freshKeys()): Promise<Stores> {
    await server.admin.set('clock', START);
    return {
      tickets: new RedisTickets(redis, keys, QUEUE_RULES, CLOCK),
      store: new RedisChallenges(redis, keys, CHALLENGE_CONTRACT_RULES, CLOCK),
    };
  }
  const draft = (to: UserId | null = null): ChallengeDraft => ({
    challengeId: ONE,
    from: ticketOf(ann),
    to,
    isMuted: false,
  });

  testChallengeStore('Redis', async () => ({
    ...(await stores()),
    pass: async (ms) => void (await server.admin.incrby('clock', ms)),
  }));

  it('answers any sequence of calls as the store in memory does', async () => {
    const redis = server.connect();
    await fc.assert(
      fc.asyncProperty(fc.array(STEPS, { minLength: 1, maxLength: 40 }), async (steps) => {
        let now = START;
        const inRedis = await stores(redis);
        const tickets = new MemoryTickets(() => now);
        const inMemory = {
          tickets,
          store: new MemoryChallenges(tickets, () => now, CHALLENGE_CONTRACT_RULES),
        };
        for (const one of steps) {
          sent += 1;
          now += one.ms;
          await server.admin.incrby('clock', one.ms);
          assert.deepEqual(placeless(await one.call(inRedis)), placeless(await one.call(inMemory)), one.name);
        }
      }),
      { seed: 20_261_121, numRuns: 150 },
    );
  });

  it('leaves nothing without an expiry behind but the counter of places', async () => {
    const keys = freshKeys();
    const { store, tickets } = await stores(server.connect(), keys);
    await store.send(draft(bob));
    await store.accept(ONE, 'b1' as BattleId, ticketOf(bob));
    await tickets.complete('b1' as BattleId);
    await store.send({ ...draft(bob), challengeId: 'two' as ChallengeId });
    await server.admin.incrby('clock', CHALLENGE_CONTRACT_RULES.lapseMs);
    await store.sweep();
    for (const key of keys.challenges.slice(1, 3))
      for (const user of [ann, bob]) assert.equal(await server.admin.exists(key + user), 0, key + user);
    const lasting: string[] = [];
    for (const key of await server.admin.keys(`${keys.beginning}*`))
      if ((await server.admin.pttl(key)) < 0) lasting.push(key);
    assert.deepEqual(lasting, [`${keys.beginning}{q}:places`]);
  });

  describe('over a connection that sends each call again', () => {
    const twice = (): Promise<Stores> => stores(repeating(server.connect()));

    it('sends, accepts and closes once, and answers so', async () => {
      const { store, tickets } = await twice();
      assert.equal((await store.send(draft(bob))).kind, 'sent');
      const accepted = await store.accept(ONE, 'b1' as BattleId, ticketOf(bob));
      assert(accepted.kind === 'accepted');
      assert.deepEqual(
        accepted.match.tickets.map(({ userId }) => userId),
        [ann, bob],
      );
      await tickets.complete('b1' as BattleId);
      assert.equal((await store.send({ ...draft(), challengeId: 'two' as ChallengeId })).kind, 'sent');
      assert.equal((await store.close('two' as ChallengeId))?.challengeId, 'two');
    });

    it('tells who accepts that the sender is busy', async () => {
      const { store, tickets } = await twice();
      await store.send(draft(bob));
      await tickets.join(ticketOf(ann), false);
      assert.equal((await store.accept(ONE, 'b1' as BattleId, ticketOf(bob))).kind, 'busy');
    });
  });

  it('passes over what is broken', async () => {
    const keys = freshKeys();
    const { store } = await stores(server.connect(), keys);
    const [challenge, , , listed] = keys.challenges;
    await store.send(draft(bob));
    await server.admin.del(`${challenge}${ONE}`);
    assert.equal(await store.get(ONE), null);
    assert.deepEqual(await store.receivedBy(bob), []);
    assert.equal((await store.send({ ...draft(bob), challengeId: 'two' as ChallengeId })).kind, 'sent');
    await server.admin.zrem(listed!, 'two');
    assert.equal(await store.sentBy(ann), null);
    await server.admin.incrby('clock', CHALLENGE_CONTRACT_RULES.lifeMs);
    assert.deepEqual(await store.sweep(), []);
    assert.equal(await server.admin.exists(listed!), 0);
  });

  it('says StoreAway when the server is gone', async () => {
    const own = await startTestRedis();
    const store = new RedisChallenges(own.connect(), freshKeys());
    assert.equal((await store.send(draft())).kind, 'sent');
    await own.kill();
    await assert.rejects(store.get(ONE), StoreAway);
    await own.stop();
  });
});

/** Places are numbers of the store's own. */
function placeless(answer: unknown): unknown {
  const text = JSON.stringify(answer, (key, value: unknown) => (key === 'place' ? undefined : value));
  return text === undefined ? undefined : JSON.parse(text);
}
