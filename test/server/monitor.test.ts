/** The Colyseus monitor on a whole server: what it shows, and that its buttons harm no battle. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import { queueRoomOf } from '../../src/queue-ports.ts';
import { CLOSE } from '../../src/rooms/wire.ts';
import { callFor } from '../../src/server/monitor.ts';
import { basic } from '../http/fake-admin.ts';
import { abandonAll, startDuel, type Duel } from '../support/player.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const PASSWORD = 'Rk7Yb3Hf6Jd1Sg9Ma5CLq8vT2xZ0pWn4';
const authorization = basic(`admin:${PASSWORD}`);

describe('the monitor', () => {
  let server: TestServer;
  let duel: Duel;

  before(async function () {
    this.timeout(30_000);
    server = await startTestServer({ ADMIN_PASSWORD: PASSWORD, MONITOR: '1' });
  });
  beforeEach(async () => {
    server.skip(60_000);
    duel = await startDuel(server.url);
  });
  afterEach(async () => {
    await server.clear();
    assert.deepEqual(server.takeErrors(), []);
  });
  after(async () => {
    abandonAll();
    await server.dispose();
  });

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}/monitor${path}`, { headers: { authorization, ...headers }, redirect: 'manual' });

  async function press(roomId: string, method: string, args: unknown, headers?: Record<string, string>) {
    const query = new URLSearchParams({ roomId, method, args: JSON.stringify(args) });
    const response = await get(`/api/room/call?${query.toString()}`, headers);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function playTurn(): Promise<void> {
    const { one, two } = duel;
    for (const client of [one, two]) client.send('MOVE', { choice: 'default' });
    await Promise.all([one, two].map((client) => client.next('BATTLE_UPDATE')));
  }

  it('is for the operator alone', async () => {
    for (const path of [
      '',
      '/',
      '/api',
      `/api/room?roomId=${duel.battleId}`,
      '/api/room/call',
      '/assets/x.js',
    ])
      for (const header of ['', basic('admin:wrong')])
        assert.equal((await get(path, { authorization: header })).status, 401, path);
  });

  it('brings its page under a policy of its own, and nothing else of its files', async () => {
    assert.equal((await get('')).headers.get('location'), '/monitor/');
    const page = await get('/');
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /script-src[^;]*unsafe/);
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
    const asset = await get(script!);
    assert.equal(asset.status, 200);
    await asset.body?.cancel();
    for (const path of ['/api/', '/api/rooms', '//', '/assets/..%2findex.html', '/api/room/c%61ll'])
      assert.equal((await get(path)).status, 404, path);
    const other = await fetch(`${server.url}/health`);
    assert.notEqual(other.headers.get('content-security-policy'), policy);
  });

  it('lists rooms, and of a battle no more than spectators see', async () => {
    const { battleId, one, two } = duel;
    const list = (await (await get('/api')).json()) as { rooms: { roomId: string }[] };
    assert(list.rooms.some(({ roomId }) => roomId === battleId));
    const room = (await (await get(`/api/room?roomId=${battleId}`)).json()) as Record<string, unknown>;
    const { state, clients, ...rest } = room;
    assert.deepEqual(state, server.battle(battleId).state.toJSON());
    assert.deepEqual(Object.keys(rest).sort(), ['locked', 'maxClients', 'metadata', 'roomId', 'stateSize']);
    assert.deepEqual(
      (clients as Record<string, unknown>[]).map((client) => Object.keys(client).sort()),
      [one, two].map(() => ['elapsedTime', 'sessionId']),
    );
    const queue = await get(`/api/room?roomId=${queueRoomOf(matchMaker.processId)}`);
    assert.equal(queue.status, 200);
    await queue.body?.cancel();
  });

  it('disposes of a battle by handing it over: it comes back with its players and its log', async () => {
    const { battleId, one, two } = duel;
    await playTurn();
    const before = server.battle(battleId);
    const { length } = before.session.battle.channels.p1;
    assert.equal((await press(battleId, 'disconnect', [])).status, 200);
    const back = await Promise.all([one, two].map((client) => client.next('BATTLE_RESTORED')));
    assert.equal(back[0]!.lines.length, length);
    const after = server.battle(battleId);
    assert.notEqual(after, before);
    assert.equal(after.metadata.epoch, 2);
    await playTurn();
    assert.equal(after.session.battle.rqid, 3);
  });

  it('kicks a player, who may come back', async () => {
    const { battleId, one, p1 } = duel;
    assert.equal((await press(battleId, '_forceClientDisconnect', [one.room.sessionId])).status, 200);
    assert.equal(await one.closed, CLOSE.OVER);
    duel = { ...duel, one: await p1.join(battleId) };
    await duel.one.next('BATTLE_START');
    await playTurn();
  });

  it('says to clients what is not of the protocol', async () => {
    const { battleId, one, two } = duel;
    assert.equal((await press(battleId, 'broadcast', ['NEWS', 'soon'])).status, 200);
    assert.equal(
      (await press(battleId, '_sendMessageToClient', [two.room.sessionId, 'PSST', 1])).status,
      200,
    );
    assert.equal(await one.next('NEWS' as never), 'soon');
    assert.equal(await two.next('PSST' as never), 1);
    assert(!one.types.includes('PSST'));
  });

  it('refuses what could harm a battle or the queue, or is a lie', async () => {
    const { battleId } = duel;
    const queue = queueRoomOf(matchMaker.processId);
    const { session } = server.battle(battleId);
    for (const [room, method, ...args] of [
      [queue, 'disconnect'],
      [queue, 'drainHere'],
      [battleId, 'broadcast', 'BATTLE_END', {}],
      [battleId, '_sendMessageToClient', 'someone', 'MATCH_FOUND', {}],
      [battleId, '_editStateProperty', ['turn'], 99],
      [battleId, '_deleteStateProperty', ['sides', 'p1']],
      [battleId, 'onUncaughtException', {}, 'onMessage'],
      [battleId, 'end', { type: 'void', why: 'operator' }],
    ] as const) {
      const { status, body } = await press(room, method, args);
      assert.deepEqual([status, body['code']], [403, 'FORBIDDEN'], method);
    }
    assert.equal((await press(battleId, 'session', null)).status, 422, 'no property is read');
    assert.equal(server.battle(battleId).session, session);
    await playTurn();
    const { battle } = session;
    assert.deepEqual([battle.rqid, battle.turn], [2, server.battle(battleId).state.turn]);
  });

  it('is pressed by its own page alone', async () => {
    const { battleId, one } = duel;
    const args = [one.room.sessionId];
    for (const site of ['cross-site', 'same-site', 'none']) {
      const { status } = await press(battleId, '_forceClientDisconnect', args, { 'sec-fetch-site': site });
      assert.equal(status, 403, site);
    }
    await playTurn();
    const own = { 'sec-fetch-site': 'same-origin' };
    assert.equal((await press('nowhere', 'disconnect', [], own)).status, 404);
  });

  it('logs what is pressed', async () => {
    const { battleId } = duel;
    server.log.length = 0;
    await press(battleId, 'broadcast', ['NEWS', 'soon']);
    await press(battleId, '_editStateProperty', [['turn'], 99]);
    const acts = server.log.filter(({ msg }) => msg === 'the operator acted') as unknown as {
      result: string;
    }[];
    assert.deepEqual(
      acts.map(({ result }) => result),
      ['done', 'FORBIDDEN'],
    );
  });

  it('kicks from other rooms as Colyseus does', () => {
    const call = { method: '_forceClientDisconnect', args: ['s'] };
    assert.deepEqual(callFor(false, call.method, call.args), call);
  });
});
