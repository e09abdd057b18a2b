/** Attackers who take their time, over raw sockets. The bounds are small ones: what they are in earnest is in limits.ts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { addressList } from '../../src/config/address-list.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { createBoundedServer } from '../../src/http/bounded-server.ts';

const BOUNDS = { perAddress: 3, headersMs: 200, requestMs: 400, answerMs: 500 };
const NOBODY = addressList([])!;

/** More than the buffers of two systems hold. */
const LARGE = Buffer.alloc(32 * 1024 * 1024);

async function listening(exempt = NOBODY, bounds = BOUNDS): Promise<Server> {
  const http = createBoundedServer({ trustedProxies: NOBODY, exemptAddresses: exempt }, bounds);
  http.on('request', (req, res: ServerResponse) => {
    if (req.url === '/large') res.end(LARGE);
    else req.resume().once('end', () => res.end('well'));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return http;
}

function attacker(http: Server, localAddress = '127.0.0.1'): Socket {
  const { port } = http.address() as AddressInfo;
  return connect({ port, host: '127.0.0.1', localAddress }).on('error', () => {});
}

/** All that came until the connection was closed. */
async function answerTo(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  return Buffer.concat(parts).toString('latin1');
}

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++ % text.length]!), 20);
  socket.once('close', () => clearInterval(timer));
}

describe('the bounded server', () => {
  let http: Server;
  beforeEach(async () => {
    http = await listening();
  });
  afterEach(() => {
    http.closeAllConnections();
    http.close();
  });

  it('closes who says nothing, drips headers or drips a body, with 408, and answers others meanwhile', async () => {
    const silent = attacker(http);
    const headers = attacker(http, '127.0.0.2');
    headers.write('GET / HTTP/1.1\r\nHost: x\r\n');
    drip(headers, 'X-A: b\r\n');
    const body = attacker(http, '127.0.0.3');
    body.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
    drip(body, 'x');
    const ends = Promise.all([silent, headers, body].map(answerTo));
    const honest = attacker(http);
    honest.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.match(await answerTo(honest), /^HTTP\/1\.1 200 [\s\S]*well$/);
    const [toSilence, ...toDrips] = await ends;
    assert.match(toSilence!, /^HTTP\/1\.1 408 /);
    // Who still sends when the connection is closed may lose the answer.
    for (const end of toDrips) assert.match(end, /^(?:HTTP\/1\.1 408 |$)/);
  });

  it('cuts who does not take the answer', async () => {
    const slow = attacker(http);
    slow.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    const [socket] = (await once(http, 'connection')) as [Socket];
    slow.pause();
    await once(socket, 'close');
    slow.destroy();
  });

  it('has 429 for more connections than an address may have, and takes others', async () => {
    const held = Array.from({ length: BOUNDS.perAddress }, () => attacker(http, '127.0.0.4'));
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    assert.match(await answerTo(attacker(http, '127.0.0.4')), /^HTTP\/1\.1 429 /);
    const other = attacker(http, '127.0.0.5');
    other.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.match(await answerTo(other), /^HTTP\/1\.1 200 /);
    for (const socket of held) socket.destroy();
  });

  it('gives a place back with its connection, and with its upgrade', async () => {
    http.on('upgrade', (_req, socket: Socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const upgraded: Socket[] = [];
    for (let count = 0; count < 2 * BOUNDS.perAddress; count++) {
      const socket = attacker(http);
      upgraded.push(socket);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
      assert.match(String(await once(socket, 'data')), /^HTTP\/1\.1 101 /);
    }
    for (let count = 0; count < 2 * BOUNDS.perAddress; count++) {
      const honest = attacker(http);
      honest.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      assert.match(await answerTo(honest), /^HTTP\/1\.1 200 /);
    }
    for (const socket of upgraded) socket.destroy();
  });

  it('cuts who sends too many requests before the first is answered', async () => {
    const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
    const few = attacker(http);
    few.end(request.repeat(LIMITS.pipelinedRequests));
    assert.equal((await answerTo(few)).match(/ 200 OK/g)?.length, LIMITS.pipelinedRequests);
    const many = attacker(http);
    many.write(request.repeat(LIMITS.pipelinedRequests + 1));
    assert.equal(await answerTo(many), '');
  });

  it('answers 431 to too many fields of a header, and to too many bytes', async () => {
    const send = (fields: string): Promise<string> => {
      const socket = attacker(http, '127.0.0.6');
      socket.end(`GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`);
      return answerTo(socket);
    };
    assert.match(await send('X-A: b\r\n'.repeat(LIMITS.headers / 2)), /^HTTP\/1\.1 200 /);
    assert.match(await send('X-A: b\r\n'.repeat(5 * LIMITS.headers)), /^HTTP\/1\.1 431 /);
    assert.match(await send(`X-A: ${'b'.repeat(LIMITS.headerBytes)}\r\n`), /^HTTP\/1\.1 431 /);
  });
});

describe('the bounded server, to an exempt network', () => {
  it('takes any number of connections', async () => {
    const http = await listening(addressList(['127.0.0.0/8'])!, {
      ...BOUNDS,
      headersMs: 5_000,
      requestMs: 5_000,
    });
    const held = Array.from({ length: 4 * BOUNDS.perAddress }, () => attacker(http));
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    const honest = attacker(http);
    honest.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.match(await answerTo(honest), /^HTTP\/1\.1 200 /);
    for (const socket of held) socket.destroy();
    http.closeAllConnections();
    http.close();
  });
});
