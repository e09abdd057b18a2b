/** What another site is told of battles: by a real server, to a real one. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import type { ChannelEvent } from '../../src/cluster/events.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { createWebhooks, type Webhooks } from '../../src/server/webhooks.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';
import { freePort } from '../support/free-port.ts';
import { abandonAll, startDuel } from '../support/player.ts';
import { startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const SECRET = 'Hn4vT9wXq2Zb8Lm5Kc7Pj1Rd6Gs3Fy0A';
const NOW = 1_800_000_000_000;
const EXAMPLE = new URL('../../client/examples/discord.ts', import.meta.url).pathname;

interface Told {
  readonly signature: string;
  readonly body: string;
}

/** Another site. It answers with what a test lays down, then with 204. */
class Receiver {
  readonly told: Told[] = [];
  readonly statuses: number[] = [];
  readonly #http: Server;

  private constructor() {
    this.#http = createServer((req, res) => {
      const location = `http://${req.headers.host}/elsewhere`;
      void text(req).then((body) => {
        this.told.push({ signature: String(req.headers['x-endure-signature']), body });
        res.writeHead(this.statuses.shift() ?? 204, { location }).end();
      });
    });
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#http.listen(0, '127.0.0.1');
    await once(receiver.#http, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/`;
  }

  get bodies(): Record<string, unknown>[] {
    return this.told.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  async heard(count: number): Promise<void> {
    await until(() => this.told.length >= count, `${this.told.length} instead of ${count} were told`, 5_000);
  }

  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }
}

function signature(at: number, body: string, secret = SECRET): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

function event(id: string): ChannelEvent<'match:events'> {
  const players = { p1: 'ash' as UserId, p2: 'misty' as UserId };
  const payload = {
    type: 'started',
    matchId: id as BattleId,
    format: 'gen9ou' as FormatId,
    players,
  } as const;
  return { channel: 'match:events', serverId: 'here', id, at: NOW, payload };
}

describe('webhooks', () => {
  let receiver: Receiver;
  let scheduler: FakeScheduler;
  let webhooks: Webhooks;
  beforeEach(async () => {
    receiver = await Receiver.open();
    scheduler = new FakeScheduler();
    const ports = { scheduler, wall: () => NOW, logger: createLogger('silent') };
    webhooks = createWebhooks({ url: receiver.url, secret: SECRET }, ports);
  });
  afterEach(() => {
    webhooks.stop();
    receiver.close();
  });

  const ids = (): unknown[] => receiver.bodies.map(({ matchId }) => matchId);
  /** Whoever posts is pausing. */
  const pausing = (): Promise<void> => until(() => scheduler.pending === 1, 'no pause', 5_000);

  it('are signed, with the time', async () => {
    webhooks.tell(event('a'));
    await receiver.heard(1);
    const [{ signature: given, body }] = receiver.told as [Told];
    assert.equal(given, signature(NOW, body));
    assert.deepEqual(JSON.parse(body), { id: 'here:a', at: NOW, ...event('a').payload });
  });

  it('come one after the other, in order', async () => {
    const all = Array.from({ length: 20 }, (_, index) => `battle-${index}`);
    for (const id of all) webhooks.tell(event(id));
    await receiver.heard(all.length);
    assert.deepEqual(ids(), all);
  });

  it('are tried again after 1, 5 and 25 s, and then given up for the next', async () => {
    receiver.statuses.push(500, 503, 429, 408);
    webhooks.tell(event('a'));
    webhooks.tell(event('b'));
    for (const [tries, ms] of [
      [1, 1_000],
      [2, 5_000],
      [3, 25_000],
    ] as const) {
      await receiver.heard(tries);
      await pausing();
      await scheduler.pass(ms - 1);
      assert.equal(scheduler.pending, 1);
      await scheduler.pass(1);
    }
    await receiver.heard(5);
    assert.deepEqual(ids(), ['a', 'a', 'a', 'a', 'b']);
    assert.equal(scheduler.pending, 0);
  });

  it('are tried again where nobody answers', async () => {
    receiver.close();
    webhooks.tell(event('a'));
    await pausing();
    assert.deepEqual(receiver.told, []);
  });

  for (const status of [400, 401, 404, 410, 301, 307])
    it(`are not wanted by who answers ${status}`, async () => {
      receiver.statuses.push(status);
      webhooks.tell(event('a'));
      webhooks.tell(event('b'));
      await receiver.heard(2);
      assert.deepEqual(ids(), ['a', 'b']);
      assert.equal(scheduler.pending, 0);
    });

  it('are forgotten beyond their bound, the oldest first', async () => {
    receiver.statuses.push(500);
    webhooks.tell(event('first'));
    await pausing();
    for (let index = 0; index <= LIMITS.webhooksWaiting; index++) webhooks.tell(event(`${index}`));
    await scheduler.pass(1_000);
    await receiver.heard(3);
    assert.deepEqual(ids().slice(0, 3), ['first', 'first', '1']);
  });

  it('end with the server, whatever is under way', async () => {
    receiver.statuses.push(500);
    webhooks.tell(event('a'));
    webhooks.tell(event('b'));
    await pausing();
    webhooks.stop();
    webhooks.tell(event('c'));
    await scheduler.pass(60_000);
    assert.deepEqual(ids(), ['a']);
    assert.equal(scheduler.pending, 0);
  });
});

describe('the webhooks of a server', function () {
  this.timeout(30_000);

  it('tell of the start and the end of a battle', async () => {
    const receiver = await Receiver.open();
    const server = await startTestServer({ WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET });
    try {
      const { battleId, p1, p2, one, two } = await startDuel(server.url);
      two.send('FORFEIT');
      await receiver.heard(2);
      const match = { matchId: battleId, format: one.state.format, players: { p1: p1.id, p2: p2.id } };
      const [started, completed] = receiver.bodies;
      assert.partialDeepStrictEqual(started, { type: 'started', ...match });
      assert.partialDeepStrictEqual(completed, { type: 'completed', ...match, winner: 'p1' });
      assert.notEqual(started!['id'], completed!['id']);
      assert.deepEqual(Object.keys(completed!['ratingChanges'] as object), ['p1', 'p2']);
    } finally {
      abandonAll();
      await server.dispose();
      receiver.close();
    }
  });

  it('are passed on to Discord by the example, which believes nobody else', async () => {
    const discord = await Receiver.open();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const env = { ...process.env, WEBHOOK_SECRET: SECRET, DISCORD_URL: discord.url };
    const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
    const example = spawn(process.execPath, [EXAMPLE, String(port)], { env, stdio });
    await once(example.stdout, 'data');
    const webhooks = createWebhooks(
      { url, secret: SECRET },
      { scheduler: new FakeScheduler(), wall: Date.now, logger: createLogger('silent') },
    );
    try {
      const ratingChanges = { p1: 25.25, p2: -25.25 };
      const { payload } = event('a');
      webhooks.tell(event('a'));
      webhooks.tell({
        ...event('a'),
        payload: { ...payload, type: 'completed', winner: 'p1', ratingChanges },
      });
      await discord.heard(1);
      assert.deepEqual(discord.bodies, [
        { content: 'ash (+25) has won against misty in gen9ou.', allowed_mentions: { parse: [] } },
      ]);
      assert.deepEqual(await forged(url), [401, 401, 401]);
      assert.equal(discord.told.length, 1);
    } finally {
      webhooks.stop();
      example.kill();
      await once(example, 'exit');
      discord.close();
    }
  });

  /** Answers to another's signature, an old one, and none. */
  async function forged(url: string): Promise<number[]> {
    const body = JSON.stringify({ type: 'completed' });
    const tries = [signature(Date.now(), body, `${SECRET}x`), signature(Date.now() - 600_000, body), ''];
    const answers = await Promise.all(
      tries.map((one) => fetch(url, { method: 'POST', body, headers: { 'x-endure-signature': one } })),
    );
    return answers.map(({ status }) => status);
  }
});
