import assert from 'node:assert/strict';
import type { BattleId, UserId } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { BattleRecord } from '../../src/battle/record.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { OutboxDrainer } from '../../src/persistence/outbox.ts';
import type { Outbox, OutboxEvents, Postponed, Recorder, Taken } from '../../src/persistence/outbox.ts';
import { PostgresRecorder } from '../../src/persistence/outbox/postgres-recorder.ts';
import { RedisOutbox } from '../../src/persistence/outbox/redis-outbox.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';
import type { FreshDatabase } from '../support/postgres.ts';
import { DURABLE, freshKeys, repeating, startTestRedis } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';
import type { RedisKeys } from '../../src/persistence/redis/keys.ts';
import { claimNow } from './living.ts';
import { choice, sampleOpening, sampleRecord } from './sample.ts';

/** Milliseconds since the epoch. */
const NOW = Date.now();
/** It stands still unless a test sets it forward. */
const CLOCK = `local function clock()
  return ${NOW} + tonumber(redis.call('GET', 'ahead') or 0)
end`;
const EMPTY = 'truncate users cascade; truncate battles cascade; alter sequence battles_rated_seq restart';
const ROWS = [
  'select *, inputs::text, lines::text, timer::text from battles',
  'select *, before::text, after::text from battle_players order by side',
  'select *, glicko::text from ratings order by user_id',
  'select * from achievements order by user_id, kind',
  'select id, name from users order by id',
];
/** Longer than a drainer may keep a battle to itself. */
const HELD_MS = 20_000;

const NO_EVENTS: OutboxEvents = { recorded: () => {}, aside: () => {}, failed: () => {} };

describe('outbox', () => {
  let server: TestRedis;
  let database: FreshDatabase;
  let recorder: PostgresRecorder;
  let log: RedisInputLog;
  let outbox: RedisOutbox;
  let keys: RedisKeys;

  before(async () => {
    server = await startTestRedis(DURABLE);
    database = await freshDatabase();
    recorder = new PostgresRecorder(database.connection);
  });
  after(async () => {
    await recorder.close();
    await database.drop();
    await server.stop();
  });
  beforeEach(async () => {
    await server.admin.flushall();
    await runSql(database.connection, EMPTY);
    const redis = server.connect();
    keys = freshKeys();
    log = new RedisInputLog(redis, keys, CLOCK);
    outbox = new RedisOutbox(redis, keys, CLOCK);
  });

  const pass = async (ms: number): Promise<void> => void (await server.admin.incrby('ahead', ms));
  const rows = async (text: string): Promise<unknown[]> =>
    (await runSql(database.connection, text)).rows as unknown[];
  const recordedIds = async (): Promise<BattleId[]> =>
    ((await rows('select id from battles')) as { id: BattleId }[]).map(({ id }) => id).sort();
  const drain = async (...[from = outbox, to = recorder, events = NO_EVENTS]: Parts): Promise<void> =>
    new OutboxDrainer(from, to, events).drain();

  /** A battle of two choices, ended. */
  const ended = async (opening: Opening = sampleOpening()): Promise<BattleRecord> => {
    await log.open(opening);
    const { epoch } = await claimNow(log, opening.id);
    await log.append(opening.id, epoch, 0, choice(1));
    await log.append(opening.id, epoch, 1, choice(2, '"\\\0\ud800é💥'));
    const { entries } = await claimNow(log, opening.id);
    const record = sampleRecord(opening, entries);
    assert.deepEqual(await log.finish(opening.id, epoch + 1, record), { kind: 'finished' });
    return record;
  };
  const manyEnded = async (count: number): Promise<BattleId[]> => {
    const records = await Promise.all(Array.from({ length: count }, () => ended()));
    return records.map(({ opening }) => opening.id).sort();
  };

  it('records the same rows as the log in PostgreSQL does', async () => {
    const direct = new PostgresInputLog(database.connection);
    const record = await ended();
    const { opening } = record;
    await direct.open(opening);
    await direct.finish(opening.id, 0, record);
    const tables = async (): Promise<unknown> => Promise.all(ROWS.map(rows));
    const expected = await tables();
    await runSql(database.connection, EMPTY);
    await drain();
    assert.deepEqual(await tables(), expected);
    await direct.close();
  });

  it('leaves nothing in Redis but, for a while, that the battle is over', async () => {
    const before = await server.admin.dbsize();
    const { opening } = await ended();
    await drain();
    const left = await server.admin.keys('*');
    assert.equal(left.length, before + 2, 'the end and the serial');
    const expiring = await Promise.all(left.map(async (key) => (await server.admin.pttl(key)) > 0));
    assert.equal(expiring.filter(Boolean).length, 1);
    assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 0, oldestMs: null });
    assert.deepEqual(await log.open(opening), { kind: 'opened' });
    assert.equal(await log.head(opening.id), null);
    assert.deepEqual(await log.finish(opening.id, 2, sampleRecord(opening)), { kind: 'finished' });
    assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 0, oldestMs: null });
  });

  it('records a battle once whose drainer dies before it can acknowledge', async () => {
    const { opening } = await ended();
    const dying: Outbox = {
      take: () => outbox.take(),
      takeOne: (id) => outbox.takeOne(id),
      postpone: (...args) => outbox.postpone(...args),
      acknowledge: () => Promise.reject(new Error('killed')),
    };
    await assert.rejects(drain(dying), /killed/);
    assert.deepEqual(await recordedIds(), [opening.id]);
    await drain();
    assert.equal((await outbox.figures()).waiting, 1, 'it may still be under way');
    await pass(HELD_MS);
    const answers: boolean[] = [];
    await drain(outbox, counting(recorder, answers));
    assert.deepEqual(answers, [false]);
    assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 0, oldestMs: null });
    assert.deepEqual(await recordedIds(), [opening.id]);
  });

  it('knows whose battles wait, until they are recorded', async () => {
    const [p1, p2] = (await ended()).opening.sides;
    for (let more = 0; more < 25; more += 1) await ended();
    for (const { userId } of [p1!, p2!]) assert.notEqual(await outbox.battleOf(userId), null);
    assert.equal(await outbox.battleOf('somebody' as UserId), null);
    await drain();
    assert.equal(await outbox.battleOf(p1!.userId), null);
  });

  it('lets several drainers share the work', async () => {
    const ids = await manyEnded(60);
    const answers: boolean[] = [];
    const counted = counting(recorder, answers);
    await Promise.all(Array.from({ length: 4 }, () => drain(outbox, counted)));
    assert.deepEqual(
      answers,
      Array.from({ length: 60 }, () => true),
    );
    assert.deepEqual(await recordedIds(), ids);
  });

  it('records once what several drainers have in hand', async () => {
    const record = await ended();
    const answers = await Promise.all(Array.from({ length: 8 }, () => recorder.record(record)));
    assert.equal(answers.filter(Boolean).length, 1);
  });

  it('sets aside what the database refuses five times, and records the others meanwhile', async () => {
    const refused = await ended(sampleOpening({ users: ['x'.repeat(200), 'gary'] }));
    const ids = await manyEnded(5);
    const aside: unknown[] = [];
    const events = { ...NO_EVENTS, aside: (...args: unknown[]) => aside.push(args) };
    for (let tries = 1; tries <= 5; tries += 1) {
      assert.equal(aside.length, 0);
      await drain(outbox, recorder, events);
      assert.deepEqual(await recordedIds(), ids);
      await pass(HELD_MS);
    }
    assert.equal(aside.length, 1);
    assert.equal((aside[0] as unknown[])[0], refused.opening.id);
    assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 1, oldestMs: null });
    await drain(outbox, recorder, events);
    assert.equal(aside.length, 1);
  });

  for (const field of ['opening', 'result']) {
    it(`sets aside a battle whose ${field} is lost, and blames no store`, async () => {
      const { opening } = await ended();
      await server.admin.hdel(keys.battle(opening.id), field);
      const ids = await manyEnded(2);
      for (let tries = 1; tries <= 5; tries += 1) {
        await drain();
        await pass(HELD_MS);
      }
      assert.deepEqual(await recordedIds(), ids);
      assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 1, oldestMs: null });
    });
  }

  describe('over a connection that sends each call again', () => {
    it('hands out each battle, and to one drainer only', async () => {
      const ids = await manyEnded(3);
      const hasty = new RedisOutbox(repeating(server.connect()), keys, CLOCK);
      const taken: (Taken | null)[] = [];
      for (let drainer = 0; drainer < 4; drainer += 1) taken.push(await hasty.take());
      assert.deepEqual(taken.flatMap((one) => one?.id ?? []).sort(), ids);
      assert.equal(taken[3], null);
    });

    it('hands out the one that is wanted, and nothing where another has it', async () => {
      const [one, other] = await manyEnded(2);
      const hasty = new RedisOutbox(repeating(server.connect()), keys, CLOCK);
      assert.equal((await hasty.takeOne(one!))?.id, one);
      assert.equal(await hasty.takeOne(one!), null);
      assert.equal(await hasty.takeOne('none' as BattleId), null);
      assert.equal((await hasty.take())?.id, other);
    });

    it('counts each try once, and says when a battle is set aside', async () => {
      const { opening } = await ended();
      const hasty = new RedisOutbox(repeating(server.connect()), keys, CLOCK);
      const answers: Postponed[] = [];
      for (let tries = 1; tries <= 5; tries += 1) answers.push(await hasty.postpone(opening.id, 'refused'));
      assert.deepEqual(answers, ['later', 'later', 'later', 'later', 'aside']);
      assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 1, oldestMs: null });
    });
  });

  it('shows the operator what could not be recorded and why, and tries it again when told', async () => {
    const { opening } = await ended();
    const { id } = opening;
    for (let tries = 1; tries <= 4; tries += 1) await outbox.postpone(id, 'one');
    await outbox.postpone(id, `the other ${'x'.repeat(500)}`);
    const [found] = await outbox.aside(10);
    const users = opening.sides.map(({ userId }) => userId);
    assert.deepEqual([found?.battleId, found?.format, found?.users], [id, opening.format, users]);
    assert.match(found!.fault, /^the other x{290}$/);
    assert.equal(found!.asideAt, NOW);
    assert.deepEqual(await outbox.aside(1), [found]);
    const hasty = new RedisOutbox(repeating(server.connect()), keys, CLOCK);
    assert.equal(await hasty.retry('none' as BattleId), false);
    assert.equal(await hasty.retry(id), true);
    assert.deepEqual(await outbox.aside(10), []);
    assert.deepEqual(await outbox.postpone(id, 'once more'), 'later', 'a new round of tries');
    await pass(HELD_MS);
    await drain();
    assert.deepEqual(await recordedIds(), [id]);
  });

  it('tells for how long the oldest has waited', async () => {
    assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 0, oldestMs: null });
    const [one] = await manyEnded(3);
    const hour = 3_600_000;
    const [seconds] = await server.admin.time();
    await server.admin.hset(keys.battle(one!), 'lastAt', Number(seconds) * 1_000 - hour);
    await outbox.take();
    const { waiting, oldestMs } = await outbox.figures();
    assert.equal(waiting, 3);
    assert(oldestMs !== null && oldestMs >= hour && oldestMs < 2 * hour, String(oldestMs));
  });

  it('keeps everything while the database is away, without blaming it on a battle', async () => {
    const ids = await manyEnded(10);
    const nowhere = new PostgresRecorder({ host: '/nonexistent', port: 5432 });
    for (let tries = 0; tries < 8; tries += 1) {
      await assert.rejects(drain(outbox, nowhere), StoreAway);
      await pass(HELD_MS);
    }
    await nowhere.close();
    const unmigrated = new PostgresRecorder({ ...database.connection, database: 'postgres' });
    await assert.rejects(drain(outbox, unmigrated), StoreAway);
    await unmigrated.close();
    const { waiting, aside } = await outbox.figures();
    assert.deepEqual([waiting, aside], [10, 0]);
    await pass(HELD_MS);
    await drain();
    assert.deepEqual(await recordedIds(), ids);
  });

  it('records each battle once while both stores are cut and Redis dies', async function () {
    this.timeout(60_000);
    const ids = await manyEnded(120);
    const answers: boolean[] = [];
    const failures: unknown[] = [];
    const faults = [
      () => server.cut(),
      () => runSql({ ...database.connection, database: 'postgres' }, cutting(database.connection.database)),
      async () => {
        await server.kill();
        await server.start();
      },
    ];
    let isFaulty = false;
    const counted = counting(recorder, answers, async (count) => {
      const fault = faults[count % 10];
      if (!fault || isFaulty) return;
      isFaulty = true;
      await fault();
      isFaulty = false;
    });
    for (let rounds = 0; (await outbox.figures()).waiting > 0; rounds += 1) {
      assert.ok(rounds < 100);
      const drained = await Promise.allSettled([drain(outbox, counted), drain(outbox, counted)]);
      for (const one of drained) if (one.status === 'rejected') failures.push(one.reason);
      await pass(HELD_MS);
      while (!(await log.ping()));
    }
    assert.ok(failures.length > 0, 'nothing was cut in the middle');
    for (const failure of failures) assert.ok(failure instanceof StoreAway, String(failure));
    assert.deepEqual(await recordedIds(), ids);
    // A commit whose answer was cut off counts for none.
    assert.ok(answers.filter(Boolean).length <= ids.length);
    assert.deepEqual(await outbox.figures(), { waiting: 0, aside: 0, oldestMs: null });
    const inputs = (await rows('select json_array_length(inputs) as n from battles')) as { n: number }[];
    assert.ok(inputs.every(({ n }) => n === 2));
  });

  it('drains by itself until it is stopped', async () => {
    const recorded = Promise.withResolvers<void>();
    const drainer = new OutboxDrainer(
      outbox,
      counting(recorder, [], async () => recorded.resolve()),
      NO_EVENTS,
    );
    drainer.start();
    const { opening } = await ended();
    await recorded.promise;
    await drainer.stop();
    assert.deepEqual(await recordedIds(), [opening.id]);
    const { waiting } = await outbox.figures();
    assert.equal(waiting, 0, 'stop waits for the acknowledgement');
  });
});

type Parts = [from?: Outbox, to?: Recorder, events?: OutboxEvents];

/** Notes each answer, and does something before the first of every record. */
function counting(
  recorder: Recorder,
  answers: boolean[],
  before: (count: number) => Promise<unknown> | undefined = async () => {},
): Recorder {
  let count = 0;
  return {
    record: async (record) => {
      count += 1;
      const [recorded] = await Promise.all([recorder.record(record), before(count)]);
      answers.push(recorded !== null);
      return recorded;
    },
  };
}

function cutting(database: string): string {
  return `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = '${database}' and pid <> pg_backend_pid()`;
}
