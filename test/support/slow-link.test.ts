import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { startSlowLink, type SlowLink } from './slow-link.ts';

describe('a slow link', () => {
  let echo: Server;
  let link: SlowLink;
  let client: Socket;

  beforeEach(async () => {
    echo = createServer((socket) => void socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    link = await startSlowLink((echo.address() as AddressInfo).port);
    client = connect({ host: '127.0.0.1', port: link.port, noDelay: true });
    client.on('error', () => {});
    await once(client, 'connect');
  });
  afterEach(() => {
    client.destroy();
    link.close();
    echo.close();
  });

  async function received(bytes: number): Promise<string> {
    let text = '';
    while (text.length < bytes) text += String((await once(client, 'data'))[0]);
    return text;
  }

  it('is late both ways', async () => {
    link.delay(60);
    const sentAt = performance.now();
    client.write('late');
    assert.equal(await received(4), 'late');
    // Timers may fire up to a millisecond early.
    assert.ok(performance.now() - sentAt >= 118);
  });

  it('keeps the order when it becomes fast again', async () => {
    link.delay(60);
    client.write('first ');
    await new Promise((resolve) => setTimeout(resolve, 20));
    link.delay(0);
    client.write('second');
    assert.equal(await received(12), 'first second');
  });

  it('keeps the order of many parts while its slowness changes', async () => {
    const parts = Array.from({ length: 400 }, (_, number) => `${number};`);
    const all = parts.join('');
    const arrived = received(all.length);
    for (const [number, part] of parts.entries()) {
      link.delay((number * 7) % 13);
      client.write(part);
      await new Promise(setImmediate);
    }
    assert.equal(await arrived, all);
  });

  it('ends with what it leads to', async () => {
    const closed = once(client, 'close');
    client.write('x');
    await received(1);
    echo.once('connection', (socket: Socket) => socket.destroy());
    const other = connect({ host: '127.0.0.1', port: link.port });
    await once(
      other.on('error', () => {}),
      'close',
    );
    link.close();
    await closed;
  });
});
