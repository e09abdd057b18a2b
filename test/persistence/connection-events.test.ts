import assert from 'node:assert/strict';
import type { BattleId, UserId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { ConnectionEvents } from '../../src/persistence/connection-events.ts';
import { OrmConnectionEventStore } from '../../src/persistence/database/connection-event-store.ts';
import { initOrm } from '../../src/persistence/database/orm.ts';
import type { ConnectionEvent } from '../../src/persistence/database/stores.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';
import { freshDatabase, runSql } from '../support/postgres.ts';

const NOW = 1_800_000_000_000;

function event(number: number): ConnectionEvent {
  return {
    battleId: 'b-1' as BattleId,
    kind: 'joined',
    at: NOW + number,
    processId: 'p-1',
    userId: `u-${number}` as UserId,
    side: 'p1',
    afterMs: null,
    code: null,
  };
}

/** A database whose answers a test gives. */
class FakeStore {
  readonly added: number[][] = [];
  answer: () => Promise<void> = () => Promise.resolve();

  async add(events: readonly ConnectionEvent[]): Promise<void> {
    await this.answer();
    this.added.push(events.map(({ at }) => at - NOW));
  }
}

function start() {
  const store = new FakeStore();
  const timers = new FakeScheduler();
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(line) });
  const events = new ConnectionEvents({ store, timers, logger });
  return { store, timers, lines, events };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('ConnectionEvents', () => {
  it('writes what was noted within a second, together', async () => {
    const { store, timers, events } = start();
    for (const number of range(0, 3)) events.note(event(number));
    await timers.pass(999);
    assert.deepEqual(store.added, []);
    await timers.pass(1);
    assert.deepEqual(store.added, [[0, 1, 2]]);
    await timers.pass(10_000);
    assert.equal(store.added.length, 1);
    events.note(event(3));
    await timers.pass(1_000);
    assert.deepEqual(store.added.at(-1), [3]);
  });

  it('writes a full batch at once, one after the other', async () => {
    const { store, events } = start();
    const first = Promise.withResolvers<void>();
    store.answer = () => first.promise;
    const all = range(0, LIMITS.connectionEventBatch + 50);
    for (const number of all) events.note(event(number));
    await settle();
    assert.equal(store.added.length, 0);
    first.resolve();
    await settle();
    assert.deepEqual(
      store.added.map((batch) => batch.length),
      [LIMITS.connectionEventBatch, 50],
    );
    assert.deepEqual(store.added.flat(), all);
    assert.equal(events.lost, 0);
  });

  it('drops the oldest beyond the bound, and counts them', async () => {
    const { store, events } = start();
    const first = Promise.withResolvers<void>();
    store.answer = () => first.promise;
    const taken = LIMITS.connectionEventBatch;
    const all = range(0, taken + LIMITS.connectionEventsWaiting + 1);
    for (const number of all) events.note(event(number));
    first.resolve();
    await events.close();
    assert.equal(events.lost, 1);
    assert.deepEqual(
      store.added.flat(),
      all.filter((number) => number !== taken),
    );
  });

  it('says once that the database takes none, and goes on when it does', async () => {
    const { store, timers, lines, events } = start();
    await settle();
    store.answer = () => Promise.reject(new Error('Connection terminated'));
    for (const number of range(0, 3)) {
      events.note(event(number));
      await timers.pass(1_000);
    }
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /connection events are being lost/);
    assert.equal(events.lost, 3);
    store.answer = () => Promise.resolve();
    events.note(event(3));
    await timers.pass(1_000);
    assert.deepEqual(store.added, [[3]]);
    store.answer = () => Promise.reject(new Error('again'));
    events.note(event(4));
    await timers.pass(1_000);
    assert.equal(lines.length, 2);
  });

  it('writes what waits when it closes, leaves no timer, and takes nothing after', async () => {
    const { store, timers, events } = start();
    events.note(event(0));
    await events.close();
    assert.deepEqual(store.added, [[0]]);
    assert.equal(timers.pending, 0);
    events.note(event(1));
    assert.equal(timers.pending, 0);
    assert.equal(events.lost, 1);
  });

  it('does not wait at the end for a database that says nothing', async () => {
    const { store, timers, events } = start();
    store.answer = () => new Promise(() => {});
    events.note(event(0));
    const closed = events.close();
    await timers.pass(2_000);
    await closed;
  });

  it('brings 1,000 events into a real database', async () => {
    const database = await freshDatabase();
    const orm = await initOrm({ connection: database.connection });
    const store = new OrmConnectionEventStore(orm);
    const logger = createLogger('silent');
    const events = new ConnectionEvents({ store, timers: new FakeScheduler(), logger });
    const all = range(0, 1_000).map(event);
    await runSql(
      database.connection,
      `insert into users (id, name) select 'u-' || n, 'U' from generate_series(0, 999) n`,
    );
    for (const one of all) events.note(one);
    await events.close();
    assert.equal(events.lost, 0);
    assert.deepEqual(await store.ofBattle('b-1' as BattleId, 1_000), all.toReversed());
    await orm.close();
    await database.drop();
  });
});
