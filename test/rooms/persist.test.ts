import assert from 'node:assert/strict';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { persist } from '../../src/rooms/persist.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';

describe('a call that is never given up', () => {
  it('is answered at once where the store is there', async () => {
    const scheduler = new FakeScheduler();
    assert.equal(await persist(async () => 'stored', scheduler, assert.fail), 'stored');
    assert.equal(scheduler.pending, 0);
  });

  it('is repeated after pauses that double up to a second', async () => {
    const scheduler = new FakeScheduler();
    const begunAt = scheduler.now();
    const calledAt: number[] = [];
    let away = 0;
    const call = async (): Promise<string> => {
      calledAt.push(scheduler.now() - begunAt);
      if (calledAt.length < 9) throw new StoreAway();
      return 'stored';
    };
    const stored = persist(call, scheduler, () => away++);
    await scheduler.pass(60_000);
    assert.equal(await stored, 'stored');
    assert.deepEqual(calledAt, [0, 50, 150, 350, 750, 1_550, 2_550, 3_550, 4_550]);
    assert.equal(away, 8);
  });

  it('is given up for what is no absence of the store', async () => {
    const failing = persist(
      async () => Promise.reject(new TypeError('bad')),
      new FakeScheduler(),
      assert.fail,
    );
    await assert.rejects(failing, TypeError);
  });
});
