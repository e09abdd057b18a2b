import assert from 'node:assert/strict';
import type { MikroORM } from '@mikro-orm/postgresql';
import { seededRandom } from '../../src/battle/random.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';
import { questions, type Question } from './history-questions.ts';
import { fillHistory } from './history.ts';
import { plansOf } from './plans.ts';

const SIZE = { battles: 2_000, users: 500 };
/** Those that grow with every battle. */
const LONG = ['battles', 'battle_players', 'ratings'];

describe('a long history', () => {
  let database: FreshDatabase;
  let orm: MikroORM;
  let asked: Readonly<Record<string, Question>>;
  before(async () => {
    database = await freshDatabase();
    await fillHistory(database.connection, SIZE, () => {});
    orm = await initOrm({ connection: database.connection });
    asked = questions(orm, SIZE, seededRandom('plans'));
    await orm.em.fork().execute('select 1');
  });
  after(async () => {
    await orm.close();
    await database.drop();
  });

  it('is never read from one end to the other', async () => {
    for (const [name, ask] of Object.entries(asked)) {
      const plans = await plansOf(database.connection, ask);
      assert(plans.length > 0, name);
      for (const { text, steps } of plans)
        for (const step of steps) {
          const table = step['Relation Name'] ?? '';
          const isWhole = step['Node Type'] === 'Seq Scan' && LONG.includes(table);
          assert(!isWhole, `${name} reads all of ${table}: ${text}`);
        }
    }
  });

  it('would be, without its indexes', async () => {
    await orm.em.fork().execute('drop index battles_ended_at_id_index, battles_format_ended_at_id_index');
    const [page] = (await plansOf(database.connection, asked['battles, first page']!)).filter(({ text }) =>
      text.includes('order by'),
    );
    assert(page!.steps.some((step) => step['Node Type'] === 'Seq Scan'));
  });
});
