/** The bounds on WebSockets before any room is looked for, over real sockets that nobody upgrades. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { UserId } from '../../src/battle/ids.ts';
import { gateUpgrades, type UpgradeHandler } from '../../src/cluster/upgrade-gate.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { createBuckets } from '../../src/rate-limit.ts';

const STRANGERS = 20;
const BOUNDS = { perAddress: 3, perUser: 2 };

interface Wish {
  readonly from?: string;
  readonly user?: string;
  readonly isRelayed?: boolean;
  readonly path?: string;
}

describe('the gate of upgrades', () => {
  let http: Server;
  let at = 0;
  let limited = 0;
  const clients: Socket[] = [];
  const strangers = createBuckets({ perMinute: 60, burst: STRANGERS, now: () => at });
  const buckets = createBuckets({ perMinute: 60_000, burst: 1_000, now: () => at });

  beforeEach(async () => {
    at += 3_600_000;
    limited = 0;
    http = createServer();
    const from = ({ headers }: IncomingMessage): string => String(headers['x-from']);
    const ports = {
      take: (req: IncomingMessage) => buckets.take(from(req)),
      takeStranger: (req: IncomingMessage) => strangers.take(from(req)),
      limitedAddress: (req: IncomingMessage) => (from(req) === 'exempt' ? null : from(req)),
      isRelayed: ({ headers }: IncomingMessage) => headers['x-relayed'] === 'yes',
      tokens: { signedFor: async (token: string) => (token === '' ? null : (token as UserId)) },
      limited: () => void (limited += 1),
      now: () => at,
    };
    const take: UpgradeHandler = (_req, socket) => {
      socket.resume().once('end', () => socket.destroy());
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    };
    gateUpgrades(http, ports, take, BOUNDS);
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
    http.close();
  });

  /** The status of its answer. The connection stays as it is. */
  async function upgrade({
    from = 'hall',
    user = '',
    isRelayed = false,
    path = '/p/r',
  }: Wish = {}): Promise<string> {
    const client = connect((http.address() as AddressInfo).port, '127.0.0.1');
    clients.push(client);
    const headers = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', `X-From: ${from}`];
    if (isRelayed) headers.push('X-Relayed: yes');
    client.write(`GET ${path}?_authToken=${user} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    return String(await once(client, 'data')).slice(9, 12);
  }

  async function statuses(count: number, wish: Wish): Promise<string[]> {
    return Promise.all(Array.from({ length: count }, () => upgrade(wish)));
  }

  it('lets an address have so many and no more, and another one too', async () => {
    assert.deepEqual((await statuses(BOUNDS.perAddress + 2, {})).sort(), ['101', '101', '101', '429', '429']);
    assert.equal(limited, 2);
    assert.equal(await upgrade({ from: 'home' }), '101');
  });

  it('lets fewer come from an address who want into no room', async () => {
    const seen: string[] = [];
    for (let count = 0; count <= STRANGERS; count++) {
      seen.push(await upgrade({ from: 'exempt', path: '/' }));
      clients.pop()!.destroy();
    }
    assert.deepEqual([seen.at(-2), seen.at(-1)], ['101', '429']);
    assert.equal(await upgrade({ from: 'exempt' }), '101');
    assert.equal(await upgrade({ from: 'home', path: '/' }), '101');
  });

  it('lets a user have so many and no more, from wherever', async () => {
    assert.equal(await upgrade({ from: 'a', user: 'ann' }), '101');
    assert.equal(await upgrade({ from: 'b', user: 'ann' }), '101');
    assert.equal(await upgrade({ from: 'c', user: 'ann' }), '429');
    assert.equal(limited, 1);
    assert.equal(await upgrade({ from: 'c', user: 'bob' }), '101');
  });

  it('gives a place back when its socket goes', async () => {
    await statuses(BOUNDS.perUser, { user: 'ann' });
    assert.equal(await upgrade({ user: 'ann' }), '429');
    for (const client of clients.splice(0)) {
      client.destroy();
      if (!client.closed) await once(client, 'close');
    }
    let status = '429';
    while (status === '429') status = await upgrade({ user: 'ann' });
    assert.equal(status, '101');
  });

  it('does not count by address who is exempt or was counted by another process', async () => {
    const many = 3 * BOUNDS.perAddress;
    assert.deepEqual(new Set(await statuses(many, { from: 'exempt' })), new Set(['101']));
    assert.deepEqual(new Set(await statuses(many, { isRelayed: true })), new Set(['101']));
    assert.deepEqual((await statuses(3, { isRelayed: true, user: 'ann' })).sort(), ['101', '101', '429']);
  });

  it('bounds how often a user comes, though each goes at once', async () => {
    const seen: string[] = [];
    for (let count = 0; count <= LIMITS.upgradesPerUser.burst; count++) {
      seen.push(await upgrade({ from: `${count}`, user: 'ann' }));
      const client = clients.pop()!;
      client.destroy();
      await once(client, 'close');
      await upgrade({ from: `after ${count}` });
    }
    assert.equal(seen.at(-1), '429');
    at += 60_000;
    assert.equal(await upgrade({ from: 'later', user: 'ann' }), '101');
  });
});
