import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { MemoryTickets } from '../../src/persistence/tickets/memory.ts';
import { RedisTickets } from '../../src/persistence/tickets/redis.ts';
import type { TicketDraft, TicketStore } from '../../src/persistence/tickets/tickets.ts';
import { freshKeys, repeating, startTestRedis } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';
import { CONTRACT_RULES, testTicketStore } from './tickets.contract.ts';

const FORMAT = 'gen9ou' as FormatId;
const [ann, bob, cat, dan] = ['ann', 'bob', 'cat', 'dan'] as [UserId, UserId, UserId, UserId];

/** A clock that a test moves. */
const CLOCK = `local function clock() return tonumber(redis.call('GET', 'clock')) end`;

/** A call on any store, after `ms` of its time. */
interface Step {
  readonly name: string;
  readonly ms: number;
  readonly call: (store: TicketStore) => Promise<unknown>;
}

const user = fc.constantFrom(...(['ann', 'bob', 'cat', 'dan', 'eve', 'fay', 'gus'] as UserId[]));
const format = fc.constantFrom(...(['gen9ou', 'gen1ou'] as FormatId[]));
const battle = fc.constantFrom(...(['b1', 'b2', 'b3'] as BattleId[]));
const draft = fc.record({
  userId: user,
  name: fc.constant('x'),
  elo: fc.nat(2_000),
  format,
  team: fc.constant(null),
});
const users = fc.array(user, { maxLength: 3 });

function step<Args extends unknown[]>(
  name: string,
  args: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
  call: (store: TicketStore, ...args: Args) => Promise<unknown>,
): fc.Arbitrary<Step> {
  return fc.tuple(fc.constantFrom(0, 0, 0, 1, 400, 1_000), fc.tuple(...args)).map(([ms, values]) => ({
    name: `${name} ${JSON.stringify(values)}`,
    ms,
    call: (store) => call(store, ...(values as Args)),
  }));
}

const joining = step('join', [draft, fc.boolean()], (store, ...args) => store.join(...args));
const waiting = step('waiting', [format], async (store, one) => {
  const { now, tickets } = await store.waiting(one);
  return [now, tickets.map(({ userId, elo, joinedAt, lastFoe }) => [userId, elo, joinedAt, lastFoe])];
});
const matching = step('match', [battle, format, user, user], (store, id, one, p1, p2) =>
  store.match(id, one, [p1, p2]),
);
const STEPS = fc.oneof(
  { weight: 5, arbitrary: joining },
  { weight: 2, arbitrary: waiting },
  { weight: 4, arbitrary: matching },
  step('joinAtHead', [draft], (store, one) => store.joinAtHead(one)),
  step('leave', [user], (store, one) => store.leave(one)),
  step('renew', [users], (store, some) => store.renew(some)),
  step('placing', [user], (store, one) => store.placing(one)),
  step('formats', [], async (store) => [...(await store.formats())].sort()),
  step('complete', [battle], (store, id) => store.complete(id)),
  step('giveBack', [battle, users], (store, id, some) => store.giveBack(id, some)),
  step('penalise', [user], (store, one) => store.penalise(one)),
  step('sweepLapsed', [], async (store) => byUser(await store.sweepLapsed())),
  step('sweepMatches', [], async (store) =>
    [...(await store.sweepMatches())].sort((a, b) => a.battleId.localeCompare(b.battleId)),
  ),
);

function byUser<Owned extends { userId: UserId }>(tickets: readonly Owned[]): Owned[] {
  return [...tickets].sort((a, b) => a.userId.localeCompare(b.userId));
}

/** Places are numbers of the store's own; their order shows in lists and positions. */
function placeless(answer: unknown): unknown {
  const text = JSON.stringify(answer, (key, value: unknown) => (key === 'place' ? undefined : value));
  return text === undefined ? undefined : JSON.parse(text);
}

describe('TicketStore in Redis', () => {
  let server: TestRedis;
  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.stop());

  const ticketsWithClock = async (): Promise<RedisTickets> => {
    await server.admin.set('clock', 1_700_000_000_000);
    return new RedisTickets(server.connect(), freshKeys(), CONTRACT_RULES, CLOCK);
  };
  const draftOf = (userId: UserId, elo = 1000): TicketDraft => ({
    userId,
    name: userId,
    elo,
    format: FORMAT,
    team: null,
  });
  const join = (store: RedisTickets, userId: UserId, elo?: number): Promise<unknown> =>
    store.join(draftOf(userId, elo), false);

  testTicketStore('Redis', async () => ({
    store: await ticketsWithClock(),
    pass: async (ms) => void (await server.admin.incrby('clock', ms)),
    close: async () => {},
  }));

  it('keeps joinedAt in the order of places when the clock is set back', async () => {
    const store = await ticketsWithClock();
    await join(store, ann);
    await server.admin.decrby('clock', 100);
    await join(store, bob);
    const { tickets } = await store.waiting(FORMAT);
    assert.deepEqual(
      tickets.map(({ joinedAt }) => joinedAt),
      [1_700_000_000_000, 1_700_000_000_000],
    );
  });

  it('answers any sequence of calls as the store in memory does', async () => {
    const redis = server.connect();
    await fc.assert(
      fc.asyncProperty(fc.array(STEPS, { minLength: 1, maxLength: 40 }), async (steps) => {
        let now = 1_700_000_000_000;
        await server.admin.set('clock', now);
        const memory = new MemoryTickets(() => now, CONTRACT_RULES);
        const stored = new RedisTickets(redis, freshKeys(), CONTRACT_RULES, CLOCK);
        for (const step of steps) {
          now += step.ms;
          await server.admin.incrby('clock', step.ms);
          assert.deepEqual(placeless(await step.call(stored)), placeless(await step.call(memory)), step.name);
        }
      }),
      { seed: 20_261_121, numRuns: 150 },
    );
  });

  it('hands out drafts and ratings to the last bit, by the clock of the server', async () => {
    const store = new RedisTickets(server.connect(), freshKeys());
    const elo = 1000 + 1 / 3;
    await join(store, ann, elo);
    const { now, tickets } = await store.waiting(FORMAT);
    assert.equal(tickets[0]?.elo, elo);
    const ticket = await store.leave(ann);
    assert.ok(ticket && ticket.joinedAt <= now && ticket.aliveUntil > now);
    assert.deepEqual([ticket.elo, ticket.team], [elo, null]);
  });

  it('leaves no key behind but the counter of places', async () => {
    const keys = freshKeys();
    const store = new RedisTickets(server.connect(), keys, CONTRACT_RULES, CLOCK);
    const prefix = keys.queue[0]!.slice(0, -'ticket:'.length);
    await Promise.all([join(store, ann), join(store, bob)]);
    assert.ok(await store.match('b1' as BattleId, FORMAT, [ann, bob]));
    await store.complete('b1' as BattleId);
    await join(store, ann);
    await store.leave(ann);
    await store.penalise(bob);
    const left = await server.admin.keys(`${prefix}*`);
    const lasting: string[] = [];
    for (const key of left) if ((await server.admin.pttl(key)) < 0) lasting.push(key);
    assert.deepEqual(lasting, [`${prefix}places`]);
    assert.equal(left.length, 4);
  });

  describe('over a connection that sends each call again', () => {
    const store = async (): Promise<RedisTickets> => {
      await server.admin.set('clock', 1_700_000_000_000);
      return new RedisTickets(repeating(server.connect()), freshKeys(), CONTRACT_RULES, CLOCK);
    };

    it('makes a match and answers it', async () => {
      const tickets = await store();
      await Promise.all([join(tickets, ann), join(tickets, bob)]);
      const match = await tickets.match('b1' as BattleId, FORMAT, [ann, bob]);
      assert.deepEqual(
        match?.tickets.map(({ userId }) => userId),
        [ann, bob],
      );
    });

    it('hands out an overdue match, once each time that it is', async () => {
      const tickets = await store();
      await Promise.all([join(tickets, ann), join(tickets, bob)]);
      await tickets.match('b1' as BattleId, FORMAT, [ann, bob]);
      for (let round = 0; round < 2; round++) {
        await server.admin.incrby('clock', CONTRACT_RULES.matchMs);
        assert.equal((await tickets.sweepMatches()).length, 1);
        assert.deepEqual(await tickets.sweepMatches(), []);
      }
    });
  });

  describe('with a broken key', () => {
    const MATCH = 'b1' as BattleId;
    const broken = async (
      breaking: (queue: readonly string[]) => Promise<unknown>,
    ): Promise<RedisTickets> => {
      await server.admin.set('clock', 1_700_000_000_000);
      const keys = freshKeys();
      const store = new RedisTickets(server.connect(), keys, CONTRACT_RULES, CLOCK);
      for (const userId of [ann, bob, cat, dan]) await join(store, userId);
      assert.ok(await store.match(MATCH, FORMAT, [cat, dan]));
      await breaking(keys.queue);
      await server.admin.incrby('clock', CONTRACT_RULES.lapseMs - 1);
      await store.renew([ann, bob, cat, dan]);
      await server.admin.incrby('clock', CONTRACT_RULES.lapseMs - 1);
      return store;
    };
    const waitingIn = async (store: RedisTickets): Promise<UserId[]> =>
      (await store.waiting(FORMAT)).tickets.map(({ userId }) => userId);

    it('passes over who is in the queue and not alive', async () => {
      const store = await broken((queue) => server.admin.zrem(queue[5]!, ann));
      assert.deepEqual(await waitingIn(store), [bob]);
      assert.equal((await store.join(draftOf(ann), false)).kind, 'joined');
      assert.deepEqual(await waitingIn(store), [bob, ann]);
    });

    it('passes over who is in the queue and has no ticket', async () => {
      const store = await broken((queue) => server.admin.del(`${queue[0]}ann`));
      assert.deepEqual(await waitingIn(store), [bob]);
    });

    for (const [gone, left] of [
      [cat, dan],
      [dan, cat],
    ] as const)
      it(`ends a match without the ticket of ${gone}, and lets the other one wait again`, async () => {
        const store = await broken((queue) => server.admin.del(`${queue[0]}${gone}`));
        assert.deepEqual(await store.sweepMatches(), []);
        assert.deepEqual(await waitingIn(store), [ann, bob, left]);
        await server.admin.incrby('clock', CONTRACT_RULES.matchMs);
        assert.deepEqual(await store.sweepMatches(), []);
      });

    it('completes a match of which one ticket is gone', async () => {
      const store = await broken((queue) => server.admin.del(`${queue[0]}${cat}`));
      await store.complete(MATCH);
      assert.equal(await store.placing(dan), null);
    });

    it('forgets a match of which nothing is known', async () => {
      const store = await broken((queue) => server.admin.del(`${queue[2]}${MATCH}`));
      for (let round = 0; round < 2; round++) assert.deepEqual(await store.sweepMatches(), []);
    });
  });

  it('says StoreAway when the server is gone', async () => {
    const own = await startTestRedis();
    const store = new RedisTickets(own.connect(), freshKeys());
    await join(store, ann);
    await own.kill();
    await assert.rejects(join(store, bob), StoreAway);
    await assert.rejects(store.formats(), StoreAway);
    await own.stop();
  });
});
