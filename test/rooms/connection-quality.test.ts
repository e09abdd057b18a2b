/** How well players are connected, by the pings that come back. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { seededRandom } from '../../src/battle/random.ts';
import type { BattleClient } from '../../src/rooms/connections.ts';
import { ConnectionQuality } from '../../src/rooms/connection-quality.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';

const PING_MS = 5_000;

class FakeSocket extends EventEmitter {
  readonly pings: string[] = [];

  ping(payload: string): void {
    this.pings.push(payload);
  }

  pong(payload: string): void {
    this.emit('pong', Buffer.from(payload));
  }
}

interface Watched {
  readonly client: BattleClient;
  readonly socket: FakeSocket;
}

describe('connection quality', () => {
  let scheduler: FakeScheduler;
  let quality: ConnectionQuality;
  let measured: string[];

  beforeEach(() => {
    scheduler = new FakeScheduler();
    measured = [];
    quality = new ConnectionQuality({ scheduler, random: seededRandom('quality') }, (side) => {
      measured.push(side);
    });
  });
  afterEach(() => {
    quality.stop();
    assert.equal(scheduler.pending, 0);
  });

  function watch(side: 'p1' | 'p2' = 'p1'): Watched {
    const socket = new FakeSocket();
    const client = { ref: socket } as unknown as BattleClient;
    quality.watch(side, client);
    return { client, socket };
  }

  /** The last ping comes back after so many milliseconds; then the next one goes out. */
  async function answerAfter({ socket }: Watched, ms: number): Promise<void> {
    await scheduler.pass(ms);
    socket.pong(socket.pings.at(-1)!);
    await scheduler.pass(PING_MS - ms);
  }

  const classes = [
    [0, 10, 'excellent'],
    [4, 10, 'excellent'],
    [94, 90, 'excellent'],
    [95, 100, 'good'],
    [194, 190, 'good'],
    [195, 200, 'fair'],
    [394, 390, 'fair'],
    [395, 400, 'poor'],
    [4_999, 5_000, 'poor'],
  ] as const;
  for (const [ms, latencyMs, connection] of classes)
    it(`shows ${ms} ms as ${latencyMs}, ${connection}`, async () => {
      await answerAfter(watch(), ms);
      assert.deepEqual(quality.of('p1'), { latencyMs, connection });
    });

  it('knows nothing before the first answer, and tells absence from that', () => {
    assert.deepEqual(quality.of('p1'), { latencyMs: 0, connection: 'disconnected' });
    const { client } = watch();
    assert.deepEqual(quality.of('p1'), { latencyMs: 0, connection: '' });
    assert.deepEqual(quality.of('p2'), { latencyMs: 0, connection: 'disconnected' });
    quality.forget(client);
    assert.deepEqual(quality.of('p1'), { latencyMs: 0, connection: 'disconnected' });
    assert.deepEqual(measured, []);
  });

  it('asks each connection at once, then every five seconds', async () => {
    const one = watch();
    assert.equal(one.socket.pings.length, 1);
    for (let beat = 0; beat < 3; beat++) await answerAfter(one, 20);
    assert.equal(one.socket.pings.length, 4);
    assert.deepEqual(measured, ['p1', 'p1', 'p1']);
  });

  it('averages, so that one slow answer does not make a slow player', async () => {
    const one = watch();
    for (let beat = 0; beat < 8; beat++) await answerAfter(one, 40);
    await answerAfter(one, 200);
    assert.deepEqual(quality.of('p1'), { latencyMs: 80, connection: 'excellent' });
    for (let beat = 0; beat < 12; beat++) await answerAfter(one, 200);
    assert.deepEqual(quality.of('p1'), { latencyMs: 200, connection: 'fair' });
  });

  it('takes the best connection of a side', async () => {
    const slow = watch();
    await answerAfter(slow, 300);
    const fast = watch();
    fast.socket.pong(fast.socket.pings[0]!);
    assert.deepEqual(quality.of('p1'), { latencyMs: 10, connection: 'excellent' });
    quality.forget(fast.client);
    assert.deepEqual(quality.of('p1'), { latencyMs: 300, connection: 'fair' });
  });

  it('counts a ping that has not come back as that slow at least', async () => {
    const one = watch();
    await scheduler.pass(PING_MS);
    assert.deepEqual(quality.of('p1'), { latencyMs: PING_MS, connection: 'poor' });
    // It comes after the next one went out, and says nothing of that.
    one.socket.pong(one.socket.pings[0]!);
    assert.deepEqual(measured, ['p1']);
  });

  it('takes no answer that it did not ask for, and none twice', async () => {
    const one = watch();
    await scheduler.pass(150);
    for (const forged of ['', '0', 'x', one.socket.pings[0]!.slice(1)]) one.socket.pong(forged);
    assert.deepEqual(measured, []);
    one.socket.pong(one.socket.pings[0]!);
    one.socket.pong(one.socket.pings[0]!);
    assert.deepEqual(measured, ['p1']);
    assert.deepEqual(quality.of('p1'), { latencyMs: 150, connection: 'good' });
  });

  it('asks each time with something else', async () => {
    const one = watch();
    for (let beat = 0; beat < 50; beat++) await answerAfter(one, 1);
    assert.equal(new Set(one.socket.pings).size, one.socket.pings.length);
  });
});
