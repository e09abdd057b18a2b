import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import { RecoveryPace } from '../../src/cluster/recovery-pace.ts';

const id = (name: string): BattleId => name as BattleId;

describe('the pace of recoveries', () => {
  let pace: RecoveryPace;
  let done: string[];
  beforeEach(() => {
    pace = new RecoveryPace();
    done = [];
  });

  /** Its recovery begins and ends, with something awaited between. */
  function recover(name: string): Promise<string> {
    return pace.run(id(name), async () => {
      done.push(`${name} begins`);
      await Promise.resolve();
      done.push(`${name} ends`);
      return name;
    });
  }

  it('lets one begin when the one before has ended, and the event loop turn in between', async () => {
    setImmediate(() => {
      done.push('a battle that runs has its turn');
    });
    assert.deepEqual(await Promise.all([recover('a'), recover('b')]), ['a', 'b']);
    assert.deepEqual(done, ['a begins', 'a ends', 'a battle that runs has its turn', 'b begins', 'b ends']);
  });

  it('takes what somebody waits for before what nobody waits for, each in order', async () => {
    pace.hurry(id('b'));
    const all = ['first', 'a', 'b', 'c', 'd'].map(recover);
    // It has been asked for before anybody waited for it.
    pace.hurry(id('d'));
    await Promise.all(all);
    assert.deepEqual(
      done.filter((text) => text.endsWith('begins')),
      ['first', 'b', 'd', 'a', 'c'].map((name) => `${name} begins`),
    );
  });

  it('forgets who waited once that is done', async () => {
    pace.hurry(id('b'));
    await recover('b');
    pace.done(id('b'));
    await Promise.all(['first', 'a', 'b'].map(recover));
    assert.deepEqual(
      done.slice(2).filter((text) => text.endsWith('ends')),
      ['first ends', 'a ends', 'b ends'],
    );
  });

  it('goes on after one that failed', async () => {
    const failing = pace.run(id('a'), () => Promise.reject(new Error('no')));
    const next = recover('b');
    await assert.rejects(failing, /^Error: no$/);
    assert.equal(await next, 'b');
  });
});
