import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import { OrmBattleStore } from '../../src/persistence/database/battle-store.ts';
import type { BattleSummary } from '../../src/persistence/database/stores.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { OutboxDrainer } from '../../src/persistence/outbox.ts';
import { EndedBattles } from '../../src/persistence/outbox/ended-battles.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { RedisOutbox } from '../../src/persistence/outbox/redis-outbox.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { freshKeys, startTestRedis, type TestRedis } from '../support/redis.ts';
import { claimNow } from './living.ts';
import { sampleOpening, sampleRecord } from './sample.ts';

describe('EndedBattles', () => {
  let server: TestRedis;
  let database: FreshDatabase;
  let orm: Awaited<ReturnType<typeof initOrm>>;
  let recorder: PostgresRecorder;
  let log: RedisInputLog;
  let outbox: RedisOutbox;
  let stored: OrmBattleStore;
  let battles: EndedBattles;
  before(async () => {
    server = await startTestRedis();
    database = await freshDatabase();
    orm = await initOrm({ connection: database.connection });
    recorder = new PostgresRecorder(database.connection);
    const [redis, keys] = [server.connect(), freshKeys()];
    log = new RedisInputLog(redis, keys);
    outbox = new RedisOutbox(redis, keys);
    stored = new OrmBattleStore(orm);
    battles = new EndedBattles(stored, outbox);
  });
  after(async () => {
    await recorder.close();
    await orm.close();
    await database.drop();
    await server.stop();
  });

  const drain = () =>
    new OutboxDrainer(outbox, recorder, { recorded: () => {}, aside: () => {}, failed: () => {} }).drain();

  it('knows a battle from its end on, the same before and after it is recorded', async () => {
    const opening = sampleOpening();
    await log.open(opening);
    const { epoch, entries } = await claimNow(log, opening.id);
    assert.equal(await battles.summary(opening.id), null);
    await log.finish(opening.id, epoch, sampleRecord(opening, entries));
    assert.equal(await stored.summary(opening.id), null);
    const before = await battles.summary(opening.id);
    assert.equal(before?.winner, opening.sides[0]!.side);
    await drain();
    const after = await battles.summary(opening.id);
    assert.deepEqual(await stored.summary(opening.id), after);
    assert.deepEqual(after && withoutRatings(after), before);
  });

  it('is never without an answer while battles are being recorded', async () => {
    const ids: BattleId[] = [];
    for (let number = 0; number < 20; number += 1) {
      const opening = sampleOpening();
      await log.open(opening);
      const { epoch } = await claimNow(log, opening.id);
      const outcome = { winner: null, reason: number % 2 === 0 ? 'tie' : 'void' } as const;
      await log.finish(opening.id, epoch, { ...sampleRecord(opening), outcome });
      ids.push(opening.id);
    }
    const draining = { isOver: false };
    const drained = drain().finally(() => (draining.isOver = true));
    const asked = ids.map(async (id) => {
      do assert.equal((await battles.summary(id))?.winner, null, id);
      while (!draining.isOver);
      assert.notEqual(await battles.summary(id), null);
    });
    await Promise.all([drained, ...asked]);
  });

  it('does without Redis for what is recorded, and knows nothing of the rest', async () => {
    const opening = sampleOpening();
    await log.open(opening);
    const { epoch } = await claimNow(log, opening.id);
    await log.finish(opening.id, epoch, sampleRecord(opening));
    await drain();
    await server.kill();
    assert.equal((await battles.summary(opening.id))?.reason, 'win');
    await assert.rejects(battles.summary('unknown' as BattleId), StoreAway);
  });
});

/** They move when it is recorded. */
function withoutRatings({ players, ...summary }: BattleSummary): BattleSummary {
  const unmoved = players.map((player) => ({ ...player, before: null, after: null }));
  return { ...summary, players: unmoved, ratedSeq: null };
}
