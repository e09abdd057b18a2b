import assert from 'node:assert/strict';
import { monitorLoopDelay } from '../../src/telemetry/event-loop-delay.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';

describe('monitorLoopDelay', () => {
  const block = (ms: number): void => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('shows a loop that was held up for a window or two, and in the figures since the start', async () => {
    const scheduler = new FakeScheduler();
    const monitor = monitorLoopDelay(scheduler);
    try {
      assert.deepEqual(monitor.read(), { p50: 0, p99: 0, max: 0 });
      await pause(50);
      block(150);
      await pause(50);
      assert(monitor.read().max > 80, `${monitor.read().max}`);
      await scheduler.pass(30_000);
      assert(monitor.read().max > 80);
      const held = monitor.read();
      await scheduler.pass(30_000);
      assert(monitor.read().max < held.max);
      assert(monitor.sinceStart().max >= held.max);
    } finally {
      monitor.stop();
    }
    assert.equal(scheduler.pending, 0);
  });
});
