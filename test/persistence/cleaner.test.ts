import assert from 'node:assert/strict';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { IDLE_CLEANER, noOrphans } from '../../src/persistence/cleaner.ts';
import { RedisCleaner } from '../../src/persistence/redis/cleaner.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { freshKeys, startTestRedis, type TestRedis } from '../support/redis.ts';
import { proveOrphans } from './orphans.proof.ts';

describe('clean-up', () => {
  let server: TestRedis;
  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.stop());
  beforeEach(() => server.admin.flushall());

  it('removes every orphan and touches nothing that lives', async function () {
    this.timeout(30_000);
    await proveOrphans({ orphans: 120, battles: 4, tickets: 12, lanes: 2 }, 1, () => {});
  });

  it('finds nothing where there is nothing', async () => {
    const cleaner = new RedisCleaner(server.connect(), freshKeys(), () => Infinity);
    assert.deepEqual(await cleaner.cleanUp(false), noOrphans());
    assert.deepEqual(await IDLE_CLEANER.cleanUp(false), noOrphans());
  });

  it('takes no process for dead while Redis has only just come back', async () => {
    let connectedMs = 0;
    const cleaner = new RedisCleaner(server.connect(), freshKeys(), () => connectedMs);
    await server.admin.hset('roomcount', 'dead', '1,2');
    assert.deepEqual(await cleaner.cleanUp(false), noOrphans());
    connectedMs = 20_000;
    assert.equal((await cleaner.cleanUp(false)).roomCounts, 1);
    assert.equal(await server.admin.exists('roomcount'), 0);
  });

  it('tells Colyseus of a process whose rooms it takes off the list', async () => {
    const cleaner = new RedisCleaner(server.connect(), freshKeys(), () => Infinity);
    await server.admin.hset('roomcaches', 'room', '{"processId":"cut-off","name":"matchmaking"}');
    assert.equal((await cleaner.cleanUp(false)).listings, 1);
    assert((await server.admin.pttl('swept:cut-off')) > 0);
  });

  it('leaves alone what is under another prefix, whatever the prefix looks like', async () => {
    const cleaner = new RedisCleaner(server.connect(), redisKeys('a*[b]?'), () => Infinity);
    const other = redisKeys('axxbx');
    await server.admin.rpush(other.log('x' as never), 'entry');
    await server.admin.rpush(redisKeys('a*[b]?').log('x' as never), 'entry');
    assert.deepEqual(await cleaner.cleanUp(false), { ...noOrphans(), logs: 1 });
    assert.equal(await server.admin.exists(other.log('x' as never)), 1);
  });

  it('rejects with StoreAway while Redis is', async () => {
    const redis = server.connect();
    redis.disconnect();
    const cleaner = new RedisCleaner(redis, freshKeys(), () => Infinity);
    await assert.rejects(cleaner.cleanUp(false), StoreAway);
  });
});
