import assert from 'node:assert/strict';
import type { EventBus } from '../../src/cluster/event-bus.ts';
import { EventBusError } from '../../src/cluster/event-bus/envelope.ts';
import type { BusEvent, Payload } from '../../src/cluster/events.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';
import { BadPresence, busOn, redisStore } from './event-bus.presences.ts';

const EVENT: Payload<'system:events'> = { type: 'process_up', processId: 'a' };

describe('the event bus on a bad line', () => {
  let presence: BadPresence;
  let scheduler: FakeScheduler;
  let bus: EventBus;
  let heard: BusEvent[];

  beforeEach(() => {
    presence = new BadPresence();
    scheduler = new FakeScheduler();
    bus = busOn(presence, 'a', scheduler);
    heard = [];
    bus.subscribeAll((event) => void heard.push(event));
  });

  /** What becomes of a publish, and the times of its tries. */
  async function publishTimes(): Promise<{ times: number[]; result: unknown }> {
    const begunAt = scheduler.now();
    const times: number[] = [];
    const results: unknown[] = [];
    presence.published = () => times.push(scheduler.now() - begunAt);
    bus.publish('system:events', EVENT).then(
      () => results.push('published'),
      (error: unknown) => results.push(error),
    );
    for (await settle(); results.length === 0;) await scheduler.pass(1);
    return { times, result: results[0] };
  }

  for (const fate of ['throws', 'rejects'] as const) {
    for (const [failures, expected] of [
      [0, [0]],
      [1, [0, 100]],
      [2, [0, 100, 300]],
      [3, [0, 100, 300, 700]],
    ] as const) {
      it(`tries again after 100, 200 and 400 ms: ${failures} times when it ${fate} so often`, async () => {
        presence.fates.push(...Array<typeof fate>(failures).fill(fate));
        const { times, result } = await publishTimes();
        assert.equal(result, 'published');
        assert.deepEqual(times, expected);
        assert.equal(heard.length, 1);
        assert.equal(bus.health.publisherReady, true);
        assert.equal(bus.statistics.publisher.failedPublishes, 0);
        assert.equal(scheduler.pending, 0);
      });
    }

    it(`gives up when the fourth try ${fate}`, async () => {
      presence.fates.push(fate, fate, fate, fate);
      const { times, result } = await publishTimes();
      assert.ok(result instanceof EventBusError);
      assert.equal(result.code, 'EVENT_NOT_PUBLISHED');
      assert.deepEqual(times, [0, 100, 300, 700]);
      assert.equal(heard.length, 1, 'own subscribers have it all the same');
      assert.equal(bus.health.publisherReady, false);
      const { totalPublished, failedPublishes } = bus.statistics.publisher;
      assert.deepEqual([totalPublished, failedPublishes], [1, 1]);
    });
  }

  it('does not wait for a store that says nothing', async () => {
    presence.fates.push('hangs');
    const { times, result } = await publishTimes();
    assert.equal(result, 'published');
    assert.deepEqual(times, [0, 1_100]);
  });

  it('is heard once by others when a try that seemed lost had arrived', async () => {
    const other = busOn(presence, 'b', scheduler);
    await other.start();
    const there: BusEvent[] = [];
    other.subscribeAll((event) => void there.push(event));
    presence.fates.push('hangs, yet arrives', 'hangs, yet arrives');
    const { result } = await publishTimes();
    assert.equal(result, 'published');
    assert.equal(presence.publishes, 4, 'a probe and three tries');
    assert.equal(there.length, 1);
    await other.close();
  });

  it('refuses what is beyond its limit', async () => {
    presence.fates.push(...Array<'hangs'>(LIMITS.busPublishes * 4).fill('hangs'));
    const fates = Array.from({ length: LIMITS.busPublishes }, () =>
      assert.rejects(bus.publish('system:events', EVENT), { code: 'EVENT_NOT_PUBLISHED' }),
    );
    await assert.rejects(bus.publish('system:events', EVENT), { code: 'BUS_BUSY' });
    assert.equal(heard.length, LIMITS.busPublishes);
    await scheduler.pass(6_000);
    await Promise.all(fates);
    await bus.publish('system:events', EVENT);
  });

  it('waits for what is on its way when it closes', async () => {
    presence.fates.push('rejects');
    const published = bus.publish('system:events', EVENT);
    const closed = bus.close();
    await scheduler.pass(100);
    await published;
    await closed;
    assert.equal(presence.publishes, 2);
    assert.equal(presence.listeners, 0);
    assert.equal(scheduler.pending, 0);
  });

  it('closes although the store says nothing', async () => {
    await bus.start();
    presence.unsubscribe = () => new Promise(() => {});
    const closed = bus.close();
    await scheduler.pass(1_000);
    await closed;
  });

  it('subscribes again when it goes deaf, soon at first, slowly at last, and comes back', async () => {
    await bus.start();
    presence.isDeaf = true;
    const probes: number[] = [];
    const begunAt = scheduler.now();
    for (let seen = presence.publishes; probes.length < 13; await scheduler.pass(1)) {
      if (presence.publishes === seen) continue;
      seen = presence.publishes;
      probes.push(scheduler.now() - begunAt);
      // Its own wait for the echo is 1 s.
      assert.equal(bus.health.reconnectAttempts, probes.length - 1);
      assert.equal(bus.health.subscriberReady, probes.length === 1);
      assert.equal(bus.health.isHealthy, probes.length <= 10);
    }
    const waits = probes.map((at, index) => at - (probes[index - 1] ?? 0) - (index > 0 ? 1_000 : 0));
    assert.deepEqual(
      waits,
      [5_000, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 30_000, 30_000, 30_000],
    );
    presence.isDeaf = false;
    await scheduler.pass(31_000);
    assert.partialDeepStrictEqual(bus.health, {
      isHealthy: true,
      subscriberReady: true,
      reconnectAttempts: 0,
    });
    assert.equal(presence.listeners, 4, 'one for each channel');
    const other = busOn(presence, 'b', scheduler);
    await other.publish('system:events', EVENT);
    assert.equal(heard.length, 1);
    await bus.close();
    assert.equal(scheduler.pending, 0);
  });

  it('starts without a store and finds it later', async () => {
    presence.refusesSubscriptions = true;
    await bus.start();
    assert.partialDeepStrictEqual(bus.health, { subscriberReady: false, reconnectAttempts: 1 });
    presence.refusesSubscriptions = false;
    await scheduler.pass(100);
    assert.partialDeepStrictEqual(bus.health, { subscriberReady: true, reconnectAttempts: 0 });
    assert.equal(presence.listeners, 4, 'one for each channel');
    await bus.close();
  });
});

describe('the event bus and Redis', () => {
  it('carries events again after Redis was gone', async function () {
    this.timeout(20_000);
    const store = await redisStore();
    const a = busOn(store.connect(), 'a');
    const b = busOn(store.connect(), 'b');
    try {
      await Promise.all([a.start(), b.start()]);
      await store.redis.kill();
      await assert.rejects(a.publish('system:events', EVENT), { code: 'EVENT_NOT_PUBLISHED' });
      assert.equal(a.health.publisherReady, false);
      await store.redis.start();
      // Subscriptions come back when they do; until then there is nobody to hear it.
      while (b.statistics.subscriber.totalReceived === 0) await a.publish('system:events', EVENT);
      assert.equal(a.health.publisherReady, true);
    } finally {
      await Promise.all([a.close(), b.close()]);
      await store.close();
    }
  });
});
