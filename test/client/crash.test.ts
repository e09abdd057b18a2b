/** The client package when its server is killed, its socket is cut, or nothing passes any more; and the Node example. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Battle } from '../../client/src/battle.ts';
import { connect, type EndureClient } from '../../client/src/client.ts';
import type { BattleRequest } from '../../client/src/protocol.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { checkBattle } from '../support/checker.ts';
import { startFrontProxy, type FrontProxy } from '../support/front-proxy.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';
import { matchedPair, play, transcriptOf } from './client-play.ts';

function nextRequest(battle: Battle): Promise<BattleRequest> {
  return new Promise((resolve) => {
    const stop = battle.on('request', (request) => {
      stop();
      resolve(request);
    });
  });
}

const FORMAT = 'gen2randombattle';
const EXAMPLE = new URL('../../client/examples/node.ts', import.meta.url).pathname;

describe('a client whose server', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  let front: FrontProxy;
  const clients: EndureClient[] = [];

  before(async () => {
    silenceSdk();
    server = await startServerProcess();
    front = await startFrontProxy([Number(new URL(server.url).port)]);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  after(async () => {
    front.close();
    await server.dispose();
  });

  async function guest(name: string, url = front.url): Promise<EndureClient> {
    const client = await connect({ url, name });
    clients.push(client);
    return client;
  }

  /** Two play and one watches, and at the fourth request this happens. Everybody must know every line in the end. */
  async function survives(strike: () => Promise<void>): Promise<void> {
    const [ann, bob, eve] = [await guest('Ann'), await guest('Bob'), await guest('Eve')];
    const [one, other] = await matchedPair(ann, bob, FORMAT);
    const watching = await eve.watch(one.id);
    const comings: string[] = [];
    one.on('connection', (status) => comings.push(status));
    let struck: Promise<void> | undefined;
    const hit = (rqid: number): void => {
      // Not at each one is this player asked.
      if (rqid >= 4) struck ??= strike();
    };
    const plays = [play(one, 1, hit), play(other, 2), play(watching, 3)];
    const ends = await Promise.all(plays.map(({ end }) => end));
    await struck;
    assert.deepEqual(comings.slice(-2), ['reconnecting', 'connected']);
    const stored = (await readStored(server.database)).battles.find(({ id }) => id === one.id)!;
    const battles = [one, other, watching];
    for (const [index, { told }] of plays.entries()) assert.deepEqual(told, battles[index]!.lines);
    const users = [ann, bob, eve].map(({ user }) => user.id);
    const transcripts = plays.map((played, index) =>
      transcriptOf(users[index]!, battles[index]!, played, ends[index]!),
    );
    assert.deepEqual(checkBattle(stored, transcripts).faults, []);
  }

  it('is killed and started again goes on, and knows every line', async () => {
    await survives(async () => {
      await server.kill('SIGKILL');
      await server.start();
    });
  });

  it('cuts every socket goes on', async () => {
    await survives(async () => front.cut(() => true));
  });

  it('takes a choice and cannot say so, time and again, has it once and goes on', async () => {
    const [ann, bob] = [await guest('Ann'), await guest('Bob', server.url)];
    const [one, other] = await matchedPair(ann, bob, FORMAT);
    const [first] = await Promise.all([nextRequest(one), nextRequest(other)]);
    // Nobody faints by switching: both are asked again.
    await other.choose('switch 2');
    front.hush();
    const turn = nextRequest(other);
    const chosen = one.choose('switch 2');
    await turn;
    let cuts = 3;
    one.on('connection', (status) => {
      if (status === 'connected' && cuts-- > 0) front.cut(() => true);
    });
    const isAsked = nextRequest(one);
    front.cut(() => true);
    assert.equal((await isAsked).rqid, first.rqid + 1);
    // At once, when the first choice may still wait for its next attempt.
    await Promise.all([one.choose('default'), chosen]);
    await one.forfeit();
  });

  it('is killed while it waits in the queue keeps waiting, and is matched', async () => {
    const [ann, bob] = [await guest('Ann'), await guest('Bob')];
    const ticket = ann.queue('gen3randombattle');
    await new Promise((resolve) => void ticket.on('joined', resolve));
    await server.kill('SIGKILL');
    await server.start();
    const [one, other] = await Promise.all([ticket.battle, bob.queue('gen3randombattle').battle]);
    assert.equal(one.id, other.id);
    await one.forfeit();
  });

  it('is silent on an open socket goes on over another', async () => {
    const [ann, bob] = [await guest('Ann'), await guest('Bob')];
    const [one, other] = await matchedPair(ann, bob, FORMAT);
    const isBack = new Promise<void>((resolve) => {
      let isLost = false;
      one.on('connection', (status) => {
        if (status === 'reconnecting') isLost = true;
        else if (isLost) resolve();
      });
    });
    const muted = front.mute(() => true, 14_000);
    await isBack;
    const ended = new Promise((resolve) => void other.on('ended', resolve));
    await one.forfeit();
    await ended;
    for (const client of clients) client.close();
    await muted;
  });

  it('plays against the example, which ends by itself', async () => {
    const ann = await guest('Ann');
    const child = spawn(process.execPath, [EXAMPLE, front.url, 'Example'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const isGone = once(child, 'exit') as Promise<[status: number | null]>;
    const battle = await ann.queue('gen9randombattle').battle;
    const { end } = play(battle, 5);
    const { winner } = await end;
    assert.deepEqual(await isGone, [0, null]);
    assert.match(printed, winner === ann.user.id ? /I did not win/ : /I won/);
    assert.match(printed, /\|turn\|1/);
  });
});
