import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Owners } from '../../src/cluster/owners.ts';
import { LEASE_MS, type ProcessInfo } from '../../src/cluster/process-lease.ts';
import { RedisLeases } from '../../src/persistence/redis/leases.ts';
import { freshKeys, startTestRedis, type TestRedis } from '../support/redis.ts';

const [YOUNG_MS, OLD_MS] = [LEASE_MS, LEASE_MS + 1];

describe('whether an owner is dead', () => {
  let redis: TestRedis;
  let door: Server;
  before(async () => {
    redis = await startTestRedis();
  });
  after(() => redis.stop());
  beforeEach(async () => {
    door = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(door, 'listening');
  });
  afterEach(() => door.close());

  function process(id: string, overrides: Partial<ProcessInfo> = {}): ProcessInfo {
    const { port } = door.address() as AddressInfo;
    const own = { battles: 0, connections: 0, isDraining: false, startedAt: 0, engine: '1' };
    return { id, host: '127.0.0.1', port, ...own, ...overrides };
  }

  /** We know of the process `a`, which lives; our connection is as old as a lease is long. */
  async function watching(a: ProcessInfo = process('a')) {
    let now = 0;
    const listening = new Set<string>();
    const keys = freshKeys();
    const connection = redis.connect();
    await once(connection, 'ready');
    const leases = new RedisLeases<ProcessInfo>(connection, keys, () => now);
    const asked: string[] = [];
    const isListening = (id: string): Promise<boolean> => {
      asked.push(id);
      return Promise.resolve(listening.has(id));
    };
    const owners = new Owners({ leases, isListening });
    await leases.renew(a, 60_000);
    assert.deepEqual(await owners.find('a'), a);
    now = YOUNG_MS;
    const grow = (): void => {
      now = OLD_MS;
    };
    const expire = (): Promise<unknown> => redis.admin.zadd(keys.leases, 1, 'a');
    return { owners, leases, listening, asked, grow, expire };
  }

  async function shutDoor(): Promise<void> {
    door.close();
    await once(door, 'close');
  }

  it('not while its lease is good, however old our connection', async () => {
    const { owners, grow } = await watching();
    grow();
    assert.equal(await owners.isDead('a'), false);
  });

  it('when its lease is out', async () => {
    const { owners, listening, expire, grow } = await watching();
    listening.add('a');
    await expire();
    grow();
    assert.equal(await owners.isDead('a'), true);
    assert.equal(await owners.find('a'), null);
  });

  it('not by its lease alone, where our connection is no older than a lease', async () => {
    const { owners, expire } = await watching();
    await expire();
    assert.equal(await owners.isDead('a'), false);
  });

  for (const isLeased of [true, false]) {
    it(`at once when nobody is on its channel and its port refuses (leased: ${isLeased})`, async () => {
      const { owners, expire } = await watching();
      await shutDoor();
      if (!isLeased) await expire();
      assert.equal(await owners.isDead('a'), true);
    });
  }

  it('not when its port refuses and somebody is on its channel', async () => {
    const { owners, listening } = await watching();
    listening.add('a');
    await shutDoor();
    assert.equal(await owners.isDead('a'), false);
  });

  it('not when its address fails in another way than by a refusal', async () => {
    const { owners } = await watching(process('a', { host: '255.255.255.255' }));
    assert.equal(await owners.isDead('a'), false);
  });

  it('when its port is another process’s by now', async () => {
    const { owners, leases, listening } = await watching();
    listening.add('b');
    await leases.renew(process('b', { port: process('a').port + 1 }), 60_000);
    assert.equal(await owners.isDead('a'), false);
    await leases.renew(process('b'), 60_000);
    assert.equal(await owners.isDead('a'), true);
    assert.equal(await owners.isDead('b'), false);
  });

  it('neither of two with one address while nobody is on either channel', async () => {
    const { owners, leases } = await watching();
    await leases.renew(process('b'), 60_000);
    assert.equal(await owners.isDead('a'), false);
    assert.equal(await owners.isDead('b'), false);
  });

  it('is asked once by all that ask at once', async () => {
    const { owners, listening, asked } = await watching();
    listening.add('a');
    const answers = await Promise.all(Array.from({ length: 50 }, () => owners.isDead('a')));
    assert.deepEqual(new Set(answers), new Set([false]));
    assert.deepEqual(asked, ['a']);
    await owners.isDead('a');
    assert.equal(asked.length, 2);
  });

  it('is asked no more of one that was found dead where it lived', async () => {
    const { owners, listening, asked } = await watching();
    await shutDoor();
    assert.equal(await owners.isDead('a'), true);
    listening.add('a');
    assert.equal(await owners.isDead('a'), true);
    assert.deepEqual(asked, ['a']);
    assert.equal(await owners.find('a'), null);
  });

  it('is asked again of one whose lease alone was out: it may wake up', async () => {
    const { owners, leases, listening, expire, grow } = await watching();
    listening.add('a');
    await expire();
    grow();
    assert.equal(await owners.isDead('a'), true);
    await leases.renew(process('a'), 60_000);
    assert.equal(await owners.isDead('a'), false);
  });

  it('not of one never seen, until our connection is old enough to have seen it', async () => {
    const { owners, grow } = await watching();
    await shutDoor();
    assert.equal(await owners.isDead('stranger'), false);
    grow();
    assert.equal(await owners.isDead('stranger'), true);
  });
});
