import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventBus } from '../../src/cluster/event-bus.ts';
import type { PubSub } from '../../src/cluster/event-bus/link.ts';
import { type BusEvent, type Channel, CHANNELS, type Payload } from '../../src/cluster/events.ts';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';
import { busOn, localStore, redisStore, type Store } from './event-bus.presences.ts';

const PLAYERS = { p1: 'ash' as UserId, p2: 'gary' as UserId };
const MATCH = { matchId: 'b1' as BattleId, format: 'gen9ou' as FormatId, players: PLAYERS };
const SAMPLES: { readonly [C in Channel]: Payload<C> } = {
  'match:events': { type: 'completed', ...MATCH, winner: 'p1', ratingChanges: { p1: 25, p2: -25 } },
  'leaderboard:updates': {
    format: MATCH.format,
    playerId: PLAYERS.p1,
    affectedPlayers: [PLAYERS.p2],
    rankChanges: { oldRank: 5, newRank: 3, ratingChange: 25 },
    fullRefresh: false,
  },
  'player:notifications': {
    type: 'achievement_unlocked',
    playerId: PLAYERS.p1,
    achievement: 'streak-10',
    points: 100,
  },
  'system:events': { type: 'process_draining', processId: 'a' },
};

/** The next event of a channel. */
function next(bus: EventBus, channel: Channel): Promise<BusEvent> {
  return new Promise((resolve) => {
    const stop = bus.subscribeAll((event) => {
      if (event.channel !== channel) return;
      stop();
      resolve(event);
    });
  });
}

const stores: readonly (readonly [string, () => Promise<Store>])[] = [
  ['LocalPresence', localStore],
  ['RedisPresence', redisStore],
];

for (const [name, open] of stores) {
  describe(`the event bus over ${name}`, () => {
    let store: Store;
    let presence: PubSub;
    let a: EventBus;
    let b: EventBus;
    const raised: BusEvent[] = [];

    beforeEach(async () => {
      store = await open();
      presence = store.connect();
      a = busOn(presence, 'a', new FakeScheduler());
      b = busOn(store.connect(), 'b', new FakeScheduler());
      await Promise.all([a.start(), b.start()]);
      raised.length = 0;
    });

    afterEach(async () => {
      await Promise.all([a.close(), b.close()]);
      await store.close();
    });

    it('tells subscribers here and there once each', async () => {
      a.subscribeAll((event) => void raised.push(event));
      for (const channel of CHANNELS) {
        const there = next(b, channel);
        await a.publish(channel, SAMPLES[channel]);
        const expected = { channel, serverId: 'a', at: 1_700_000_000_000, payload: SAMPLES[channel] };
        const { id: _, ...event } = await there;
        assert.deepEqual(event, expected);
      }
      // What came back to the publisher came before this answer.
      const answer = next(a, 'system:events');
      await b.publish('system:events', { type: 'process_up', processId: 'b' });
      await answer;
      assert.deepEqual(
        raised.map(({ channel, serverId }) => `${serverId} ${channel}`),
        [...CHANNELS.map((channel) => `a ${channel}`), 'b system:events'],
      );
      assert.equal(new Set(raised.map(({ serverId, id }) => `${serverId} ${id}`)).size, 5);
    });

    it('counts by channel, both ways', async () => {
      const there = next(b, 'match:events');
      await a.publish('match:events', SAMPLES['match:events']);
      await there;
      const at = 1_700_000_000_000;
      const sent = { totalPublished: 1, successfulPublishes: 1, failedPublishes: 0, lastPublishTime: at };
      const got = { totalReceived: 1, processedEvents: 1, failedEvents: 0, lastReceiveTime: at };
      const none = { totalReceived: 0, processedEvents: 0, failedEvents: 0, lastReceiveTime: null };
      const { publisher, subscriber } = a.statistics;
      assert.deepEqual(publisher.channelStats['match:events'], sent);
      assert.deepEqual(subscriber.channelStats['match:events'], got);
      assert.equal(publisher.channelStats['system:events'].lastPublishTime, null);
      const { channelStats, ...total } = b.statistics.subscriber;
      assert.deepEqual(total, got);
      assert.deepEqual(channelStats['match:events'], got);
      assert.deepEqual(channelStats['system:events'], none);
      assert.equal(b.statistics.publisher.totalPublished, 0);
    });

    it('says that it is well', () => {
      const { roundTripMs, ...health } = a.health;
      assert.deepEqual(health, {
        isHealthy: true,
        publisherReady: true,
        subscriberReady: true,
        activeSubscriptions: 0,
        reconnectAttempts: 0,
      });
      assert.equal(typeof roundTripMs, 'number');
      assert.equal(a.statistics.subscriber.totalReceived, 0, 'probes are no events');
    });

    it('gives each process a copy of its own', async () => {
      const payload = structuredClone(SAMPLES['match:events']);
      const here = next(a, 'match:events');
      const there = next(b, 'match:events');
      await a.publish('match:events', payload);
      const seen = [(await here).payload, (await there).payload];
      assert.notEqual(seen[0], payload);
      assert.notEqual(seen[0], seen[1]);
    });

    it('passes over 10,000 pieces of junk, each counted', async () => {
      b.subscribeAll((event) => void raised.push(event));
      const envelope = { serverId: 'c', id: '1', at: 1, payload: SAMPLES['match:events'] };
      const junk = fc.oneof(
        fc.string(),
        fc.jsonValue(),
        fc.json(),
        fc.string({ minLength: LIMITS.busEventBytes, maxLength: 3_000 }),
        fc
          .record({ serverId: fc.string(), id: fc.string(), at: fc.integer(), payload: fc.jsonValue() })
          .map((value) => JSON.stringify(value)),
        fc.constantFrom(
          undefined,
          null,
          [],
          envelope,
          '{"__proto__":1}',
          JSON.stringify({ ...envelope, payload: { ...envelope.payload, winner: 'p3' } }),
          JSON.stringify({ ...envelope, payload: { ...envelope.payload, players: { p1: 'é', p2: 'b' } } }),
          JSON.stringify({ ...envelope, serverId: '' }),
          JSON.stringify({ ...envelope, at: 'now' }),
          JSON.stringify(envelope).slice(0, -1),
        ),
      );
      const pieces = fc.sample(junk, { numRuns: 10_000, seed: 11 });
      for (const [index, piece] of pieces.entries())
        await presence.publish(CHANNELS[index % CHANNELS.length]!, piece as string);
      const after = next(b, 'match:events');
      await a.publish('match:events', SAMPLES['match:events']);
      await after;
      assert.equal(raised.length, 1);
      const { totalReceived, processedEvents, failedEvents, channelStats } = b.statistics.subscriber;
      assert.deepEqual([totalReceived, processedEvents, failedEvents], [10_001, 1, 10_000]);
      for (const channel of CHANNELS) assert.equal(channelStats[channel].failedEvents, 2_500);
    });

    it('survives subscribers that throw', async () => {
      b.subscribe('system:events', () => {
        throw new Error('thrown');
      });
      b.subscribe('system:events', () => Promise.reject(new Error('rejected')));
      b.subscribe('system:events', async ({ payload }) => {
        await Promise.resolve(payload.type);
      });
      b.subscribe('match:events', () => {
        throw 'a string';
      });
      const all = [next(b, 'system:events'), next(b, 'match:events')];
      await a.publish('system:events', SAMPLES['system:events']);
      await a.publish('match:events', SAMPLES['match:events']);
      await Promise.all(all);
      await b.publish('player:notifications', SAMPLES['player:notifications']);
      const { totalReceived, processedEvents, failedEvents } = b.statistics.subscriber;
      assert.deepEqual([totalReceived, processedEvents, failedEvents], [3, 1, 2]);
    });

    it('keeps silent to who has left', async () => {
      const heard: string[] = [];
      const handler = (): void => void heard.push('match');
      b.subscribe('match:events', handler);
      const stop = b.subscribeAll(() => void heard.push('all'));
      assert.equal(b.health.activeSubscriptions, 5);
      b.unsubscribe('match:events', handler);
      stop();
      assert.equal(b.health.activeSubscriptions, 0);
      const there = next(b, 'match:events');
      await a.publish('match:events', SAMPLES['match:events']);
      await there;
      assert.deepEqual(heard, []);
    });

    it('neither sends nor hears once it is closed', async () => {
      b.subscribeAll((event) => void raised.push(event));
      await b.close();
      await assert.rejects(b.publish('system:events', SAMPLES['system:events']), { code: 'BUS_CLOSED' });
      const here = next(a, 'system:events');
      await a.publish('system:events', SAMPLES['system:events']);
      await here;
      assert.deepEqual(raised, []);
      assert.equal(b.health.isHealthy, false);
    });
  });
}

describe('an event', () => {
  /** Each of these characters takes two in JSON. */
  const longest = '"'.repeat(LIMITS.userIdChars) as UserId;
  const long = 'x'.repeat(LIMITS.idChars);
  const match = {
    matchId: long as BattleId,
    format: long as FormatId,
    players: { p1: longest, p2: longest },
  };
  const leaderboard = { ...SAMPLES['leaderboard:updates'], format: match.format, playerId: longest };
  const bus = async (): Promise<EventBus> =>
    busOn((await localStore()).connect(), 's'.repeat(LIMITS.idChars), new FakeScheduler());

  it('fits, however long its names are', async () => {
    const events = await bus();
    const ratingChanges = { p1: -99_999.12345678, p2: -99_999.12345678 };
    await events.publish('match:events', { type: 'completed', ...match, winner: 'p1', ratingChanges });
    await events.publish('leaderboard:updates', { ...leaderboard, affectedPlayers: [longest] });
    const player = { playerId: longest, challengerId: longest, format: match.format };
    await events.publish('player:notifications', { type: 'challenge_received', ...player });
    assert.equal(events.statistics.publisher.successfulPublishes, 3);
  });

  it('is refused from the limit on, and nobody gets it', async () => {
    const events = await bus();
    const heard: BusEvent[] = [];
    events.subscribeAll((event) => void heard.push(event));
    const maintenance = (length: number): Payload<'system:events'> => ({
      type: 'maintenance',
      message: '€'.repeat(length),
      startsAt: 0,
    });
    const empty = Buffer.byteLength(
      JSON.stringify({ serverId: long, id: '1', at: 1_700_000_000_000, payload: leaderboardOf('') }),
    );
    const room = LIMITS.busEventBytes - 1 - empty;
    await events.publish('leaderboard:updates', leaderboardOf('a'.repeat(room)));
    assert.equal(heard.length, 1);
    await assert.rejects(events.publish('leaderboard:updates', leaderboardOf('a'.repeat(room + 1))), {
      code: 'EVENT_TOO_LARGE',
    });
    await events.publish('system:events', maintenance(200));
    await assert.rejects(events.publish('system:events', maintenance(201)), { code: 'EVENT_INVALID' });
    assert.equal(heard.length, 2);
    const { totalPublished, successfulPublishes, failedPublishes } = events.statistics.publisher;
    assert.deepEqual([totalPublished, successfulPublishes, failedPublishes], [4, 2, 2]);
  });

  /** As long as an empty one and `filling`. */
  function leaderboardOf(filling: string): Payload<'leaderboard:updates'> {
    const spread = Array.from({ length: 8 }, (_, index) => `${index}` as UserId);
    const last = spread.length - 1;
    const share = Math.floor(filling.length / spread.length);
    const affectedPlayers = spread.map(
      (digit, index) =>
        `${digit}${filling.slice(index * share, index === last ? undefined : (index + 1) * share)}` as UserId,
    );
    return { ...leaderboard, playerId: 'p' as UserId, affectedPlayers };
  }

  it('is of its channel, or does not compile', async () => {
    const events = await bus();
    const wrong = { code: 'EVENT_INVALID' };
    // @ts-expect-error: a payload of another channel
    await assert.rejects(events.publish('match:events', SAMPLES['system:events']), wrong);
    // @ts-expect-error: no such type
    await assert.rejects(events.publish('system:events', { type: 'probe' }), wrong);
    // @ts-expect-error: a field is missing
    await assert.rejects(events.publish('match:events', { type: 'created', matchId: match.matchId }), wrong);
    // @ts-expect-error: no such channel
    assert.throws(() => events.subscribe('battle:events', () => {}));
    events.subscribe('leaderboard:updates', ({ payload }) => {
      payload.rankChanges.newRank satisfies number | null;
      // @ts-expect-error: not in this payload
      void payload.matchId;
    });
    events.subscribeAll((event) => {
      if (event.channel === 'match:events' && event.payload.type === 'completed')
        event.payload.winner satisfies 'p1' | 'p2' | null;
      // @ts-expect-error: not in every payload
      void event.payload.fullRefresh;
    });
  });
});
