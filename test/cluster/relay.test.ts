import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Relay } from '../../src/cluster/relay.ts';
import type { Address } from '../../src/cluster/relay/tunnel.ts';
import { RELAY_HEADER, signRelayHeader } from '../../src/cluster/relay/header.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';
import {
  closeCode,
  Listener,
  NOW,
  openClient,
  type Owner,
  rawUpgrade,
  refusedWith,
  RELAY_LIMITS,
  relayWith,
  SECRET,
  startFront,
  startOwner,
  urlOf,
} from './relay.processes.ts';

const CLIENT = '203.0.113.7';

describe('the relay', () => {
  let scheduler: FakeScheduler;
  let relay: Relay;
  let owner: Owner;
  let front: Listener;
  let endedByOwner: number;
  /** Where the relay is sent; the owner's address unless a test says otherwise. */
  let target: Address;
  const listeners: Listener[] = [];
  /** What the front's listener was handed, before the relay was. */
  let arrived: { request: IncomingMessage; socket: Duplex }[];

  beforeEach(async () => {
    scheduler = new FakeScheduler();
    endedByOwner = 0;
    relay = relayWith(scheduler, { ownerEnded: () => (endedByOwner += 1) });
    owner = await startOwner();
    target = owner.address;
    arrived = [];
    front = await startFront(
      relay,
      () => target,
      (request, socket) => arrived.push({ request, socket }),
    );
    listeners.push(owner, front);
  });

  afterEach(async () => {
    relay.close();
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
    // Neither a relay nor a timer is left, or this does not end.
    while (relay.statistics.active + scheduler.pending > 0) await settle();
  });

  /** Bare TCP in the owner's place. */
  async function rawOwner(onSocket: (socket: Socket) => void): Promise<void> {
    const listener = await new Listener(createServer({ allowHalfOpen: true }, onSocket)).listen();
    listeners.push(listener);
    target = listener.address;
  }

  async function relayed(): Promise<{
    client: Awaited<ReturnType<typeof openClient>>;
    atOwner: typeof client;
  }> {
    const atOwner = owner.next();
    const client = await openClient(urlOf(front.address));
    return { client, atOwner: await atOwner };
  }

  async function allGone(): Promise<void> {
    while (relay.statistics.active > 0) await settle();
  }

  it('carries large frames both ways, unchanged', async () => {
    const { client, atOwner } = await relayed();
    const frame = Buffer.alloc(
      8 * 1024 * 1024,
      Uint8Array.from({ length: 251 }, (_, index) => index),
    );
    client.send(frame);
    const [there] = (await once(atOwner, 'message')) as [Buffer];
    assert.ok(frame.equals(there));
    atOwner.send(there);
    const [back] = (await once(client, 'message')) as [Buffer];
    assert.ok(frame.equals(back));
    client.terminate();
  });

  it('carries many frames both ways, in order', async () => {
    const { client, atOwner } = await relayed();
    const expected = Array.from({ length: 10_000 }, (_, index) => `frame ${index}`);
    const received: string[] = [];
    atOwner.on('message', (data: Buffer) => atOwner.send(data.toString()));
    const all = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer) => {
        if (received.push(data.toString()) === expected.length) resolve();
      });
    });
    for (const frame of expected) client.send(frame);
    await all;
    assert.deepEqual(received, expected);
    client.terminate();
  });

  it('carries what came together with the request, and the headers as they were', async () => {
    const message = new Promise<Buffer>((resolve) => {
      owner.wss.once('connection', (socket) => socket.once('message', resolve));
    });
    const client = await rawUpgrade(front.address, Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]));
    assert.equal(String(await message), 'hi');
    const [request] = owner.requests;
    assert.equal(request?.headers['x-odd'], 'b\xe9 ,  c');
    assert.equal(request.headers.host, 'x');
    client.destroy();
  });

  it('leaves what a slow client does not take with the owner', async () => {
    const { client, atOwner } = await relayed();
    client.pause();
    const frame = Buffer.alloc(1024 * 1024);
    for (let index = 0; index < 48; index++) atOwner.send(frame);
    let still = 0;
    for (let before = -1; still < 200; before = atOwner.bufferedAmount) {
      await settle();
      still = atOwner.bufferedAmount === before ? still + 1 : 0;
    }
    assert.ok(
      atOwner.bufferedAmount > 16 * frame.length,
      `${atOwner.bufferedAmount} bytes wait at the owner`,
    );
    assert.ok(arrived[0]!.socket.writableLength <= 256 * 1024, 'the relay holds a buffer, not a backlog');
    let bytes = 0;
    const all = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer) => {
        bytes += data.length;
        if (bytes === 48 * frame.length) resolve();
      });
    });
    client.resume();
    await all;
    client.terminate();
  });

  it('passes close codes on', async () => {
    const first = await relayed();
    first.atOwner.close(4010, 'the battle moves');
    assert.equal(await closeCode(first.client), 4010);
    const second = await relayed();
    const code = closeCode(second.atOwner);
    second.client.close(4000);
    assert.equal(await code, 4000);
    await allGone();
  });

  for (const [name, die] of [
    ['ends', (socket: Socket) => socket.destroy()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    it(`closes the client's socket when the owner's death ${name} its own`, async () => {
      const { client } = await relayed();
      const code = closeCode(client);
      for (const socket of owner.sockets) die(socket);
      assert.equal(await code, 1006);
      await allGone();
      assert.equal(endedByOwner, 1);
    });

    it(`closes the owner's socket when the client's death ${name} its own`, async () => {
      const { atOwner } = await relayed();
      const code = closeCode(atOwner);
      for (const socket of front.sockets) die(socket);
      assert.equal(await code, 1006);
      await allGone();
      assert.equal(endedByOwner, 0);
    });
  }

  it('closes the owner’s socket when the client terminates', async () => {
    const { client, atOwner } = await relayed();
    const code = closeCode(atOwner);
    client.terminate();
    assert.equal(await code, 1006);
    await allGone();
  });

  it('closes the client’s socket when the owner says nothing any more', async () => {
    const { client, atOwner } = await relayed();
    for (let times = 0; times < 4; times++) {
      const ping = once(client, 'ping');
      atOwner.ping();
      await ping;
      await scheduler.pass(RELAY_LIMITS.silenceMs);
    }
    client.send('what the client says is no sign of the owner');
    await once(atOwner, 'message');
    assert.equal(client.readyState, client.OPEN);
    const code = closeCode(client);
    await scheduler.pass(RELAY_LIMITS.silenceMs);
    assert.equal(await code, 1006);
    await allGone();
  });

  it('does not wait for a client that keeps its half open', async () => {
    await rawOwner((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
    });
    const client = await rawUpgrade(front.address);
    const [answer] = (await once(client, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 403/);
    await once(client, 'end');
    assert.equal(relay.statistics.active, 1);
    await scheduler.pass(RELAY_LIMITS.lingerMs);
    await allGone();
    client.destroy();
  });

  it('does not wait for an owner that keeps its half open', async () => {
    let atOwner: Socket | undefined;
    await rawOwner((socket) => {
      atOwner = socket.resume();
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    const client = await rawUpgrade(front.address);
    await once(client, 'data');
    const ended = once(atOwner!, 'end');
    client.end();
    await ended;
    assert.equal(relay.statistics.active, 1);
    await scheduler.pass(RELAY_LIMITS.lingerMs);
    await allGone();
  });

  it('lets a client finish what it says to an owner that has ended', async () => {
    const said = Promise.withResolvers<string>();
    await rawOwner((socket) => {
      socket.once('data', () => {
        socket.on('data', (data) => said.resolve(data.toString()));
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      });
    });
    const client = await rawUpgrade(front.address);
    client.resume();
    await once(client, 'end');
    client.end('last words');
    assert.equal(await said.promise, 'last words');
    await allGone();
  });

  it('lets an owner finish what it says to a client that has ended', async () => {
    await rawOwner((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      socket.once('end', () => socket.end('last words'));
      socket.resume();
    });
    const client = await rawUpgrade(front.address);
    await once(client, 'data');
    client.end();
    const [words] = (await once(client, 'data')) as [Buffer];
    assert.equal(words.toString(), 'last words');
    await once(client, 'close');
    await allGone();
  });

  it('passes a refusal of the owner on', async () => {
    await rawOwner((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
      socket.on('end', () => socket.end());
    });
    assert.equal(await refusedWith(urlOf(front.address)), 403);
    assert.partialDeepStrictEqual(relay.statistics, { relayed: 1, unanswered: 0, refused: 0 });
    await allGone();
  });

  const deaf: readonly (readonly [string, (socket: Socket) => void, number])[] = [
    ['closes without an answer', (socket) => socket.resume().end(), 0],
    ['resets', (socket) => socket.resetAndDestroy(), 0],
    ['never answers', (socket) => socket.resume(), RELAY_LIMITS.answerMs],
  ];
  for (const [name, onSocket, waitMs] of deaf) {
    it(`answers 503 when the owner ${name}`, async () => {
      const met = Promise.withResolvers<void>();
      await rawOwner((socket) => {
        onSocket(socket);
        socket.once('data', met.resolve);
        socket.once('close', met.resolve);
      });
      const status = refusedWith(urlOf(front.address));
      await met.promise;
      if (waitMs > 0) await scheduler.pass(waitMs);
      assert.equal(await status, 503);
      assert.partialDeepStrictEqual(relay.statistics, { relayed: 0, unanswered: 1, refused: 0 });
      await allGone();
    });
  }

  it('answers 503 when nobody listens', async () => {
    await owner.close();
    assert.equal(await refusedWith(urlOf(front.address)), 503);
    assert.equal(relay.statistics.unanswered, 1);
    await allGone();
  });

  it('answers 503 when the owner does not take the connection in time', async () => {
    const timed = await startFront(relay, () => {
      // Right after the relay has begun to connect, before anything can have come of it.
      queueMicrotask(() => void scheduler.pass(RELAY_LIMITS.connectMs));
      return owner.address;
    });
    listeners.push(timed);
    assert.equal(await refusedWith(urlOf(timed.address)), 503);
    assert.equal(relay.statistics.unanswered, 1);
    await allGone();
  });

  it('tells the owner the client’s address, whatever the client says of itself', async () => {
    const forged = signRelayHeader('guessed', NOW, '6.6.6.6', {
      method: 'GET',
      url: '/process/room?sessionId=s1',
    });
    const atOwner = owner.next();
    const client = await openClient(urlOf(front.address), { [RELAY_HEADER]: forged });
    await atOwner;
    const [request] = owner.requests;
    assert.deepEqual(relayWith(scheduler).readRelayed(request!), { clientAddress: CLIENT });
    assert.equal(relayWith(scheduler, { clusterSecret: 'another' }).readRelayed(request!), null);
    client.terminate();
  });

  it('makes no second hop', async () => {
    const further = relayWith(scheduler);
    const middle = await startFront(further, () => owner.address);
    const first = await startFront(relay, () => middle.address);
    listeners.push(middle, first);
    assert.equal(await refusedWith(urlOf(first.address)), 503);
    assert.partialDeepStrictEqual(further.statistics, { relayed: 0, refused: 1 });
    assert.deepEqual(owner.requests, []);
    await scheduler.pass(RELAY_LIMITS.lingerMs);
    await allGone();
  });

  it('takes a client whose forged header says that it was relayed', async () => {
    const line = { method: 'GET', url: '/process/room?sessionId=s1' };
    for (const header of [
      signRelayHeader('guessed', NOW, '6.6.6.6', line),
      signRelayHeader(SECRET, NOW - 3_600_000, '6.6.6.6', line),
      signRelayHeader(SECRET, NOW, '6.6.6.6', { ...line, url: '/process/other' }),
      'v1.junk',
    ]) {
      const client = await openClient(urlOf(front.address), { [RELAY_HEADER]: header });
      assert.equal(arrived.at(-1)?.request.headers[RELAY_HEADER], undefined);
      client.terminate();
      await allGone();
    }
    assert.equal(owner.requests.length, 4);
  });

  it('refuses one more than its limit, until one is gone', async () => {
    const clients = await Promise.all(
      Array.from({ length: RELAY_LIMITS.relays }, () => openClient(urlOf(front.address))),
    );
    assert.equal(await refusedWith(urlOf(front.address)), 503);
    assert.partialDeepStrictEqual(relay.statistics, { active: RELAY_LIMITS.relays, refused: 1 });
    clients[0]!.terminate();
    while (relay.statistics.active === RELAY_LIMITS.relays) await settle();
    clients[0] = await openClient(urlOf(front.address));
    for (const client of clients) client.terminate();
    await allGone();
    await scheduler.pass(RELAY_LIMITS.lingerMs);
  });

  it('passes on nothing but WebSockets', async () => {
    const client = await rawUpgrade(front.address, undefined, 'h2c');
    const [answer] = (await once(client, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 400/);
    assert.deepEqual(owner.requests, []);
    client.end();
    await once(client, 'close');
  });

  it('cuts everything when it is closed, and takes no more', async () => {
    const { client, atOwner } = await relayed();
    const codes = Promise.all([closeCode(client), closeCode(atOwner)]);
    relay.close();
    assert.deepEqual(await codes, [1006, 1006]);
    assert.equal(await refusedWith(urlOf(front.address)), 503);
  });

  it('leaves no socket behind after 1,000 relays', async function () {
    this.timeout(30_000);
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = sockets();
    for (let index = 0; index < 1_000; index++) {
      const { client, atOwner } = await relayed();
      const closed = Promise.all([closeCode(client), closeCode(atOwner)]);
      if (index % 4 === 0) client.terminate();
      else if (index % 4 === 1) atOwner.terminate();
      else if (index % 4 === 2) client.close();
      else atOwner.close(4010);
      await closed;
    }
    await allGone();
    while (front.sockets.size + owner.sockets.size > 0) await settle();
    assert.ok(sockets() <= before);
    assert.partialDeepStrictEqual(relay.statistics, { active: 0, relayed: 1_000, unanswered: 0, refused: 0 });
  });
});
