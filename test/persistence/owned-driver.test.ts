import assert from 'node:assert/strict';
import type { IRoomCache } from '@colyseus/core';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { OwnedDriver } from '../../src/persistence/redis/owned-driver.ts';
import { becomesReady, startTestRedis, type TestRedis } from '../support/redis.ts';

const ROOM = 'battle1';

describe('listings that their owners alone write', () => {
  let server: TestRedis;
  const leased = new Set<string>();
  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.stop());
  beforeEach(async () => {
    leased.clear();
    await server.admin.flushall();
  });

  function driverOf(processId: string): OwnedDriver {
    return new OwnedDriver(server.connect(), {
      processId: () => processId,
      isLeased: (id) => Promise.resolve(leased.has(id)),
    });
  }

  /** Owner and epoch of the row that is there. */
  async function row(roomId = ROOM): Promise<unknown> {
    const text = await server.admin.hget('roomcaches', roomId);
    if (text === null) return null;
    const { processId, metadata, clients } = JSON.parse(text) as IRoomCache;
    return { processId, epoch: (metadata as { epoch?: number } | undefined)?.epoch, clients };
  }

  it('takes a room that nobody has listed, and one of a lower epoch', async () => {
    const [a, b] = [driverOf('a'), driverOf('b')];
    assert.equal(await a.insert(listing('a', 1)), true);
    assert.deepEqual(await row(), { processId: 'a', epoch: 1, clients: 0 });
    assert.equal(await b.insert(listing('b', 2)), true);
    assert.deepEqual(await row(), { processId: 'b', epoch: 2, clients: 0 });
  });

  for (const epoch of [3, 2, 0]) {
    it(`refuses epoch ${epoch} where 3 is listed`, async () => {
      await driverOf('a').insert(listing('a', 3));
      assert.equal(await driverOf('b').insert(listing('b', epoch)), false);
      assert.deepEqual(await row(), { processId: 'a', epoch: 3, clients: 0 });
    });
  }

  it('answers false to a removal while Redis is away, because nobody waits for it', async () => {
    const away = await startTestRedis();
    try {
      const driver = new OwnedDriver(away.connect(), {
        processId: () => 'a',
        isLeased: () => Promise.resolve(true),
      });
      await driver.insert(listing('a', 1));
      await away.kill();
      assert.equal(await driver.remove(ROOM), false);
    } finally {
      await away.stop();
    }
  });

  it('rejects with StoreAway while Redis is away, and finds rooms again when it is back', async () => {
    const passing = await startTestRedis();
    try {
      const connection = passing.connect();
      const driver = new OwnedDriver(connection, {
        processId: () => 'a',
        isLeased: () => Promise.resolve(false),
      });
      await driver.insert(listing('a', 1));
      await passing.kill();
      const questions = [
        () => driver.has(ROOM),
        () => driver.findByIds([ROOM]),
        () => driver.findOne({ roomId: ROOM }),
        () => driver.findOne({ name: 'battle' }),
        () => driver.query({ name: 'battle' }),
        () => driver.cleanup('a'),
      ];
      for (const question of questions) await assert.rejects(question, StoreAway);
      const back = becomesReady(connection);
      await passing.start();
      await back;
      await driver.insert(listing('a', 1));
      assert.equal(await driver.has(ROOM), true);
      assert.equal((await driver.findOne({ roomId: ROOM })).processId, 'a');
      assert.equal((await driver.findOne({ name: 'battle' })).processId, 'a');
      assert.equal((await driver.query({ name: 'battle' })).length, 1);
    } finally {
      await passing.stop();
    }
  });

  it('compares epochs as numbers', async () => {
    await driverOf('a').insert(listing('a', 9));
    assert.equal(await driverOf('b').insert(listing('b', 10)), true);
  });

  it('lists rooms without an epoch once', async () => {
    const [a, b] = [driverOf('a'), driverOf('b')];
    const { metadata: _, ...plain } = listing('a', 0, 'queue');
    assert.equal(await a.insert(plain as IRoomCache), true);
    assert.equal(await b.insert(listing('b', 0, 'queue')), false);
    assert.equal(await a.update(plain as IRoomCache, { $inc: { clients: 2 } }), true);
    assert.deepEqual(await row('queue'), { processId: 'a', epoch: undefined, clients: 2 });
    assert.equal(await a.remove('queue'), true);
  });

  it('updates the owner’s row', async () => {
    const a = driverOf('a');
    const mine = listing('a', 1);
    await a.insert(mine);
    await a.update(mine, { $set: { clients: 5 }, $inc: { clients: -2 } });
    assert.equal(mine.clients, 3);
    assert.deepEqual(await row(), { processId: 'a', epoch: 1, clients: 3 });
  });

  it('lets a zombie neither overwrite nor remove what another one has listed', async () => {
    const [a, b] = [driverOf('a'), driverOf('b')];
    const old = listing('a', 1);
    await a.insert(old);
    await b.insert(listing('b', 2));
    await a.update(old, { $inc: { clients: 1 } });
    assert.equal(await a.persist(old), false);
    assert.equal(await a.persist(old, true), false);
    assert.equal(await a.remove(ROOM), false);
    assert.deepEqual(await row(), { processId: 'b', epoch: 2, clients: 0 });
  });

  it('lets a zombie not bring back what has been removed', async () => {
    const a = driverOf('a');
    const old = listing('a', 1);
    await a.insert(old);
    await server.admin.del('roomcaches');
    await a.update(old, { $inc: { clients: 1 } });
    assert.equal(await a.persist(old), false);
    assert.equal(await row(), null);
  });

  it('lets an owner of an earlier epoch not touch its own later row', async () => {
    const [before, later] = [driverOf('a'), driverOf('a')];
    const old = listing('a', 1);
    await before.insert(old);
    await later.insert(listing('a', 2));
    await before.update(old, { $inc: { clients: 1 } });
    assert.equal(await before.remove(ROOM), false);
    assert.deepEqual(await row(), { processId: 'a', epoch: 2, clients: 0 });
  });

  it('lets nobody but the owner remove a row, and the owner once', async () => {
    const [a, b] = [driverOf('a'), driverOf('b')];
    await a.insert(listing('a', 1));
    await b.insert(listing('b', 1));
    assert.equal(await b.remove(ROOM), false);
    assert.notEqual(await row(), null);
    assert.equal(await a.remove(ROOM), true);
    assert.equal(await a.remove(ROOM), false);
    assert.equal(await row(), null);
  });

  it('lists again what others have deleted', async () => {
    const a = driverOf('a');
    const mine = listing('a', 1);
    await a.insert(mine);
    await server.admin.del('roomcaches');
    assert.equal(await a.persist(mine, true), true);
    assert.deepEqual(await row(), { processId: 'a', epoch: 1, clients: 0 });
  });

  it('cleans up after a process whose lease is out, and after no other', async () => {
    const [a, b] = [driverOf('a'), driverOf('b')];
    for (const id of ['r1', 'r2', 'r3']) await a.insert(listing('a', 1, id));
    await b.insert(listing('b', 2, 'r3'));
    leased.add('a');
    await b.cleanup('a');
    assert.deepEqual((await server.admin.hkeys('roomcaches')).sort(), ['r1', 'r2', 'r3']);
    leased.delete('a');
    await b.cleanup('a');
    assert.deepEqual(await server.admin.hkeys('roomcaches'), ['r3']);
  });

  it('answers true again when the connection sends a listing twice', async () => {
    const a = driverOf('a');
    assert.equal(await a.insert(listing('a', 1)), true);
    assert.equal(await a.insert(listing('a', 1)), true);
    assert.equal(await a.remove(ROOM), true);
    assert.equal(await row(), null);
  });

  it('leaves a room that was lost and taken again listed, whenever the old one’s removals arrive', async () => {
    const [a, b] = [driverOf('a'), driverOf('b')];
    await a.insert(listing('a', 1));
    await b.insert(listing('b', 2));
    // As Colyseus does it: more than once, and nobody waits. The new room is made when it has forgotten the old one.
    const removals = [a.remove(ROOM), a.remove(ROOM), a.remove(ROOM)];
    assert.equal(await a.insert(listing('a', 3)), true);
    assert.deepEqual(await Promise.all(removals), [false, false, false]);
    assert.deepEqual(await row(), { processId: 'a', epoch: 3, clients: 0 });
  });

  it('lists a room once while its connection is cut', async () => {
    const a = driverOf('a');
    for (let epoch = 1; epoch <= 100; epoch += 1) {
      const cut = server.cut();
      assert.equal(await a.insert(listing('a', epoch)), true, `epoch ${epoch}`);
      await cut;
    }
  });

  it('ends with the highest of 50 epochs that insert at once', async () => {
    const drivers = Array.from({ length: 50 }, (_, index) => driverOf(`p${index + 1}`));
    const isListed = await Promise.all(
      drivers.map((driver, index) => driver.insert(listing(`p${index + 1}`, index + 1))),
    );
    assert.deepEqual(await row(), { processId: 'p50', epoch: 50, clients: 0 });
    assert.equal(isListed[49], true);
    const removed = await Promise.all(drivers.slice(0, 49).map((driver) => driver.remove(ROOM)));
    assert(!removed.includes(true));
    assert.deepEqual(await row(), { processId: 'p50', epoch: 50, clients: 0 });
  });
});

function listing(processId: string, epoch: number, roomId = ROOM): IRoomCache {
  const plain: Partial<IRoomCache> = { roomId, processId, name: 'battle', clients: 0, metadata: { epoch } };
  return plain as IRoomCache;
}
