/** The room `matchmaking` over real sockets: what docs/protocol.md says of queues, seats and those who do not come. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import { teamsFor } from '../../loadtest/teams.ts';
import { BattleRoom } from '../../src/rooms/battle-room.ts';
import { match, Player, refusalOf, startDuel, tokenOf, type InQueue } from '../support/player.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { withServer, type TestServer } from '../support/server.ts';

const RANDOM = 'gen9randombattle';
const LAPSE_MS = 10_000;
const JOIN_MS = 15_000;

type Reserve = (...args: unknown[]) => Promise<boolean>;

describe('the room matchmaking', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  const player = (id?: string): Player => new Player(server.url, id);

  async function queued(who = player(), format = RANDOM): Promise<InQueue> {
    const queue = await who.enterQueue();
    queue.send('JOIN_QUEUE', { format });
    await queue.next('QUEUE_JOINED');
    return queue;
  }

  async function teamOf(who: Player, format: string): Promise<string> {
    const { body } = await who.call('POST', '/teams', { name: 'A team', format, team: teamsFor(format)[0] });
    return body['id'] as string;
  }

  it('says where in the queue one stands, and GET /me says the same', async () => {
    const who = player();
    const queue = await who.enterQueue();
    queue.send('JOIN_QUEUE', { format: RANDOM });
    const joined = await queue.next('QUEUE_JOINED');
    assert.deepEqual(joined, { format: RANDOM, position: 1, joinedAt: joined.joinedAt });
    const { body } = await who.call('GET', '/me');
    assert.deepEqual(body, { user: { id: who.id, name: who.id }, queue: joined, ratings: [] });
  });

  it('answers a request with the place', async () => {
    const queue = await player().enterQueue();
    const reply = await queue.request('JOIN_QUEUE', { format: RANDOM });
    assert.deepEqual(reply, await queue.next('QUEUE_JOINED'));
  });

  it('does what a connection asks in the order of asking', async () => {
    const who = player();
    const queue = await who.enterQueue();
    queue.send('JOIN_QUEUE', { format: RANDOM });
    queue.send('LEAVE_QUEUE', {});
    queue.send('JOIN_QUEUE', { format: RANDOM });
    await queue.request('LEAVE_QUEUE', {});
    assert.deepEqual(queue.types, ['QUEUE_JOINED', 'QUEUE_LEFT', 'QUEUE_JOINED', 'QUEUE_LEFT']);
    assert.equal((await who.call('GET', '/me')).body['queue'], undefined);
  });

  it('tells of another position', async () => {
    // Who has just met does not meet again at once, so both of them wait.
    const { p1, p2, one, two } = await startDuel(server.url);
    one.send('FORFEIT', {});
    await two.next('BATTLE_END');
    const first = await queued(p1);
    const second = await p2.enterQueue();
    second.send('JOIN_QUEUE', { format: RANDOM });
    const told = await second.next('QUEUE_JOINED');
    assert.equal(told.position, 2);
    first.send('LEAVE_QUEUE', {});
    assert.deepEqual(await first.next('QUEUE_LEFT'), { format: RANDOM, reason: 'left' });
    server.skip(1_000);
    assert.deepEqual(await second.next('QUEUE_JOINED'), { ...told, position: 1 });
  });

  it('refuses a second ticket, in whatever queue, and says where the first one is', async () => {
    const queue = await queued();
    for (const format of [RANDOM, 'gen1randombattle']) {
      queue.send('JOIN_QUEUE', { format });
      const { code, recoverable, details } = await queue.next('ERROR');
      assert.deepEqual(
        [code, recoverable, details],
        ['ALREADY_IN_QUEUE', true, { format: RANDOM, position: 1 }],
      );
    }
  });

  it('refuses a second connection while the first one answers', async () => {
    const who = player();
    await queued(who);
    const other = await who.enterQueue();
    for (const format of [RANDOM, 'gen1randombattle']) {
      other.send('JOIN_QUEUE', { format });
      const { code, details } = await other.next('ERROR');
      assert.deepEqual([code, details], ['ALREADY_IN_QUEUE', { format: RANDOM, position: 1 }]);
    }
  });

  it('gives the place to a second connection when the first one has fallen silent', async () => {
    const who = player();
    const { body } = await who.call('POST', '/matchmake/joinOrCreate/matchmaking', {});
    const { roomId, sessionId, processId } = body as Record<'roomId' | 'sessionId' | 'processId', string>;
    const path = `${processId}/${roomId}?sessionId=${sessionId}&_authToken=${who.client.auth.token}`;
    const first = await RawSocket.open(`${server.url.replace('http', 'ws')}/${path}`);
    await first.next(({ kind }) => kind === 'joined' || undefined);
    first.send('JOIN_QUEUE', { format: RANDOM });
    const { joinedAt } = await first.message('QUEUE_JOINED');
    const second = await who.enterQueue();
    first.fallSilent();
    second.send('JOIN_QUEUE', { format: RANDOM });
    assert.deepEqual(await second.next('QUEUE_JOINED'), { format: RANDOM, position: 1, joinedAt });
    second.send('JOIN_QUEUE', { format: RANDOM });
    assert.equal((await second.next('ERROR')).code, 'ALREADY_IN_QUEUE');
    first.close();
  });

  it('refuses who is in a battle, and says in which', async () => {
    const { battleId, p1 } = await startDuel(server.url);
    const queue = await p1.enterQueue();
    queue.send('JOIN_QUEUE', { format: RANDOM });
    const { code, details } = await queue.next('ERROR');
    assert.deepEqual([code, details], ['ALREADY_IN_BATTLE', { battleId }]);
  });

  it('says why there is no joining a queue', async () => {
    const who = player();
    const other = player();
    const queue = await who.enterQueue();
    const cases = [
      [{ format: 'gen9nosuch' }, 'FORMAT_NOT_FOUND'],
      [{ format: 'constructor' }, 'FORMAT_NOT_FOUND'],
      [{ format: 'gen9ou' }, 'INVALID_MESSAGE'],
      [{ format: 'gen9ou', teamId: 'nonsense' }, 'TEAM_NOT_FOUND'],
      [{ format: 'gen9ou', teamId: '00000000-0000-4000-8000-000000000000' }, 'TEAM_NOT_FOUND'],
      [{ format: 'gen9ou', teamId: await teamOf(other, 'gen9ou') }, 'TEAM_NOT_FOUND'],
      [{ format: 'gen9ou', teamId: await teamOf(who, 'gen1ou') }, 'INVALID_TEAM'],
      [{ format: RANDOM, side: 'p1' }, 'INVALID_MESSAGE'],
      [{}, 'INVALID_MESSAGE'],
      [undefined, 'INVALID_MESSAGE'],
    ] as const;
    for (const [payload, expected] of cases) {
      queue.send('JOIN_QUEUE', payload);
      const error = await queue.next('ERROR');
      assert.equal(error.code, expected, JSON.stringify(payload));
      await assert.rejects(queue.request('JOIN_QUEUE', payload), (rejected: { reason?: unknown }) => {
        assert.deepEqual(rejected.reason, error);
        return true;
      });
    }
    queue.send('NO_SUCH_MESSAGE', {});
    assert.equal((await queue.next('ERROR')).code, 'INVALID_MESSAGE');
    assert.equal((await who.call('GET', '/me')).body['queue'], undefined);
  });

  it('ignores a teamId where no team is needed', async () => {
    const queue = await player().enterQueue();
    queue.send('JOIN_QUEUE', { format: RANDOM, teamId: 'whatever' });
    assert.equal((await queue.next('QUEUE_JOINED')).position, 1);
  });

  it('matches two with teams of their own', async () => {
    const players = [player(), player()];
    const queues = await Promise.all(players.map((who) => who.enterQueue()));
    for (const [index, queue] of queues.entries())
      queue.send('JOIN_QUEUE', { format: 'gen9ou', teamId: await teamOf(players[index]!, 'gen9ou') });
    const found = await Promise.all(queues.map((queue) => queue.next('MATCH_FOUND')));
    assert.equal(found[0]!.battleId, found[1]!.battleId);
    const battle = await players[0]!.consume(found[0]!.seat);
    assert.equal((await battle.next('BATTLE_START')).request?.teamPreview, true);
  });

  it('tells both of the match, whom they meet, and gives each connection a seat of its own', async () => {
    const [one, two] = [player(), player()];
    const phone = await one.enterQueue();
    const desktop = await queued(one);
    assert.equal((await phone.next('QUEUE_JOINED')).position, 1);
    const foe = await queued(two);
    const seats = await Promise.all([phone, desktop, foe].map((queue) => queue.next('MATCH_FOUND')));
    for (const queue of [phone, desktop, foe])
      assert.deepEqual(await queue.next('QUEUE_LEFT'), { format: RANDOM, reason: 'matched' });
    assert.deepEqual(seats[0]!.opponent, { id: two.id, name: two.id, elo: 1000 });
    assert.deepEqual(seats[2]!.opponent, { id: one.id, name: one.id, elo: 1000 });
    assert.equal(new Set(seats.map(({ seat }) => seat['sessionId'])).size, 3);
    const battles = [
      await one.consume(seats[0]!.seat),
      await one.consume(seats[1]!.seat),
      await two.consume(seats[2]!.seat),
    ];
    const sides = await Promise.all(battles.map(async (battle) => (await battle.next('BATTLE_START')).side));
    assert.equal(sides[0], sides[1]);
    assert.notEqual(sides[0], sides[2]);
  });

  it('tells who gets no seat where the battle is, and seats the other one all the same', async () => {
    const queues = [await queued(), await player().enterQueue()];
    const rooms = BattleRoom.prototype as unknown as Record<'_reserveSeat', Reserve>;
    const reserve = rooms._reserveSeat;
    let calls = 0;
    // As when the process of the battle is too busy to answer.
    rooms._reserveSeat = function (...args) {
      return ++calls === 1 ? Promise.resolve(false) : reserve.apply(this, args);
    };
    try {
      queues[1]!.send('JOIN_QUEUE', { format: RANDOM });
      const refused = Promise.race(queues.map((queue) => queue.next('ERROR')));
      const found = Promise.race(queues.map((queue) => queue.next('MATCH_FOUND')));
      const { code, details } = await refused;
      assert.deepEqual(
        { code, details },
        { code: 'ALREADY_IN_BATTLE', details: { battleId: (await found).battleId } },
      );
      assert.equal(server.takeErrors().length, 1);
    } finally {
      rooms._reserveSeat = reserve;
    }
  });

  it('lets a seat be used once', async () => {
    const { players, seats } = await match(server.url);
    const first = await players[0]!.consume(seats[0]!);
    await first.next('BATTLE_START');
    assert.deepEqual(await refusalOf(players[0]!.consume(seats[0]!)), { message: 'NOT_FOUND', code: 404 });
    await assert.rejects(first.request('MOVE', {}), 'the first one sits');
    assert.deepEqual(first.drops, []);
  });

  it('keeps a ticket for a while after the connection is gone, and lets it lapse then', async () => {
    const who = player();
    const queue = await queued(who);
    await queue.leave();
    server.skip(LAPSE_MS - 1_000);
    assert.equal(((await who.call('GET', '/me')).body['queue'] as { position: number }).position, 1);
    server.skip(2_000);
    assert.equal((await who.call('GET', '/me')).body['queue'], undefined);
  });

  it('keeps the ticket of who is back in time', async () => {
    const who = player();
    await (await queued(who)).leave();
    const again = await who.enterQueue();
    server.skip(LAPSE_MS - 1_000);
    again.send('JOIN_QUEUE', { format: RANDOM });
    assert.equal((await again.next('QUEUE_JOINED')).position, 1);
  });

  it('gives a new seat in a running battle, with and without its id', async () => {
    const { battleId, p1, p2 } = await startDuel(server.url);
    const queue = await p1.enterQueue();
    for (const payload of [undefined, {}, { battleId }]) {
      queue.send('REJOIN', payload);
      const found = await queue.next('MATCH_FOUND');
      assert.deepEqual([found.battleId, found.opponent.id], [battleId, p2.id]);
      const battle = await p1.consume(found.seat);
      assert.equal((await battle.next('BATTLE_START')).side, 'p1');
    }
  });

  it('knows no battle to rejoin', async () => {
    const { battleId, one, p1 } = await startDuel(server.url);
    const stranger = await player().enterQueue();
    for (const payload of [{}, { battleId: 'no-such-battle' }, { battleId }]) {
      stranger.send('REJOIN', payload);
      assert.equal((await stranger.next('ERROR')).code, 'BATTLE_NOT_FOUND', JSON.stringify(payload));
    }
    one.send('FORFEIT', {});
    await one.next('BATTLE_END');
    const queue = await p1.enterQueue();
    for (const payload of [{}, { battleId }]) {
      queue.send('REJOIN', payload);
      assert.equal((await queue.next('ERROR')).code, 'BATTLE_NOT_FOUND', JSON.stringify(payload));
    }
  });

  it('ends the battle void when one does not come, and puts the other one at the head of the queue', async () => {
    const { battleId, players, queues, seats } = await match(server.url);
    const [came, absent] = [players[0]!, players[1]!];
    const battle = await came.consume(seats[0]!);
    await battle.next('BATTLE_START');
    server.skip(JOIN_MS);
    assert.deepEqual(await battle.next('BATTLE_END'), { battleId, winner: null, reason: 'void' });
    // Once for the first ticket, once for this one.
    await queues[0]!.next('QUEUE_JOINED');
    assert.equal((await queues[0]!.next('QUEUE_JOINED')).position, 1);
    queues[1]!.send('JOIN_QUEUE', { format: RANDOM });
    const { code, details } = await queues[1]!.next('ERROR');
    assert.equal(code, 'RATE_LIMITED');
    const { retryAfterMs } = details as { retryAfterMs: number };
    assert(retryAfterMs > 0 && retryAfterMs <= 30_000, String(retryAfterMs));
    server.skip(retryAfterMs);
    queues[1]!.send('JOIN_QUEUE', { format: 'gen1randombattle' });
    await queues[1]!.next('QUEUE_JOINED');
    await queues[1]!.next('QUEUE_JOINED');
    assert.equal((await absent.call('GET', `/battles/${battleId}`)).body['reason'], 'void');
  });

  it('does not queue again who came and has left the queue, for he would miss the next battle', async () => {
    const { battleId, players, queues, seats } = await match(server.url);
    const battle = await players[0]!.consume(seats[0]!);
    await battle.next('BATTLE_START');
    await queues[0]!.leave();
    server.skip(JOIN_MS);
    assert.deepEqual(await battle.next('BATTLE_END'), { battleId, winner: null, reason: 'void' });
    // The other one is kept out by then, so all of it has been done.
    queues[1]!.send('JOIN_QUEUE', { format: RANDOM });
    assert.equal((await queues[1]!.next('ERROR')).code, 'RATE_LIMITED');
    assert.equal((await players[0]!.call('GET', '/me')).body['queue'], undefined);
  });

  it('ends the battle void and queues nobody when neither comes', async () => {
    const { battleId, players, queues } = await match(server.url);
    server.skip(JOIN_MS);
    for (;;) if ((await players[0]!.call('GET', `/battles/${battleId}`)).body['status'] === 'ended') break;
    for (const queue of queues) {
      queue.send('JOIN_QUEUE', { format: RANDOM });
      assert.equal((await queue.next('ERROR')).code, 'RATE_LIMITED');
    }
  });

  it('does not call it a no-show when both come in time', async () => {
    const { one } = await startDuel(server.url);
    server.skip(JOIN_MS);
    await assert.rejects(one.request('MOVE', {}));
    assert.deepEqual(one.unread('BATTLE_END'), []);
  });

  it('lets nobody in without a good token', async () => {
    const tokens = ['', 'nonsense', tokenOf('late', { exp: 1 })];
    for (const token of tokens)
      assert.deepEqual(await refusalOf(new Player(server.url, 'nobody', token).enterQueue()), {
        message: 'AUTH_FAILED',
        code: 401,
      });
  });

  it('closes the oldest of too many connections', async () => {
    const who = player();
    const first = await who.enterQueue();
    for (let more = 0; more < 8; more++) await who.enterQueue();
    assert.equal(await first.closed, 4000);
  });

  it('is counted as empty when everybody has left', async () => {
    const queues = await Promise.all([
      queued(player(), 'gen1randombattle'),
      queued(player(), 'gen2randombattle'),
    ]);
    assert.equal(matchMaker.stats.local.ccu, 2);
    for (const queue of queues) await queue.leave();
    await new Promise(setImmediate);
    assert.equal(matchMaker.stats.local.ccu, 0);
    assert.deepEqual(
      (await matchMaker.query({ name: 'matchmaking' })).map(({ clients }) => clients),
      [0],
    );
  });
});
