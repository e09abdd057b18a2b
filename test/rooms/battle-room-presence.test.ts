/** Who goes away and comes back, and what the clocks of a battle do meanwhile; over real sockets. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import { closeCodeOf } from '../support/raw-socket.ts';
import { firstRatings, Player, refusalOf, startDuel, tokenOf, type InBattle } from '../support/player.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

/** Longer than an absence, so that it is not due together with one. */
const TURN_MS = 120_000;
const WARN_MS = 30_000;
const ABSENCE_MS = 60_000;

describe('presence and clocks in the room battle', () => {
  let server: TestServer;
  before(async function () {
    this.timeout(30_000);
    server = await startTestServer({ TURN_MS: String(TURN_MS) });
  });
  afterEach(async () => {
    await server.clear();
    assert.deepEqual(server.takeErrors(), []);
    assert.equal(matchMaker.stats.local.ccu, 0);
  });
  after(() => server.dispose());

  /** Cuts the connection as the network does. */
  function cut(battleId: string, { room }: InBattle): void {
    const client = server.battle(battleId).clients.getById(room.sessionId);
    (client!.ref as unknown as { terminate(): void }).terminate();
  }

  async function countsOf(battleId: string): Promise<number | undefined> {
    return (await matchMaker.query({ roomId: battleId }))[0]?.clients;
  }

  it('takes room.leave() for an absence, and tells of the return', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    await one.leave();
    assert.equal(await one.closed, 4000);
    assert.deepEqual(await two.next('OPPONENT_DISCONNECTED'), { timeoutMs: ABSENCE_MS });
    const away = await two.stateWhere(({ sides }) => !sides.p1.connected);
    const left = away.sides.p1.reconnectByAt - Date.now();
    assert(left > ABSENCE_MS - 5_000 && left < ABSENCE_MS + 5_000, String(left));
    assert.equal(away.sides.p2.reconnectByAt, 0);
    const back = await p1.join(battleId);
    assert.equal((await back.next('BATTLE_START')).side, 'p1');
    assert.deepEqual(await two.next('OPPONENT_RECONNECTED'), {});
    const here = await two.stateWhere(({ sides }) => sides.p1.connected);
    assert.equal(here.sides.p1.reconnectByAt, 0);
    server.skip(ABSENCE_MS - 1_000);
    assert.deepEqual(two.unread('BATTLE_END'), []);
  });

  it('is away only when the last connection of the side is', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    const phone = await p1.join(battleId);
    await phone.next('BATTLE_START');
    await one.leave();
    await phone.request('MOVE', { choice: 'default' });
    assert.deepEqual(two.unread('OPPONENT_DISCONNECTED'), []);
    await phone.leave();
    await two.next('OPPONENT_DISCONNECTED');
    assert.deepEqual(two.unread('OPPONENT_RECONNECTED'), []);
  });

  it('loses by timeout who does not come back', async () => {
    const { battleId, p1, p2, one, two } = await startDuel(server.url);
    await one.leave();
    await two.next('OPPONENT_DISCONNECTED');
    const watching = await new Player(server.url).join(battleId);
    server.skip(ABSENCE_MS);
    const ratings = firstRatings('gen9randombattle', p2.id, p1.id);
    const end = { battleId, winner: p2.id, ratings };
    assert.deepEqual(await two.next('BATTLE_END'), { ...end, reason: 'opponent_timeout' });
    assert.deepEqual(await watching.next('BATTLE_END'), { ...end, reason: 'timeout' });
    assert.equal((await two.stateWhere(({ phase }) => phase === 'ended')).endReason, 'timeout');
  });

  it('warns, and moves for who does not answer', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    const { deadlineAt } = one.state.sides.p1;
    const left = deadlineAt - Date.now();
    assert(left > TURN_MS - 5_000 && left <= TURN_MS + 1_000, String(left));
    await two.request('MOVE', { choice: 'default' });
    server.skip(TURN_MS - WARN_MS);
    assert.deepEqual(await one.next('TURN_WARNING'), { battleId, secondsRemaining: 30 });
    server.skip(WARN_MS);
    const update = await one.next('BATTLE_UPDATE');
    assert.deepEqual(update.autoMove, ['p1']);
    assert.deepEqual((await two.next('BATTLE_UPDATE')).autoMove, ['p1']);
    assert.equal((await one.next('MOVE_ACCEPTED')).rqid, 1);
    assert.deepEqual(two.unread('TURN_WARNING'), []);
    assert.equal((update.request?.rqid ?? 0) > 1, true);
  });

  it('brings a dropped client back into the same room object by the SDK alone', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    await one.request('MOVE', { choice: 'default' });
    const { room } = one;
    const token = room.reconnectionToken;
    cut(battleId, one);
    assert.deepEqual(await two.next('OPPONENT_DISCONNECTED'), { timeoutMs: ABSENCE_MS });
    const { side, from, lines, message, request } = await one.next('BATTLE_RESTORED');
    assert.deepEqual([side, from, request], ['p1', 0, undefined]);
    assert(lines.length > 0 && message.length > 0);
    await one.next('MOVE_ACCEPTED');
    assert.deepEqual(await one.next('MOVE_ACCEPTED'), { rqid: 1, choice: 'default' });
    await two.next('OPPONENT_RECONNECTED');
    assert.notEqual(room.reconnectionToken, token);
    await two.request('MOVE', { choice: 'default' });
    await one.next('BATTLE_UPDATE');
    assert.deepEqual(one.state, two.state);
    assert.equal((await p1.call('GET', '/me')).body['battleId'], battleId);
  });

  it('brings a spectator back the same way', async () => {
    const { battleId } = await startDuel(server.url);
    const watching = await new Player(server.url).join(battleId);
    const { lines } = await watching.next('BATTLE_START');
    cut(battleId, watching);
    const restored = await watching.next('BATTLE_RESTORED');
    assert.deepEqual([restored.side, restored.lines, restored.request], [null, lines, undefined]);
  });

  it('lets a client back by its token, also while the old connection is thought to be open', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    const again = await p1.reconnect(one.room.reconnectionToken);
    assert.equal((await again.next('BATTLE_RESTORED')).side, 'p1');
    assert.equal(again.room.sessionId, one.room.sessionId);
    // Not 4010: two pages with one token would put each other out for ever.
    assert.equal(await one.closed, 4000);
    assert.deepEqual(await again.request('MOVE', { choice: 'default' }), { accepted: true, rqid: 1 });
    await again.leave();
    await two.next('OPPONENT_DISCONNECTED');
    const third = await p1.reconnect(again.room.reconnectionToken);
    await third.next('BATTLE_RESTORED');
    assert.equal(await countsOf(battleId), 2);
  });

  it('lets the user in from another device while the old connection is half open', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    const desktop = await p1.join(battleId);
    await desktop.next('BATTLE_START');
    cut(battleId, one);
    one.abandon();
    assert.deepEqual(await desktop.request('MOVE', { choice: 'default' }), { accepted: true, rqid: 1 });
    assert.deepEqual(two.unread('OPPONENT_DISCONNECTED'), []);
  });

  it('lets the user back with a renewed token after the old one has expired', async () => {
    const { battleId, p1, one } = await startDuel(server.url);
    p1.client.auth.token = tokenOf(p1.id, { exp: 1 });
    const reconnection = one.room.reconnectionToken;
    assert.deepEqual(await refusalOf(p1.join(battleId)), { message: 'AUTH_FAILED', code: 401 });
    p1.client.auth.token = tokenOf(p1.id);
    one.abandon();
    const again = await p1.reconnect(reconnection);
    assert.equal((await again.next('BATTLE_RESTORED')).side, 'p1');
  });

  it('gives nobody anything for the session or the token of somebody else', async () => {
    const { battleId, one } = await startDuel(server.url);
    const thief = new Player(server.url);
    const token = one.room.reconnectionToken;
    const reconnected = await thief.reconnect(token);
    assert.equal((await reconnected.next('BATTLE_START')).side, null);
    assert.notEqual(reconnected.room.sessionId, one.room.sessionId);
    const attempts = [
      { sessionId: one.room.sessionId },
      { sessionId: one.room.sessionId, reconnectionToken: 'guessed' },
    ];
    for (const query of attempts) {
      const code = await closeCodeOf(server.url, battleId, { ...query, _authToken: tokenOf('thief') });
      assert([4002, 4003].includes(code), String(code));
    }
    assert.deepEqual(await one.request('MOVE', { choice: 'default' }), { accepted: true, rqid: 1 });
    assert.deepEqual(one.drops, []);
  });

  it('is counted right after joins, drops and reconnections', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    for (let round = 0; round < 3; round++) {
      cut(battleId, one);
      await one.next('BATTLE_RESTORED');
    }
    const phone = await p1.join(battleId);
    await phone.next('BATTLE_START');
    assert.equal(await countsOf(battleId), 3);
    await phone.leave();
    await one.leave();
    await two.leave();
    await new Promise(setImmediate);
    assert.equal(await countsOf(battleId), 0);
  });
});
