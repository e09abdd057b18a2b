/** When a ladder is looked at, and what is told of it. */
import assert from 'node:assert/strict';
import type { UserId } from '../../src/battle/ids.ts';
import type { LadderRow } from '../../src/persistence/database/stores.ts';
import { LadderWatch } from '../../src/rooms/ladder-watch.ts';
import type { RankChange } from '../../src/rooms/messages.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';

function rowsOf(...users: readonly (readonly [id: string, elo: number, wins?: number])[]): LadderRow[] {
  return users.map(([id, elo, wins = 1], index) => ({
    rank: index + 1,
    user: { id: id as UserId, name: id.toUpperCase() },
    elo,
    glicko: { rating: 1500.4, deviation: 99.6 },
    wins,
    losses: 0,
    ties: 0,
  }));
}

const hint = (userId: string, oldRank: number | null, newRank: number | null, ratingChange = 0) => ({
  userId: userId as UserId,
  oldRank,
  newRank,
  ratingChange,
});

describe('the watch over a ladder', () => {
  let scheduler: FakeScheduler;
  let rows: readonly LadderRow[];
  let isAway: boolean;
  /** Holds the answers back. */
  let gate: Promise<void> | undefined;
  let looks: number;
  let failures: number;
  let shown: { rows: readonly LadderRow[]; changes: readonly RankChange[] }[];
  let watch: LadderWatch;

  beforeEach(async () => {
    scheduler = new FakeScheduler();
    rows = rowsOf(['a', 1200], ['b', 1100]);
    [isAway, gate, looks, failures, shown] = [false, undefined, 0, 0, []];
    watch = new LadderWatch({
      read: async () => {
        looks += 1;
        const found = rows;
        await gate;
        if (isAway) throw new Error('away');
        return found;
      },
      shown: (is, changes) => void shown.push({ rows: is, changes }),
      failed: () => (failures += 1),
      scheduler,
    });
    await watch.start();
  });
  afterEach(async () => {
    watch.stop();
    await settle();
    assert.equal(scheduler.pending, 0);
  });

  it('begins with a look that has no changes', () => {
    assert.deepEqual(shown, [{ rows, changes: [] }]);
  });

  it('looks again soon when somebody has played, and then at most every 100 ms', async () => {
    await scheduler.pass(5_000);
    for (let count = 0; count < 1_000; count++) watch.heard(hint('a', 1, 1), false);
    await scheduler.pass(19);
    assert.equal(looks, 1);
    await scheduler.pass(1);
    assert.equal(looks, 2);
    for (let ms = 0; ms < 1_000; ms++) {
      watch.heard(hint('a', 1, 1), false);
      await scheduler.pass(1);
    }
    assert.equal(looks, 12);
  });

  it('looks once more when it hears of somebody while it looks', async () => {
    await scheduler.pass(5_000);
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    watch.heard(hint('a', 1, 1), false);
    await scheduler.pass(50);
    rows = rowsOf(['b', 1300], ['a', 1200]);
    watch.heard(hint('b', 2, 1), false);
    resolve();
    await scheduler.pass(100);
    assert.equal(looks, 3);
    assert.deepEqual(shown.at(-1)!.rows, rows);
  });

  it('cares for the top, and for what nobody has counted', async () => {
    await scheduler.pass(200);
    watch.heard(hint('z', 300, 200), true);
    watch.heard(hint('z', 101, 101), true);
    watch.heard(hint('z', null, null), false);
    await scheduler.pass(1_000);
    assert.equal(looks, 1);
    for (const [oldRank, newRank, isWide] of [[100, 120, false], [120, 100, false], [null, 1, false], [null, null, true]] as const) {
      const before: number = looks;
      watch.heard(hint('z', oldRank, newRank), isWide);
      await scheduler.pass(1_000);
      assert.equal(looks, before + 1, `${oldRank} ${newRank}`);
    } // prettier-ignore
  });

  it('finds by itself what it has not heard of', async () => {
    rows = rowsOf(['b', 1240, 2], ['a', 1200]);
    await scheduler.pass(30_000);
    const change = { userId: 'b', name: 'B', oldRank: 2, newRank: 1, elo: [1100, 1240] };
    assert.deepEqual(shown.at(-1), { rows, changes: [change] });
  });

  it('keeps what it has while the database is away, and looks each second until it is back', async () => {
    isAway = true;
    watch.heard(hint('b', 2, 1, 140), false);
    await scheduler.pass(60_000);
    assert.equal(shown.length, 1);
    assert.deepEqual([looks, failures], [61, 1]);
    isAway = false;
    rows = rowsOf(['b', 1240, 2], ['a', 1200]);
    await scheduler.pass(1_000);
    assert.deepEqual(shown.at(-1)!.rows, rows);
    isAway = true;
    await scheduler.pass(60_000);
    assert.equal(failures, 2);
  });

  it('forgets nothing that it has heard while the database was away, and does not ask it more often', async () => {
    await scheduler.pass(5_000);
    isAway = true;
    watch.heard(hint('c', 120, 90, 10), false);
    await scheduler.pass(1_000);
    const before: number = looks;
    for (let ms = 0; ms < 1_000; ms++) {
      watch.heard(hint('d', 1, 1), false);
      await scheduler.pass(1);
    }
    assert.equal(looks, before + 1);
    isAway = false;
    watch.heard(hint('c', 90, 1, 20), false);
    rows = rowsOf(['c', 1300, 5], ['a', 1200], ['b', 1100]);
    await scheduler.pass(1_000);
    assert.deepEqual(shown.at(-1)!.changes, [
      { userId: 'c', name: 'C', oldRank: 120, newRank: 1, elo: [1270, 1300] },
    ]);
  });

  it('is still once it was stopped', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    watch.heard(hint('a', 1, 1), false);
    await scheduler.pass(100);
    watch.stop();
    resolve();
    await settle();
    watch.heard(hint('a', 1, 1), false);
    await scheduler.pass(60_000);
    assert.deepEqual([looks, shown.length], [2, 1]);
  });

  it('says where those come from and go to whom the rows do not show', async () => {
    rows = rowsOf(['c', 1300.4, 5], ['a', 1200]);
    watch.heard(hint('c', 120, 2, 30.2), false);
    watch.heard(hint('c', 2, 1, 20), false);
    watch.heard(hint('b', 2, 101, -9.6), false);
    await scheduler.pass(100);
    assert.deepEqual(shown.at(-1)!.changes, [
      { userId: 'c', name: 'C', oldRank: 120, newRank: 1, elo: [1250, 1300] },
      { userId: 'b', name: 'B', oldRank: 2, newRank: 101, elo: [1100, 1090] },
    ]);
  });

  it('hears of both players of a battle before it looks', async () => {
    await scheduler.pass(5_000);
    rows = rowsOf(['d', 1300, 7], ['c', 1250, 5]);
    watch.heard(hint('c', 110, 2, 20), false);
    await scheduler.pass(10);
    watch.heard(hint('d', 105, 1, 30), false);
    await scheduler.pass(10);
    assert.deepEqual(shown.at(-1)!.changes.slice(0, 2), [
      { userId: 'd', name: 'D', oldRank: 105, newRank: 1, elo: [1270, 1300] },
      { userId: 'c', name: 'C', oldRank: 110, newRank: 2, elo: [1230, 1250] },
    ]);
  });

  it('does not make up what it has not heard of who came in and who fell out', async () => {
    rows = rowsOf(['c', 1300, 5], ['d', 1040, 1]);
    await scheduler.pass(30_000);
    assert.deepEqual(shown.at(-1)!.changes, [
      { userId: 'c', name: 'C', oldRank: null, newRank: 1, elo: [null, 1300] },
      { userId: 'd', name: 'D', oldRank: null, newRank: 2, elo: [1000, 1040] },
      { userId: 'a', name: 'A', oldRank: 1, newRank: null, elo: [1200, null] },
      { userId: 'b', name: 'B', oldRank: 2, newRank: null, elo: [1100, null] },
    ]);
  });

  it('names neither who was only passed by nor anybody it knows nothing new of', async () => {
    rows = rowsOf(['c', 1300], ['a', 1200], ['b', 1100]);
    await scheduler.pass(30_000);
    assert.deepEqual(shown.at(-1)!.changes, [
      { userId: 'c', name: 'C', oldRank: null, newRank: 1, elo: [1000, 1300] },
    ]);
    await scheduler.pass(30_000);
    assert.deepEqual(shown.at(-1)!.changes, []);
  });
});
