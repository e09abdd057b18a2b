/** What a Redis that goes and comes back does to subscriptions, to callers, and to the log. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mock } from 'node:test';
import { requestFromIPC } from '@colyseus/core';
import type { Redis } from 'ioredis';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { connectRedis, pingRedis } from '../../src/persistence/redis/connection.ts';
import { createOutage, type Outage } from '../../src/persistence/redis/outage.ts';
import { ForgivingPresence } from '../../src/persistence/redis/presence.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { freePort } from '../support/free-port.ts';
import { startSlowLink } from '../support/slow-link.ts';
import { becomesReady, startTestRedis, type TestRedis } from '../support/redis.ts';

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly connections?: readonly string[];
}

/** Resolves after so many failures. */
async function failed(connection: Redis, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  connection.on('error', () => {
    if (++seen === count) resolve();
  });
  await promise;
}

/** Resolves when it has been closed so often. */
async function closes(connection: Redis, count: number): Promise<void> {
  for (let closed = 0; closed < count; closed++) await once(connection, 'close');
}

describe('a ping of Redis', () => {
  it('is not late where only this process was, too busy to look', async () => {
    const server = await startTestRedis();
    const redis = server.connect();
    try {
      await redis.ping();
      const answers = pingRedis(redis);
      const busyUntil = performance.now() + 400;
      while (performance.now() < busyUntil);
      assert.equal(await answers, true);
    } finally {
      await server.stop();
    }
  });
});

describe('an outage of Redis', () => {
  let redis: TestRedis;
  let lines: Line[];
  let time: number;
  let outage: Outage;

  before(async () => {
    redis = await startTestRedis();
  });
  beforeEach(() => {
    lines = [];
    time = 0;
    const logger = createLogger('info', { write: (line) => void lines.push(JSON.parse(line) as Line) });
    outage = createOutage(logger, () => time);
  });
  after(() => redis.stop());

  it('is told once, again while it lasts, and when it is over', async () => {
    const connections = ['log', 'queue', 'lease'].map((name) => {
      const connection = redis.connect();
      outage.watch(name, connection);
      return connection;
    });
    await Promise.all(connections.map((connection) => connection.ping()));
    await redis.kill();
    await Promise.all(connections.map((connection) => failed(connection, 5)));
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [['warn', 'Redis does not answer']],
    );
    time = 10_000;
    await Promise.all(connections.map((connection) => failed(connection, 5)));
    assert.equal(lines.length, 2);
    assert.deepEqual(lines[1]!.connections!.toSorted(), ['lease', 'log', 'queue']);
    const back = connections.map((connection) => becomesReady(connection));
    await redis.start();
    await Promise.all(back);
    assert.deepEqual(
      lines.slice(2).map(({ level, msg }) => [level, msg]),
      [['info', 'Redis answers again']],
    );
  });

  it('that heals at the first attempt is not told', async () => {
    const connection = redis.connect();
    outage.watch('log', connection);
    await connection.ping();
    const [closed, ready] = [once(connection, 'close'), becomesReady(connection)];
    await redis.cut();
    await Promise.all([closed, ready]);
    assert.deepEqual(lines, []);
  });

  describe('that heals at once', () => {
    beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
    afterEach(() => mock.timers.reset());

    /** Cuts the connection under a call, and lets the time of that call pass once it has been answered by the next one. */
    async function heal(connection: Redis, call: () => Promise<unknown>): Promise<void> {
      await becomesReady(connection);
      const [again, ready] = [once(connection, 'reconnecting'), becomesReady(connection)];
      const answer = call();
      connection.stream.destroy();
      await again;
      mock.timers.tick(0);
      await Promise.all([ready, answer]);
      // Behind all that the connection asks when it is back.
      await call();
      mock.timers.tick(60_000);
      assert.equal(connection.stream.destroyed, false);
    }

    it('is not followed by a second one when the time of the call under way is over', async () => {
      const connection = redis.connect();
      await heal(connection, () => connection.ping());
    });

    it('is not followed by a second one of the subscriptions either', async () => {
      const presence = new ForgivingPresence(redis.connect(), outage);
      await heal(presence['sub'] as Redis, () => presence.subscribe('topic', () => {}));
      presence.shutdown();
    });
  });

  describe('and the presence', () => {
    let presence: ForgivingPresence;

    beforeEach(() => {
      presence = new ForgivingPresence(redis.connect(), outage);
    });
    afterEach(() => presence.shutdown());

    /** Resolves when a message on the topic has come in. */
    async function hears(topic: string): Promise<void> {
      const heard = Promise.withResolvers<void>();
      await presence.subscribe(topic, () => heard.resolve());
      await presence.publish(topic, 'is it heard?');
      await heard.promise;
    }

    it('leaves nothing unhandled, tells who waits, and lets no question wait for ever', async () => {
      await hears('before');
      await redis.kill();
      const unhandled: unknown[] = [];
      const note = (error: unknown): void => void unhandled.push(error);
      process.prependListener('unhandledRejection', note);
      // As Colyseus does.
      void presence.publish('$room', 1);
      void presence.hset('roomcount', 'process', '1,1');
      void presence.hdel('roomcount', 'process');
      void presence.subscribe('$room', () => {});
      void presence.unsubscribe('before');
      const awaited = [
        presence.publish('$room', 2),
        presence.subscribe('later', () => {}),
        presence.isListening('$room'),
      ];
      await Promise.all(awaited.map((call) => assert.rejects(call, StoreAway)));
      await assert.rejects(requestFromIPC(presence, '$room', 'method', [], 100), /ipc_timeout/);
      process.removeListener('unhandledRejection', note);
      assert.deepEqual(unhandled, []);
      await redis.start();
    });

    it('knows whether anybody listens to a topic', async () => {
      assert.equal(await presence.isListening('topic'), false);
      await presence.subscribe('topic', () => {});
      assert.equal(await presence.isListening('topic'), true);
      assert.equal(await presence.isListening('top*'), false);
    });

    it('hears again what it was subscribed to before, and what it subscribed to meanwhile', async () => {
      const heard = new Set<string>();
      const listen = (topic: string): Promise<unknown> => presence.subscribe(topic, () => heard.add(topic));
      await listen('before');
      await redis.kill();
      await assert.rejects(listen('meanwhile'));
      await redis.start();
      // Its two connections come back when they do.
      for (const topic of ['before', 'meanwhile'])
        while (!heard.has(topic)) await presence.publish(topic, 1).catch(() => {});
    });

    it('hears again also behind a proxy, which takes connections while Redis is away', async () => {
      const port = await freePort();
      const distant = await startTestRedis({ port: String(port), bind: '127.0.0.1' });
      const proxy = await startSlowLink(port);
      const behind = new ForgivingPresence(connectRedis(`redis://127.0.0.1:${proxy.port}`), outage);
      const heard = new Set<string>();
      await behind.subscribe('topic', () => heard.add('topic'));
      const twiceClosed = closes(behind['sub'] as Redis, 2);
      await distant.kill();
      await twiceClosed;
      await distant.start();
      while (!heard.has('topic')) await behind.publish('topic', 1).catch(() => {});
      behind.shutdown();
      proxy.close();
      await distant.stop();
    });

    it('asks again for topics that Redis refuses', async () => {
      const heard = new Set<string>();
      await presence.subscribe('topic', () => heard.add('topic'));
      const sub = presence['sub'] as Redis;
      await redis.admin.acl('SETUSER', 'default', '-subscribe');
      const refused = becomesReady(sub);
      sub.disconnect(true);
      await refused;
      await assert.rejects(sub.subscribe('another'), /NOPERM/);
      await redis.admin.acl('SETUSER', 'default', '+subscribe');
      while (!heard.has('topic')) await presence.publish('topic', 1);
    });
  });
});
