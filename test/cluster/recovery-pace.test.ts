import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import { RecoveryPace, UNDER_WAY_MAX } from '../../src/cluster/recovery-pace.ts';

const id = (name: string): BattleId => name as BattleId;

describe('the pace of recoveries', () => {
  let pace: RecoveryPace;
  let begun: string[];
  beforeEach(() => {
    pace = new RecoveryPace();
    begun = [];
  });

  function recover(name: string, isSuspect = false, work: Promise<unknown> = Promise.resolve()) {
    return pace.run(id(name), isSuspect, async () => {
      begun.push(name);
      await work;
      return name;
    });
  }

  /** As many as may be under way, until the answer is called. */
  function fill(): () => Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const full = Array.from({ length: UNDER_WAY_MAX }, (_, index) =>
      recover(`full ${index}`, false, promise),
    );
    begun.length = 0;
    return () => {
      resolve();
      return Promise.all(full);
    };
  }

  it('lets one begin when another has ended, where so many are under way', async () => {
    const empty = fill();
    const next = recover('next');
    await new Promise(setImmediate);
    assert.deepEqual(begun, []);
    await empty();
    assert.equal(await next, 'next');
  });

  it('takes what somebody waits for before what nobody waits for, each in order', async () => {
    const empty = fill();
    pace.hurry(id('b'));
    const all = ['a', 'b', 'c', 'd'].map((name) => recover(name));
    // It has been asked for before anybody waited for it.
    pace.hurry(id('d'));
    await empty();
    await Promise.all(all);
    assert.deepEqual(begun, ['b', 'd', 'a', 'c']);
  });

  it('forgets who waited once that is done', async () => {
    pace.hurry(id('b'));
    pace.done(id('b'));
    const empty = fill();
    const all = ['a', 'b'].map((name) => recover(name));
    await empty();
    await Promise.all(all);
    assert.deepEqual(begun, ['a', 'b']);
  });

  it('has one suspect under way, and others beside it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const suspects = [recover('first suspect', true, promise), recover('second suspect', true)];
    assert.equal(await recover('other'), 'other');
    assert.deepEqual(begun, ['first suspect', 'other']);
    resolve();
    await Promise.all(suspects);
    assert.equal(begun.at(-1), 'second suspect');
  });

  it('gives battles that run their turn of the event loop between two replays', async () => {
    const done: string[] = [];
    let isOver = false;
    const running = (): void => {
      done.push('running');
      if (!isOver) setImmediate(running);
    };
    const replays = ['a', 'b', 'c'].map((name) => pace.inTurn(id(name), async () => done.push(name)));
    setImmediate(running);
    await Promise.all(replays);
    isOver = true;
    for (const [earlier, later] of [
      ['a', 'b'],
      ['b', 'c'],
    ] as const)
      assert(done.slice(done.indexOf(earlier), done.indexOf(later)).includes('running'), done.join());
  });

  it('replays one battle after the other, what somebody waits for first, and goes on after one that failed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done: string[] = [];
    const replayed = (name: string): Promise<unknown> => pace.inTurn(id(name), async () => done.push(name));
    const first = pace.inTurn(id('first'), () => promise);
    const failing = pace.inTurn(id('failing'), () => Promise.reject(new Error('no')));
    const others = ['other', 'awaited'].map((name) => replayed(name));
    const failed = assert.rejects(failing, /^Error: no$/);
    for (let count = 0; count < 10; count++) await new Promise(setImmediate);
    assert.deepEqual(done, []);
    pace.hurry(id('awaited'));
    resolve();
    await Promise.all([first, failed, ...others]);
    assert.deepEqual(done, ['awaited', 'other']);
    await replayed('late');
    assert.equal(done.at(-1), 'late');
  });

  it('goes on after one that failed', async () => {
    const empty = fill();
    const failing = pace.run(id('a'), false, () => Promise.reject(new Error('no')));
    const next = recover('b');
    const failed = assert.rejects(failing, /^Error: no$/);
    await empty();
    await failed;
    assert.equal(await next, 'b');
  });
});
