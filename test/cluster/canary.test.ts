import assert from 'node:assert/strict';
import { CANARY_MS, startCanary } from '../../src/cluster/canary.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';

describe('startCanary', () => {
  function flying() {
    const scheduler = new FakeScheduler();
    const asked: string[] = [];
    const answered: number[] = [];
    const world = {
      scheduler,
      asked,
      answered,
      processes: [
        { id: 'self', isDraining: false },
        { id: 'a', isDraining: false },
        { id: 'going', isDraining: true },
        { id: 'b', isDraining: false },
      ],
      isStoreAway: false,
      ask: async (): Promise<unknown> => undefined,
    };
    const canary = startCanary({
      processId: 'self',
      processes: async () => {
        if (world.isStoreAway) throw new StoreAway('away');
        return world.processes;
      },
      ask: (id) => {
        asked.push(id);
        return world.ask();
      },
      answered: (ms) => answered.push(ms),
      scheduler,
    });
    return { ...world, world, canary };
  }

  it('asks the others in turn, none that goes away, and measures the answer', async () => {
    const { scheduler, asked, answered, world, canary } = flying();
    world.ask = () => new Promise((resolve) => scheduler.after(3, () => resolve(undefined)));
    for (let round = 0; round < 3; round++) {
      await scheduler.pass(CANARY_MS);
      await scheduler.pass(3);
    }
    assert.deepEqual(asked, ['a', 'b', 'a']);
    assert.deepEqual(answered, [3, 3, 3]);
    assert.deepEqual(canary.figures, { asked: 3, lost: 0, roundTripMs: 3 });
    canary.stop();
  });

  it('counts what is not answered, and goes on', async () => {
    const { scheduler, answered, world, canary } = flying();
    world.ask = () => Promise.reject(new Error('silence'));
    await scheduler.pass(CANARY_MS);
    assert.deepEqual(canary.figures, { asked: 1, lost: 1, roundTripMs: null });
    world.ask = async () => undefined;
    await scheduler.pass(CANARY_MS);
    assert.deepEqual(canary.figures, { asked: 2, lost: 1, roundTripMs: 0 });
    assert.deepEqual(answered, [0]);
    canary.stop();
  });

  it('asks nobody while it is alone or the store is away', async () => {
    const { scheduler, asked, world, canary } = flying();
    world.isStoreAway = true;
    await scheduler.pass(CANARY_MS);
    world.isStoreAway = false;
    world.processes = [{ id: 'self', isDraining: false }];
    await scheduler.pass(CANARY_MS);
    assert.deepEqual(asked, []);
    canary.stop();
    assert.equal(scheduler.pending, 0);
  });
});
