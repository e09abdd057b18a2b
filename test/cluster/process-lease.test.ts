import assert from 'node:assert/strict';
import { BEAT_MS, LEASE_MS, ProcessLease } from '../../src/cluster/process-lease.ts';
import type { Leases, ProcessInfo } from '../../src/cluster/process-lease.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';

const INFO: ProcessInfo = {
  id: 'one',
  host: '127.0.0.1',
  port: 1,
  engine: '1',
  battles: 0,
  connections: 0,
  isDraining: false,
  startedAt: 0,
};

/** Its timers come a little early, as Node's do: they count from the start of the turn in which they were set. */
class HastyScheduler extends FakeScheduler {
  override after(ms: number, task: () => void): () => void {
    return super.after(ms > 20 ? ms - 20 : ms, task);
  }
}

/** A store whose answers a test gives. */
class Store implements Leases {
  readonly scheduler: FakeScheduler;
  readonly told: string[] = [];
  readonly renewals: number[] = [];
  readonly released: string[] = [];
  isAway = false;
  /** Renewals wait for it. */
  gate: Promise<void> = Promise.resolve();
  readonly lease: ProcessLease;

  constructor(scheduler = new FakeScheduler()) {
    this.scheduler = scheduler;
    this.lease = new ProcessLease(this, () => INFO, scheduler, {
      suspended: () => this.told.push('suspended'),
      restored: () => this.told.push('restored'),
    });
  }

  static async started(scheduler?: FakeScheduler): Promise<Store> {
    const store = new Store(scheduler);
    await store.lease.start();
    store.told.length = 0;
    return store;
  }

  async renew(_: ProcessInfo, leaseMs: number): Promise<void> {
    assert.equal(leaseMs, LEASE_MS);
    this.renewals.push(this.scheduler.now());
    await this.gate;
    if (this.isAway) throw new StoreAway();
  }

  release(id: string): Promise<void> {
    this.released.push(id);
    return Promise.resolve();
  }

  alive(): Promise<readonly ProcessInfo[]> {
    return Promise.resolve([]);
  }

  connectedMs(): number {
    return 0;
  }

  /** Renewals are not answered until the answer is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return resolve;
  }
}

describe('the lease of a process', () => {
  it('tells that it has run out also where timers come early', async () => {
    const store = await Store.started(new HastyScheduler());
    store.isAway = true;
    await store.scheduler.pass(LEASE_MS);
    assert.deepEqual(store.told, ['suspended']);
  });

  it('is not good before the first renewal, and is after', async () => {
    const store = new Store();
    assert.equal(store.lease.isValid, false);
    await store.lease.start();
    assert.equal(store.lease.isValid, true);
    assert.deepEqual(store.told, ['restored']);
  });

  it('is renewed each beat, for as long as it lasts', async () => {
    const store = await Store.started();
    await store.scheduler.pass(60 * BEAT_MS);
    assert.equal(store.renewals.length, 61);
    assert.deepEqual(store.told, []);
  });

  it('is good for 4 s after the last renewal was sent; that is told once, each way', async () => {
    const store = await Store.started();
    store.isAway = true;
    await store.scheduler.pass(3_999);
    assert.equal(store.lease.isValid, true);
    assert.deepEqual(store.told, []);
    await store.scheduler.pass(1);
    assert.equal(store.lease.isValid, false);
    await store.scheduler.pass(60_000);
    assert.deepEqual(store.told, ['suspended']);
    store.isAway = false;
    await store.scheduler.pass(10 * BEAT_MS);
    assert.equal(store.lease.isValid, true);
    assert.deepEqual(store.told, ['suspended', 'restored']);
  });

  it('counts from when a renewal was sent, not from its answer', async () => {
    const store = await Store.started();
    const answer = store.hold();
    await store.scheduler.pass(BEAT_MS + 1_500);
    answer();
    await settle();
    // Sent at 1 s, answered at 2.5 s, and the next one, due at 3.5 s, fails.
    store.isAway = true;
    await store.scheduler.pass(BEAT_MS + LEASE_MS - 2_500 - 1);
    assert.equal(store.lease.isValid, true);
    await store.scheduler.pass(1);
    assert.equal(store.lease.isValid, false);
    assert.deepEqual(store.told, ['suspended']);
  });

  it('is not restored by an answer that comes after all that it was good for', async () => {
    const store = await Store.started();
    const answer = store.hold();
    await store.scheduler.pass(BEAT_MS + LEASE_MS);
    assert.deepEqual(store.told, ['suspended']);
    answer();
    await settle();
    assert.equal(store.lease.isValid, false);
    assert.deepEqual(store.told, ['suspended']);
    await store.scheduler.pass(BEAT_MS);
    assert.deepEqual(store.told, ['suspended', 'restored']);
  });

  it('is told to have run out even where a stopped process sees the answer before its timers', async () => {
    const store = await Store.started();
    const answer = store.hold();
    await store.scheduler.pass(BEAT_MS);
    store.scheduler.skip(60_000);
    assert.equal(store.lease.isValid, false);
    answer();
    await settle();
    assert.deepEqual(store.told, ['suspended']);
    await store.scheduler.pass(BEAT_MS);
    assert.deepEqual(store.told, ['suspended', 'restored']);
  });

  it('is given back at the end, and not renewed any more', async () => {
    const store = await Store.started();
    const answer = store.hold();
    await store.scheduler.pass(BEAT_MS);
    await store.lease.stop();
    answer();
    await store.scheduler.pass(60_000);
    assert.deepEqual(store.released, ['one']);
    assert.equal(store.renewals.length, 2);
    assert.deepEqual(store.told, []);
    assert.equal(store.scheduler.pending, 0);
  });
});
