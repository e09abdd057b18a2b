/** Upgrades that once ended the process, or went past admission: before anything else of a connection is looked at. */
import { type Server, createServer } from 'node:http';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handUpgrade } from '../../src/cluster/readable-upgrades.ts';
import { gateUpgrades } from '../../src/cluster/upgrade-gate.ts';
import { rawTcp } from '../support/raw-tcp.ts';

describe('upgrades that cannot be read', () => {
  let http: Server;
  let url: string;
  const transport = new EventEmitter();
  const seen: (string | undefined)[] = [];

  before(async () => {
    http = createServer();
    gateUpgrades(
      http,
      {
        take: () => ({ ok: true }),
        takeStranger: () => ({ ok: true }),
        limitedAddress: () => null,
        isRelayed: () => false,
        tokens: { signedFor: async () => null },
        limited: () => {},
        now: () => 0,
      },
      (req, socket, head) => handUpgrade(transport, req, socket, head),
    );
    transport.on('upgrade', (req: IncomingMessage, socket: Duplex) => {
      seen.push(req.url);
      socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });

  after(async () => {
    http.close();
    await once(http, 'close');
  });

  const statusOf = async (target: string, host: string): Promise<string> => {
    const head = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`;
    return (await rawTcp(url, head, 1000)).slice(9, 12);
  };

  for (const target of ['*', '*:99999', '*@[', 'http://x:99999/', 'x://y'])
    it(`refuses the target ${target}`, async () => {
      assert.equal(await statusOf(target, 'x'), '400');
    });

  for (const host of ['x/a?', 'x/..', 'a@b', 'x#', 'x y'])
    it(`refuses the host ${host}`, async () => {
      assert.equal(await statusOf('/p/r', host), '400');
    });

  for (const host of ['x', 'x.example:2567', '127.0.0.1:80', '[::1]:80'])
    it(`hands on the host ${host}`, async () => {
      assert.equal(await statusOf(`/p/r?host=${host}`, host), '204');
      assert.equal(seen.at(-1), `/p/r?host=${host}`);
    });

  it('refuses all when the transport takes no more', async () => {
    transport.removeAllListeners();
    assert.equal(await statusOf('/p/r', 'x'), '503');
  });
});
