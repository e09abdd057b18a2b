/** What a room notes of the connections to its battle, and counts. */
import assert from 'node:assert/strict';
import type { UserId } from '../../src/battle/ids.ts';
import type { ConnectionEvent } from '../../src/persistence/database/stores.ts';
import { BattleRoom } from '../../src/rooms/battle-room.ts';
import { settle } from '../support/fake-scheduler.ts';
import { openingFor } from '../support/play.ts';
import { RecordedBattle } from '../support/recording-room.ts';

describe('the connection events of a room', () => {
  const opening = openingFor('gen9randombattle', 'events');
  const [p1, p2] = opening.sides.map(({ userId }) => userId) as [UserId, UserId];
  let recorded: RecordedBattle;

  async function open(epoch = 1): Promise<void> {
    recorded = await RecordedBattle.open(opening, BattleRoom, epoch);
  }
  afterEach(() => recorded.close());

  /** What is worth looking at, without what is empty. */
  function noted(): unknown[] {
    return recorded.events.map(({ kind, side, userId, afterMs, code }) => {
      const all = { kind, side, userId, afterMs, code };
      return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
    });
  }

  async function bothJoin(): Promise<void> {
    await recorded.join('one', p1);
    await recorded.join('two', p2);
  }

  const JOINED = [
    { kind: 'joined', side: 'p1', userId: p1 },
    { kind: 'joined', side: 'p2', userId: p2 },
  ];

  it('are of the battle, the process and the moment', async () => {
    await open();
    await recorded.advance(1_000);
    await recorded.join('one', p1);
    const [{ battleId, at, processId }] = recorded.events as [ConnectionEvent];
    assert.equal(battleId, opening.id);
    assert.equal(at, 1_800_000_001_000);
    assert.match(processId, /./);
  });

  it('name who joins, goes and comes back, and after how long', async () => {
    await open();
    await bothJoin();
    await recorded.drop('one');
    await recorded.advance(7_000);
    await recorded.join('again', p1);
    assert.deepEqual(noted(), [
      ...JOINED,
      { kind: 'dropped', side: 'p1', userId: p1, code: 1006 },
      { kind: 'reconnected', side: 'p1', userId: p1, afterMs: 7_000 },
    ]);
  });

  it('are of sides: neither a second connection nor a spectator makes one', async () => {
    await open();
    await bothJoin();
    await recorded.join('phone', p1);
    await recorded.join('watching', 'watcher');
    await recorded.drop('phone');
    await recorded.drop('watching');
    assert.deepEqual(noted(), JOINED);
  });

  it('name who did not come back in time', async () => {
    await open();
    await bothJoin();
    await recorded.drop('two');
    await recorded.advance(60_000);
    assert.deepEqual(noted().slice(3), [{ kind: 'failed', side: 'p2', userId: p2 }]);
    assert.equal(recorded.counts.voids, 0);
  });

  it('name who is put out, and why', async () => {
    await open();
    await bothJoin();
    for (const name of ['a', 'b', 'c', 'd']) await recorded.join(name, p1);
    assert.deepEqual(noted().slice(2), [{ kind: 'kicked', side: 'p1', userId: p1, code: 4000 }]);
  });

  it('say that the battle was taken up, and who comes back to it', async () => {
    await open(2);
    await recorded.advance(3_000);
    await recorded.join('one', p1);
    assert.deepEqual(noted(), [
      { kind: 'recovered' },
      { kind: 'reconnected', side: 'p1', userId: p1, afterMs: 3_000 },
    ]);
  });

  it('say once that the battle was handed over, and nothing of those who go with it', async () => {
    await open();
    await bothJoin();
    await recorded.room.handOver();
    assert.deepEqual(noted(), [...JOINED, { kind: 'moved' }]);
    assert.equal(recorded.counts.fencings, 0);
  });

  it('say that somebody else has the battle, and it is counted', async () => {
    await open();
    await bothJoin();
    recorded.isFenced = true;
    await recorded.send('one', 'MOVE', { choice: 'default' });
    await settle();
    assert.deepEqual(noted(), [...JOINED, { kind: 'moved' }]);
    assert.equal(recorded.counts.fencings, 1);
  });

  it('are none for a battle that fails, which is counted', async () => {
    await open();
    await bothJoin();
    recorded.room.session.fault(new Error('ours'));
    await settle();
    assert.deepEqual(noted(), JOINED);
    assert.equal(recorded.counts.voids, 1);
  });

  it('end with the battle: that its room closes is no drop', async () => {
    await open();
    await bothJoin();
    await recorded.send('one', 'FORFEIT', {});
    await recorded.advance(30_000);
    await settle();
    assert.deepEqual(noted(), JOINED);
  });
});
