import assert from 'node:assert/strict';
import { HINT_MS, startSweeper, SWEEP_MS, type Sweeper } from '../../src/cluster/sweeper.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';

describe('the sweeper', () => {
  let scheduler: FakeScheduler;
  let sweeper: Sweeper;
  let looks: (() => void)[];

  beforeEach(() => {
    scheduler = new FakeScheduler();
    looks = [];
    sweeper = startSweeper(() => new Promise((resolve) => looks.push(resolve)), scheduler);
  });

  async function finish(): Promise<void> {
    looks.at(-1)!();
    await new Promise(setImmediate);
  }

  it('looks at once, and again a while after each look', async () => {
    assert.equal(looks.length, 1);
    await scheduler.pass(10 * SWEEP_MS);
    assert.equal(looks.length, 1, 'while one is under way there is no other');
    await finish();
    await scheduler.pass(SWEEP_MS - 1);
    assert.equal(looks.length, 1);
    await scheduler.pass(1);
    assert.equal(looks.length, 2);
  });

  it('looks soon at a hint, once for many of them', async () => {
    await finish();
    for (let hint = 0; hint < 50; hint++) sweeper.hint();
    await scheduler.pass(HINT_MS);
    assert.equal(looks.length, 2);
    await finish();
    await scheduler.pass(SWEEP_MS - 1);
    assert.equal(looks.length, 2);
  });

  it('looks once more where the hint came during a look', async () => {
    sweeper.hint();
    sweeper.hint();
    assert.equal(looks.length, 1);
    await finish();
    await scheduler.pass(HINT_MS);
    assert.equal(looks.length, 2);
  });

  it('looks no more once it is stopped', async () => {
    sweeper.hint();
    sweeper.stop();
    await finish();
    sweeper.hint();
    await scheduler.pass(10 * SWEEP_MS);
    assert.equal(looks.length, 1);
    assert.equal(scheduler.pending, 0);
  });
});
