import assert from 'node:assert/strict';
import type { Payload } from '../../src/cluster/events.ts';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import type { RankChange, Standing } from '../../src/persistence/database/stores.ts';
import type { Recorded } from '../../src/persistence/results/results.ts';
import { createLadderUpdates, listenToLadder } from '../../src/server/ladder-updates.ts';

const [ann, bob] = ['ann', 'bob'] as [UserId, UserId];
const OU = 'gen9ou' as FormatId;
const standing = (elo: number): Standing => ({ elo, glicko: { rating: 1500, deviation: 130 } });

const RECORDED: Recorded = {
  battleId: 'b1' as BattleId,
  format: OU,
  players: { p1: ann, p2: bob },
  winner: 'p1',
  changes: [
    { side: 'p1', userId: ann, before: standing(1100), after: standing(1125.5) },
    { side: 'p2', userId: bob, before: standing(1000), after: standing(1000) },
  ],
  unlocked: [],
};

describe('what is told of ranks', () => {
  let published: Payload<'leaderboard:updates'>[];
  let count: () => Promise<readonly RankChange[]>;
  let tell: (recorded: Recorded) => Promise<void>;
  beforeEach(() => {
    published = [];
    count = async () => [
      { userId: ann, oldRank: 7, newRank: 3 },
      { userId: bob, oldRank: null, newRank: null },
    ];
    tell = createLadderUpdates({
      ratings: { rankChanges: () => count() },
      announcements: { ranked: (update) => void published.push(update) },
    });
  });

  const update = (
    playerId: UserId,
    [oldRank, newRank]: readonly [number | null, number | null],
    ratingChange: number,
    fullRefresh: boolean,
  ) => ({
    format: OU,
    playerId,
    affectedPlayers: [],
    rankChanges: { oldRank, newRank, ratingChange },
    fullRefresh,
  });

  it('is an event of each player, and nothing of a battle that moved no rating', async () => {
    await tell(RECORDED);
    assert.deepEqual(published, [update(ann, [7, 3], 25.5, true), update(bob, [null, null], 0, false)]);
    await tell({ ...RECORDED, changes: null });
    assert.equal(published.length, 2);
  });

  it('asks everybody to read for themselves where ranks cannot be counted', async () => {
    count = () => Promise.reject(new Error('away'));
    await tell(RECORDED);
    assert.deepEqual(published, [update(ann, [null, null], 25.5, true), update(bob, [null, null], 0, true)]);
  });

  it('counts only so many battles at once', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly RankChange[]>();
    let counts = 0;
    count = () => {
      counts += 1;
      return promise;
    };
    const told = Array.from({ length: LIMITS.rankCounts }, () => tell(RECORDED));
    await tell(RECORDED);
    assert.deepEqual([counts, published.length], [LIMITS.rankCounts, 2]);
    resolve([]);
    await Promise.all(told);
    await tell(RECORDED);
    assert.equal(counts, LIMITS.rankCounts + 1);
  });

  it('is heard by those who show that ladder', async () => {
    const heard: unknown[] = [];
    let deliver: (event: { payload: Payload<'leaderboard:updates'> }) => void = () => {};
    const subscribe = ((_channel: string, handler: typeof deliver) => {
      deliver = handler;
      return () => (deliver = () => {});
    }) as never;
    const unlisten = listenToLadder({ subscribe })(OU, (...hint) => void heard.push(hint));
    deliver({ payload: update(ann, [7, 3], 25.5, true) });
    deliver({ payload: { ...update(ann, [7, 3], 25.5, true), format: 'gen1ou' as FormatId } });
    assert.deepEqual(heard, [[{ userId: ann, oldRank: 7, newRank: 3, ratingChange: 25.5 }, true]]);
    unlisten();
    deliver({ payload: update(ann, [7, 3], 25.5, true) });
    assert.equal(heard.length, 1);
  });
});
