/** The room `battle` over real sockets: what docs/protocol.md says of joins, messages, spectators and the end. */
import assert from 'node:assert/strict';
import type { ErrorBody } from '../../src/errors.ts';
import type { BattleEvents } from '../../src/rooms/messages.ts';
import { firstRatings, Player, refusalOf, startDuel, type InBattle } from '../support/player.ts';
import { withServer, type TestServer } from '../support/server.ts';

const STAY_MS = 30_000;

describe('the room battle', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  const player = (): Player => new Player(server.url);

  async function spectate(battleId: string, options?: object): Promise<InBattle> {
    const watching = await player().join(battleId, options);
    return watching;
  }

  /** Both answer with what is always legal. */
  async function playTurn(one: InBattle, two: InBattle): Promise<BattleEvents['BATTLE_UPDATE'][]> {
    await Promise.all([one, two].map((side) => side.request('MOVE', { choice: 'default' })));
    return Promise.all([one.next('BATTLE_UPDATE'), two.next('BATTLE_UPDATE')]);
  }

  /** A refused request and the refusal of the same as a message. */
  async function refused(seated: InBattle, type: string, payload: unknown): Promise<BattleEvents['ERROR']> {
    seated.send(type, payload);
    const error = await seated.next('ERROR');
    await assert.rejects(seated.request(type, payload), ({ reason }: { reason?: unknown }) => {
      assert.deepEqual(reason, error);
      return true;
    });
    return error;
  }

  it('sends the state first, then how the battle stands', async () => {
    const { battleId, p1, p2 } = await startDuel(server.url);
    const room = await p1.client.joinById(battleId);
    const order: string[] = [];
    room.onStateChange.once(() => void order.push('state'));
    const start = await new Promise<BattleEvents['BATTLE_START']>((resolve) => {
      room.onMessage('BATTLE_START', (message: BattleEvents['BATTLE_START']) => {
        order.push('BATTLE_START');
        resolve(message);
      });
    });
    void room.leave();
    assert.deepEqual(order, ['state', 'BATTLE_START']);
    const { lines, request, now, ...rest } = start;
    assert.deepEqual(rest, {
      battleId,
      format: 'gen9randombattle',
      side: 'p1',
      players: { p1: { id: p1.id, name: p1.id, elo: 1000 }, p2: { id: p2.id, name: p2.id, elo: 1000 } },
      from: 0,
    });
    assert(lines.some((line) => line.startsWith('|turn|1')));
    assert.equal(request?.rqid, 1);
    assert(Math.abs(now - Date.now()) < 5_000);
  });

  it('gives the lines from where the client has them', async () => {
    const { battleId, p1 } = await startDuel(server.url);
    const { lines } = await (await p1.join(battleId)).next('BATTLE_START');
    for (const from of [0, 1, Math.floor(lines.length / 2), lines.length]) {
      const start = await (await p1.join(battleId, { from })).next('BATTLE_START');
      assert.deepEqual([start.from, start.lines], [from, lines.slice(from)]);
    }
    for (const from of [-1, lines.length + 1, 1.5, '1', null])
      assert.deepEqual(
        await refusalOf(p1.join(battleId, { from })),
        { message: 'INVALID_MESSAGE', code: 422 },
        String(from),
      );
  });

  it('takes nothing else from a join', async () => {
    const { battleId, p1 } = await startDuel(server.url);
    const joined = await p1.join(battleId, { side: 'p2', userId: 'somebody', sessionId: 'mine' });
    assert.equal((await joined.next('BATTLE_START')).side, 'p1');
    assert.notEqual(joined.room.sessionId, 'mine');
  });

  it('can be made by no client, and is not found under another id', async () => {
    const who = player();
    const attempts = [
      [() => who.client.create('battle'), 'FORBIDDEN', 403],
      [() => who.client.joinOrCreate('battle'), 'FORBIDDEN', 403],
      [() => who.client.join('battle'), 'FORBIDDEN', 403],
      [() => who.client.create('matchmaking'), 'FORBIDDEN', 403],
      [() => who.client.joinById('no-such-battle'), 'BATTLE_NOT_FOUND', 404],
    ] as const;
    for (const [attempt, message, code] of attempts)
      assert.deepEqual(await refusalOf(attempt()), { message, code });
  });

  it('accepts a choice once it is in the log, on every connection of the side and before the update', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    const phone = await p1.join(battleId);
    await phone.next('BATTLE_START');
    two.send('MOVE', { choice: 'default', rqid: 1 });
    assert.deepEqual(await two.next('MOVE_ACCEPTED'), { rqid: 1, choice: 'default' });
    assert.deepEqual(await one.request('MOVE', { choice: 'default', rqid: 1 }), { accepted: true, rqid: 1 });
    for (const connection of [one, phone]) {
      await connection.next('BATTLE_UPDATE');
      assert.deepEqual(connection.types.slice(-2), ['MOVE_ACCEPTED', 'BATTLE_UPDATE']);
      assert.deepEqual(await connection.next('MOVE_ACCEPTED'), { rqid: 1, choice: 'default' });
    }
    assert.deepEqual(two.unread('MOVE_ACCEPTED'), []);
  });

  it('tells everybody in the state who has chosen, and nobody what', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    const watching = await spectate(battleId);
    await one.request('MOVE', { choice: 'default' });
    // It is not urgent: it goes with the next patch.
    server.battle(battleId).broadcastPatch();
    for (const connection of [two, watching]) {
      const { sides } = await connection.stateWhere((state) => state.sides.p1.hasChosen);
      assert.equal(sides.p2.hasChosen, false);
    }
    assert.deepEqual(
      watching.types.filter((type) => type !== 'BATTLE_START'),
      [],
    );
  });

  it('sends each side its own lines and its next request with every update', async () => {
    const { one, two } = await startDuel(server.url);
    const [mine, theirs] = await playTurn(one, two);
    assert.equal(mine!.request?.rqid, theirs!.request?.rqid);
    assert((mine!.request?.rqid ?? 0) > 1);
    assert(mine!.lines.length > 0 && mine!.from > 0);
  });

  it('refuses with the reason', async () => {
    const { one, two } = await startDuel(server.url);
    const cases = [
      [{ choice: 'move 9', rqid: 1 }, 'INVALID_MOVE'],
      [{ choice: 'switch 1', rqid: 1 }, 'INVALID_MOVE'],
      [{ choice: '>p2 forfeit', rqid: 1 }, 'INVALID_MOVE'],
      [{ choice: 'möve 1', rqid: 1 }, 'INVALID_MOVE'],
      [{ choice: 'move 1\n>eval 1', rqid: 1 }, 'INVALID_MESSAGE'],
      [{ choice: 'move 1', rqid: 2 }, 'INVALID_MESSAGE'],
      [{ choice: 'x'.repeat(201), rqid: 1 }, 'INVALID_MESSAGE'],
      [{ choice: 1 }, 'INVALID_MESSAGE'],
      [{ choice: 'move 1', side: 'p2' }, 'INVALID_MESSAGE'],
      [{}, 'INVALID_MESSAGE'],
      [undefined, 'INVALID_MESSAGE'],
    ] as const;
    for (const [payload, code] of cases) {
      const error = await refused(one, 'MOVE', payload);
      assert.equal(error.code, code, JSON.stringify(payload));
      assert.equal(error.request?.rqid, code === 'INVALID_MOVE' ? 1 : undefined);
    }
    await one.request('MOVE', { choice: 'move 1', rqid: 1 });
    assert.equal((await refused(one, 'MOVE', { choice: 'move 2', rqid: 1 })).code, 'NOT_YOUR_TURN');
    assert.equal((await refused(one, 'MOVE', { choice: 'move 2' })).code, 'NOT_YOUR_TURN');
    await two.request('MOVE', { choice: 'default', rqid: 1 });
    await one.next('BATTLE_UPDATE');
    assert.equal((await refused(one, 'MOVE', { choice: 'move 2', rqid: 1 })).code, 'STALE_REQUEST');
    await one.next('MOVE_ACCEPTED');
    // The same again: also when its turn has been played.
    assert.deepEqual(await one.request('MOVE', { choice: 'move 1', rqid: 1 }), { accepted: true, rqid: 1 });
    assert.deepEqual(one.unread('MOVE_ACCEPTED'), []);
    one.send('MOVE', { choice: 'move 1', rqid: 1 });
    assert.deepEqual(await one.next('MOVE_ACCEPTED'), { rqid: 1, choice: 'move 1' });
    assert.deepEqual(two.unread('ERROR'), []);
  });

  it('answers unknown messages and stays', async () => {
    const { one } = await startDuel(server.url);
    one.send('NO_SUCH_MESSAGE', {});
    assert.equal((await one.next('ERROR')).code, 'INVALID_MESSAGE');
    await assert.rejects(one.request('NO_SUCH_MESSAGE', {}), /no_handler/);
    assert.deepEqual(await one.request('MOVE', { choice: 'default' }), { accepted: true, rqid: 1 });
  });

  it('answers RATE_LIMITED above the soft limit and stays', async () => {
    const { one } = await startDuel(server.url);
    for (let sent = 0; sent < 90; sent++) one.send('REQUEST_STATE', { from: 0 });
    const { code, details } = await one.next('ERROR');
    assert.equal(code, 'RATE_LIMITED');
    assert((details as { retryAfterMs: number }).retryAfterMs > 0);
    server.skip(1_000);
    assert.deepEqual(await one.request('MOVE', { choice: 'default' }), { accepted: true, rqid: 1 });
  });

  it('shows spectators lines and state, without a request, and lets them do nothing', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    const watching = await spectate(battleId);
    const start = await watching.next('BATTLE_START');
    assert.deepEqual([start.side, start.request], [null, undefined]);
    for (const [type, payload] of [
      ['MOVE', { choice: 'move 1' }],
      ['FORFEIT', {}],
    ] as const)
      assert.equal((await refused(watching, type, payload)).code, 'NOT_A_PLAYER');
    // The exact HP of who came in is in the private half of a split.
    const own = await (await p1.join(battleId)).next('BATTLE_START');
    assert.notDeepEqual(start.lines, own.lines);
    await playTurn(one, two);
    const update = await watching.next('BATTLE_UPDATE');
    assert.equal(update.request, undefined);
    assert.equal(update.from, start.lines.length);
    watching.send('REQUEST_STATE', { from: update.from });
    assert.deepEqual((await watching.next('BATTLE_UPDATE')).lines, update.lines);
    await one.stateWhere(({ spectators }) => spectators === 1);
    await watching.leave();
    server.battle(battleId).broadcastPatch();
    await one.stateWhere(({ spectators }) => spectators === 0);
  });

  it('sends what is missing, and the open request, when asked', async () => {
    const { one } = await startDuel(server.url);
    one.send('REQUEST_STATE');
    const all = await one.next('BATTLE_UPDATE');
    assert.deepEqual([all.from, all.request?.rqid], [0, 1]);
    const { length } = all.lines;
    for (const from of [1, length]) {
      one.send('REQUEST_STATE', { from });
      const { lines, request } = await one.next('BATTLE_UPDATE');
      assert.deepEqual([lines, request], [all.lines.slice(from), all.request]);
    }
    for (const from of [-1, length + 1, 0.5, 'x'])
      assert.equal((await refused(one, 'REQUEST_STATE', { from })).code, 'INVALID_MESSAGE');
    await one.request('MOVE', { choice: 'default' });
    one.send('REQUEST_STATE', { from: length });
    assert.equal((await one.next('BATTLE_UPDATE')).request, undefined, 'it has been answered');
  });

  it('repeats the accepted choice to who joins before its turn is played', async () => {
    const { battleId, p1, one } = await startDuel(server.url);
    await one.request('MOVE', { choice: 'default' });
    const again = await p1.join(battleId);
    assert.equal((await again.next('BATTLE_START')).request, undefined);
    assert.deepEqual(await again.next('MOVE_ACCEPTED'), { rqid: 1, choice: 'default' });
  });

  it('ends by a forfeit, told to each as it sees it', async () => {
    const { battleId, p1, p2, one, two } = await startDuel(server.url);
    const watching = await spectate(battleId);
    const reply = (await one.request('FORFEIT', {})) as { accepted: boolean };
    assert.equal(reply.accepted, true);
    const ratings = firstRatings('gen9randombattle', p2.id, p1.id);
    const end = { battleId, winner: p2.id, ratings };
    assert.deepEqual(await one.next('BATTLE_END'), { ...end, reason: 'forfeit' });
    assert.deepEqual(await two.next('BATTLE_END'), { ...end, reason: 'opponent_forfeit' });
    assert.deepEqual(await watching.next('BATTLE_END'), { ...end, reason: 'forfeit' });
    const { phase, winner, endReason, sides } = await watching.stateWhere((state) => state.phase === 'ended');
    assert.deepEqual([phase, winner, endReason], ['ended', p2.id, 'forfeit']);
    assert.deepEqual([sides.p1.deadlineAt, sides.p2.deadlineAt], [0, 0]);
    assert.equal((await two.next('BATTLE_UPDATE')).request, undefined);
  });

  it('answers with the end after the end, stays for a while, and closes', async () => {
    const { battleId, p1, p2, one, two } = await startDuel(server.url);
    two.send('FORFEIT', {});
    const end = await one.next('BATTLE_END');
    one.send('REQUEST_STATE', { from: 0 });
    assert.deepEqual(await one.next('BATTLE_END'), end);
    for (const [type, payload] of [
      ['MOVE', { choice: 'move 1' }],
      ['FORFEIT', {}],
    ] as const) {
      const { code, recoverable, details } = await refused(one, type, payload);
      assert.deepEqual(
        [code, recoverable, details],
        ['BATTLE_ENDED', false, { winner: p1.id, reason: 'forfeit' }],
      );
    }
    const late = await p2.join(battleId);
    const { request } = await late.next('BATTLE_START');
    assert.equal(request, undefined);
    assert.equal((await late.next('BATTLE_END')).reason, 'forfeit');
    server.skip(STAY_MS);
    assert.deepEqual(await Promise.all([one, two, late].map(({ closed }) => closed)), [4000, 4000, 4000]);
    assert.deepEqual(await refusalOf(p1.join(battleId)), { message: 'BATTLE_ENDED', code: 409 });
    const { status, body } = await p1.call('POST', `/matchmake/joinById/${battleId}`, {});
    const { code, message, details } = body;
    assert.deepEqual(
      { status, code, message, details },
      {
        status: 409,
        code: 'BATTLE_ENDED',
        message: 'BATTLE_ENDED',
        details: { winner: p1.id, reason: 'opponent_forfeit' },
      },
    );
  });

  it('is in the live list while it is played, and a finished battle from then on', async () => {
    const { battleId, p1, p2, one, two } = await startDuel(server.url, 'gen3randombattle');
    await spectate(battleId);
    const players = { p1: { id: p1.id, name: p1.id, elo: 1000 }, p2: { id: p2.id, name: p2.id, elo: 1000 } };
    const live = (await p1.call('GET', '/battles/live?format=gen3randombattle')).body['items'] as {
      startedAt: number;
    }[];
    const shown = {
      battleId,
      format: 'gen3randombattle',
      players,
      turn: 1,
      startedAt: live[0]!.startedAt,
      spectators: 1,
    };
    assert.deepEqual(live, [shown]);
    assert.deepEqual((await p1.call('GET', `/battles/${battleId}`)).body, { ...shown, status: 'live' });
    assert.equal((await p1.call('GET', '/me')).body['battleId'], battleId);
    one.send('FORFEIT', {});
    await two.next('BATTLE_END');
    assert.deepEqual((await p1.call('GET', '/battles/live?format=gen3randombattle')).body['items'], []);
    const { status, winner, reason } = (await p1.call('GET', `/battles/${battleId}`)).body;
    assert.deepEqual({ status, winner, reason }, { status: 'ended', winner: p2.id, reason: 'forfeit' });
    assert.equal((await p1.call('GET', '/me')).body['battleId'], undefined);
  });

  it('gives seats over HTTP to players and spectators until it is over', async () => {
    const { battleId, p1, one } = await startDuel(server.url);
    const seatFor = async (who: Player): Promise<InBattle> => {
      const { status, body } = await who.call('POST', `/battles/${battleId}/seat`);
      assert.equal(status, 200);
      return who.consume(body['seat'] as never);
    };
    assert.equal((await (await seatFor(p1)).next('BATTLE_START')).side, 'p1');
    assert.equal((await (await seatFor(player())).next('BATTLE_START')).side, null);
    const unknown = await p1.call('POST', '/battles/no-such-battle/seat');
    assert.deepEqual([unknown.status, unknown.body['code']], [404, 'BATTLE_NOT_FOUND']);
    one.send('FORFEIT', {});
    await one.next('BATTLE_END');
    server.skip(STAY_MS);
    await one.closed;
    const ended = await p1.call('POST', `/battles/${battleId}/seat`);
    assert.deepEqual([ended.status, ended.body['code']], [409, 'BATTLE_ENDED']);
  });

  it('closes the oldest of five connections of a side', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    const more = [];
    for (let count = 0; count < 4; count++) more.push(await p1.join(battleId));
    assert.equal(await one.closed, 4000);
    await Promise.all(more.map((connection) => connection.next('BATTLE_START')));
    assert.deepEqual(await more[0]!.request('MOVE', { choice: 'default' }), { accepted: true, rqid: 1 });
    assert.deepEqual(two.unread('OPPONENT_DISCONNECTED'), []);
  });

  it('ends one battle void when something of ours fails in it, and no other', async () => {
    const broken = await startDuel(server.url);
    const sound = await startDuel(server.url);
    const { battle } = server.battle(broken.battleId).session;
    battle.apply = () => {
      delete (battle as { apply?: unknown }).apply;
      throw new Error('broken on purpose');
    };
    await assert.rejects(
      broken.one.request('MOVE', { choice: 'default' }),
      ({ reason }: { reason?: ErrorBody }) => {
        assert.equal(reason?.code, 'SERVER_ERROR');
        return true;
      },
    );
    const end = { battleId: broken.battleId, winner: null, reason: 'void' };
    for (const side of [broken.one, broken.two]) assert.deepEqual(await side.next('BATTLE_END'), end);
    await playTurn(sound.one, sound.two);
    assert.deepEqual(server.takeErrors(), ['a battle failed and ends void']);
  });

  it('ends a battle void when its room fails outside of its inputs', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    const { session } = server.battle(battleId);
    session.left = () => {
      delete (session as { left?: unknown }).left;
      throw new Error('broken on purpose');
    };
    one.abandon();
    assert.deepEqual(await two.next('BATTLE_END'), { battleId, winner: null, reason: 'void' });
    assert.deepEqual(
      new Set(server.takeErrors()),
      new Set(['a battle room failed', 'a battle failed and ends void']),
    );
  });
});
