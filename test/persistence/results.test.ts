import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import { OrmBattleStore } from '../../src/persistence/database/battle-store.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { Results, type Recorded } from '../../src/persistence/results/results.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { sampleOpening, sampleRecord } from './sample.ts';

const nobody = new AbortController().signal;

describe('results', () => {
  let database: FreshDatabase;
  let orm: Awaited<ReturnType<typeof initOrm>>;
  let recorder: PostgresRecorder;
  let summary: OrmBattleStore['summary'];

  before(async () => {
    database = await freshDatabase();
    orm = await initOrm({ connection: database.connection });
    recorder = new PostgresRecorder(database.connection);
    const store = new OrmBattleStore(orm);
    summary = (id) => store.summary(id);
  });
  after(async () => {
    await recorder.close();
    await orm.close();
    await database.drop();
  });

  const recorded = async (rated = true): Promise<Recorded> => {
    const told = await recorder.record(sampleRecord({ ...sampleOpening(), rated }));
    assert(told);
    return told;
  };
  const unasked = (): Promise<never> => Promise.reject(new Error('nobody need be asked'));

  it('are known of what was recorded here without asking anybody', async () => {
    const results = new Results({ summary: unasked });
    const told = await recorded();
    results.tell(told);
    assert.equal(await results.of(told.battleId, nobody), told.changes);
    const unrated = await recorded(false);
    results.tell(unrated);
    assert.equal(await results.of(unrated.battleId, nobody), null);
  });

  it('are the same where another process recorded it', async () => {
    const results = new Results({ summary });
    const { battleId, changes } = await recorded();
    assert.deepEqual(await results.of(battleId, nobody), changes);
    const unrated = await recorded(false);
    assert.equal(await results.of(unrated.battleId, nobody), null);
  });

  it('come as soon as somebody has recorded it, though the database was away', async () => {
    const record = sampleRecord(sampleOpening());
    let asked = 0;
    const results = new Results({
      summary: async (id) => {
        asked += 1;
        if (asked === 1) throw new StoreAway('away');
        if (asked === 3) await recorder.record(record);
        return summary(id);
      },
    });
    const changes = await results.of(record.opening.id, nobody);
    assert.equal(asked, 3);
    assert.deepEqual(
      changes?.map(({ side }) => side),
      ['p1', 'p2'],
    );
  });

  it('are hurried first', async () => {
    const record = sampleRecord(sampleOpening());
    const results: Results = new Results({
      summary: unasked,
      hurry: async () => results.tell((await recorder.record(record))!),
    });
    const changes = await results.of(record.opening.id, nobody);
    assert.equal(changes?.length, 2);
  });

  it('are not waited for once nobody wants them', async () => {
    const results = new Results({ summary });
    const left = new AbortController();
    const answer = results.of('never-recorded' as BattleId, left.signal);
    left.abort();
    assert.equal(await answer, undefined);
    assert.equal(await results.of('never-recorded' as BattleId, left.signal), undefined);
  });

  it('are not waited for while they are hurried, once nobody wants them', async () => {
    const results = new Results({ summary, hurry: () => new Promise(() => {}) });
    const left = new AbortController();
    const answer = results.of('never-recorded' as BattleId, left.signal);
    left.abort();
    assert.equal(await answer, undefined);
  });

  it('are told to every listener', async () => {
    const results = new Results({ summary });
    const heard: Recorded[] = [];
    results.listen((one) => heard.push(one));
    results.listen((one) => heard.push(one));
    const told = await recorded();
    results.tell(told);
    assert.deepEqual(heard, [told, told]);
  });

  it('are found in the database when too many others were told meanwhile', async () => {
    const results = new Results({ summary });
    const told = await recorded();
    results.tell(told);
    for (let index = 0; index < 1_000; index += 1)
      results.tell({ ...told, battleId: `other-${index}` as BattleId });
    assert.deepEqual(await results.of(told.battleId, nobody), told.changes);
  });
});
