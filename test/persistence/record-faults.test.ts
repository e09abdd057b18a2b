import assert from 'node:assert/strict';
import type { BattleRecord } from '../../src/battle/record.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { BREAKS, startBreakingProxy, type BreakingProxy } from '../support/postgres-proxy.ts';
import { runSql } from '../support/postgres.ts';
import { checkChain } from './chain.ts';
import { PATHS, type RecordPath } from './record.paths.ts';
import { sampleOpening, sampleRecord } from './sample.ts';

const STATEMENTS: Readonly<Record<string, readonly string[]>> = {
  'with the end of its battle': ['begin', 'retire', 'lock', 'stand', 'record', 'commit'],
  'from Redis': ['begin', 'lock', 'stand', 'record', 'commit'],
};
const STORED = `
select (select count(*)::int from battles) as battles, (select count(*)::int from battle_players) as players,
  (select count(*)::int from ratings) as ratings, (select count(*)::int from achievements) as achievements,
  (select count(*)::int from users) as users`;
const NOTHING = { battles: 0, players: 0, ratings: 0, achievements: 0, users: 0 };
const ALL = { battles: 1, players: 2, ratings: 2, achievements: 1, users: 2 };

for (const [name, open] of Object.entries(PATHS)) {
  describe(`recording a battle ${name}, over a connection that breaks`, () => {
    let path: RecordPath;
    let proxy: BreakingProxy;
    before(async () => {
      path = await open(async (real) => (proxy = await startBreakingProxy(real)).address);
    });
    after(async () => {
      await path.close();
      await proxy.close();
    });
    beforeEach(async () => {
      await path.empty();
      path.told.splice(0);
      proxy.clear();
    });

    const stored = async (): Promise<unknown> => (await runSql(path.connection, STORED)).rows[0];
    const played = async (): Promise<BattleRecord> => {
      const record = sampleRecord(sampleOpening());
      await path.play(record);
      return record;
    };

    it('takes these statements', async () => {
      await path.finish(await played());
      assert.deepEqual(proxy.statements, STATEMENTS[name]);
    });

    for (const statement of STATEMENTS[name]!)
      for (const how of BREAKS)
        it(`is done wholly or not at all, and then once: ${how} ${statement}`, async () => {
          const record = await played();
          proxy.breakAt(statement, how);
          const isAnswered = statement === 'commit' && how === 'after';
          const isDone = statement === 'commit' && (how === 'after' || how === 'answerLost');
          if (isAnswered) await path.finish(record);
          else await assert.rejects(path.finish(record), StoreAway);
          assert(proxy.isBroken());
          assert.deepEqual(await stored(), isDone ? ALL : NOTHING);
          await path.finish(record);
          assert.deepEqual(await stored(), ALL);
          await checkChain(path.connection);
          // Of a commit whose answer was lost nobody is told: that it was recorded here is not known.
          assert.equal(path.told.length, isDone && !isAnswered ? 0 : 1);
          await path.finish(record);
          assert.deepEqual(await stored(), ALL);
        });
  });
}
