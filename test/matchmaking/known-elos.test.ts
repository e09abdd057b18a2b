import assert from 'node:assert/strict';
import type { FormatId, UserId } from '../../src/battle/ids.ts';
import { KnownElos } from '../../src/matchmaking/known-elos.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';

const OU = 'gen9ou' as FormatId;
const [ann, bob] = ['ann', 'bob'] as [UserId, UserId];

describe('the Elo that somebody queues with', () => {
  let scheduler: FakeScheduler;
  let elos: KnownElos;
  /** How the database answers. */
  let answer: (userId: UserId) => Promise<number>;
  const mute = (): Promise<number> => new Promise(() => {});
  const away = (): Promise<number> => Promise.reject(new Error('away'));

  beforeEach(() => {
    scheduler = new FakeScheduler();
    elos = new KnownElos({ elo: (userId) => answer(userId) }, scheduler);
  });
  afterEach(() => assert.equal(scheduler.pending, 0));

  it('is the stored one, in whole points', async () => {
    answer = () => Promise.resolve(1234.5);
    assert.equal(await elos.elo(ann, OU), 1235);
  });

  it('is the one last known, or where everybody starts, when the database is away', async () => {
    answer = () => Promise.resolve(1300);
    await elos.elo(ann, OU);
    answer = away;
    assert.equal(await elos.elo(ann, OU), 1300);
    assert.equal(await elos.elo(ann, 'gen1ou' as FormatId), 1000);
    assert.equal(await elos.elo(bob, OU), 1000);
  });

  it('is the one last known when the database takes more than 300 ms', async () => {
    answer = () => Promise.resolve(1300);
    await elos.elo(ann, OU);
    answer = mute;
    let isTold = false;
    const told = elos.elo(ann, OU).finally(() => (isTold = true));
    await scheduler.pass(299);
    assert.equal(isTold, false);
    await scheduler.pass(1);
    assert.equal(await told, 1300);
  });

  it('is remembered from an answer that came too late', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    answer = () => promise;
    const told = elos.elo(ann, OU);
    await scheduler.pass(300);
    assert.equal(await told, 1000);
    resolve(1400);
    await settle();
    answer = away;
    assert.equal(await elos.elo(ann, OU), 1400);
  });

  it('forgets who has been away the longest, beyond its bound', async () => {
    answer = () => Promise.resolve(1100);
    await elos.elo(ann, OU);
    await elos.elo(bob, OU);
    for (let count = 0; count < 9_998; count++) await elos.elo(`user-${count}` as UserId, OU);
    await elos.elo(ann, OU);
    await elos.elo('one more' as UserId, OU);
    answer = away;
    assert.deepEqual([await elos.elo(bob, OU), await elos.elo(ann, OU)], [1000, 1100]);
  });
});
