/** Challenges over real sockets: what docs/protocol.md says of them. */
import assert from 'node:assert/strict';
import { teamsFor } from '../../loadtest/teams.ts';
import { Player, type InQueue } from '../support/player.ts';
import { runSql } from '../support/postgres.ts';
import { withServer, type TestServer } from '../support/server.ts';

const RANDOM = 'gen9randombattle';
const LIFE_MS = 300_000;
const LAPSE_MS = 10_000;
const JOIN_MS = 15_000;

interface Pair {
  readonly ann: Player;
  readonly bob: Player;
  readonly hers: InQueue;
  readonly his: InQueue;
}

describe('challenges', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  const player = (): Player => new Player(server.url);

  /** Both have been seen by the server. */
  async function pair(): Promise<Pair> {
    const [ann, bob] = [player(), player()];
    const [hers, his] = await Promise.all([ann.enterQueue(), bob.enterQueue()]);
    await Promise.all([ann, bob].map((who) => who.call('GET', '/me')));
    return { ann, bob, hers, his };
  }

  async function challenge(queue: InQueue, payload: object = {}): Promise<string> {
    queue.send('CHALLENGE', { format: RANDOM, ...payload });
    return (await queue.next('CHALLENGE_SENT')).challengeId;
  }

  async function codeOf(queue: InQueue, type: string, payload?: object): Promise<string> {
    queue.send(type, payload);
    return (await queue.next('ERROR')).code;
  }

  it('brings the two into an unrated battle, the challenger as p1', async () => {
    const { ann, bob, hers, his } = await pair();
    const challengeId = await challenge(hers, { to: bob.id, format: 'gen9ou', teamId: await teamOf(ann) });
    const { expiresAt, ...received } = await his.next('CHALLENGE_RECEIVED');
    const from = { id: ann.id, name: ann.id, elo: 1000 };
    assert.deepEqual(received, { challengeId, from, format: 'gen9ou' });
    assert(Math.abs(expiresAt - server.clocks.wall() - LIFE_MS) < 5_000);
    assert.deepEqual((await his.next('NOTIFICATION')).type, 'challenge_received');
    his.send('CHALLENGE_ACCEPT', { challengeId, teamId: await teamOf(bob) });
    for (const queue of [hers, his])
      assert.deepEqual(await queue.next('CHALLENGE_CLOSED'), { challengeId, reason: 'accepted' });
    const [first, second] = [await hers.next('MATCH_FOUND'), await his.next('MATCH_FOUND')];
    assert.equal(first.battleId, second.battleId);
    const battles = [await ann.consume(first.seat), await bob.consume(second.seat)];
    const sides = await Promise.all(battles.map(async (battle) => (await battle.next('BATTLE_START')).side));
    assert.deepEqual(sides, ['p1', 'p2']);
    const { opening } = server.battle(first.battleId).session.battle;
    assert.deepEqual([opening.rated, opening.arranged], [false, true]);
    for (const queue of [hers, his]) assert(!queue.types.includes('QUEUE_LEFT'));
  });

  it('is answered with what is told, and tells all connections of both', async () => {
    const { ann, bob, hers, his } = await pair();
    const [phone, tablet] = await Promise.all([ann.enterQueue(), bob.enterQueue()]);
    const reply = await hers.request('CHALLENGE', { format: RANDOM, to: bob.id });
    const sent = await hers.next('CHALLENGE_SENT');
    assert.deepEqual(reply, sent);
    assert.equal(sent.to, bob.id);
    assert.deepEqual(await phone.next('CHALLENGE_SENT'), sent);
    for (const queue of [his, tablet])
      assert.equal((await queue.next('CHALLENGE_RECEIVED')).challengeId, sent.challengeId);
  });

  it('can be accepted by whoever has the link, whose page shows it', async () => {
    const { ann, hers, his } = await pair();
    const challengeId = await challenge(hers);
    assert.match(challengeId, /^[\w-]{16}$/);
    const shown = await player().call('GET', `/challenges/${challengeId}`);
    const { expiresAt, ...rest } = shown.body;
    assert.deepEqual(rest, { challengeId, from: { id: ann.id, name: ann.id, elo: 1000 }, format: RANDOM });
    assert.equal(typeof expiresAt, 'number');
    his.send('CHALLENGE_ACCEPT', { challengeId });
    await Promise.all([hers, his].map((queue) => queue.next('MATCH_FOUND')));
    assert.equal((await ann.call('GET', `/challenges/${challengeId}`)).body['code'], 'CHALLENGE_NOT_FOUND');
    assert.equal(await codeOf(his, 'CHALLENGE_ACCEPT', { challengeId }), 'CHALLENGE_NOT_FOUND');
  });

  it('goes to one of those who accept it at once', async () => {
    const { hers } = await pair();
    const challengeId = await challenge(hers);
    const friends = await Promise.all(Array.from({ length: 4 }, () => player().enterQueue()));
    for (const friend of friends) friend.send('CHALLENGE_ACCEPT', { challengeId });
    const { opponent } = await hers.next('MATCH_FOUND');
    const outcomes = await Promise.all(
      friends.map((friend) =>
        Promise.race([
          friend.next('MATCH_FOUND').then(() => 'found'),
          friend.next('ERROR').then(({ code }) => code),
        ]),
      ),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'found').length, 1, String(outcomes));
    assert.equal(outcomes.filter((outcome) => outcome === 'CHALLENGE_NOT_FOUND').length, 3);
    assert.equal(hers.unread('MATCH_FOUND').length, 0);
    assert.notEqual(opponent.id, '');
  });

  it('ends when it is declined or cancelled, and another one may follow', async () => {
    const { bob, hers, his } = await pair();
    for (const [queue, type, reason] of [
      [his, 'CHALLENGE_DECLINE', 'declined'],
      [hers, 'CHALLENGE_CANCEL', 'cancelled'],
    ] as const) {
      const challengeId = await challenge(hers, { to: bob.id });
      await his.next('CHALLENGE_RECEIVED');
      queue.send(type, type === 'CHALLENGE_CANCEL' ? {} : { challengeId });
      for (const both of [hers, his])
        assert.deepEqual(await both.next('CHALLENGE_CLOSED'), { challengeId, reason });
      assert.equal(await codeOf(his, 'CHALLENGE_ACCEPT', { challengeId }), 'CHALLENGE_NOT_FOUND');
    }
    assert.equal(await codeOf(hers, 'CHALLENGE_CANCEL'), 'CHALLENGE_NOT_FOUND');
    await challenge(hers);
  });

  it('is the only one of its challenger', async () => {
    const { bob, hers } = await pair();
    const challengeId = await challenge(hers);
    hers.send('CHALLENGE', { format: RANDOM, to: bob.id });
    const { code, details } = await hers.next('ERROR');
    assert.deepEqual([code, details], ['ALREADY_CHALLENGING', { challengeId }]);
  });

  it('expires', async () => {
    const { bob, hers, his } = await pair();
    const challengeId = await challenge(hers, { to: bob.id });
    for (let passed = 0; passed < LIFE_MS - LAPSE_MS; passed += 5_000) {
      server.skip(5_000);
      // The ticks renew it, and each takes a turn or two.
      await new Promise(setImmediate);
    }
    assert.deepEqual(his.unread('CHALLENGE_CLOSED'), []);
    server.skip(LAPSE_MS + 2_000);
    for (const queue of [hers, his])
      assert.deepEqual(await queue.next('CHALLENGE_CLOSED'), { challengeId, reason: 'expired' });
  });

  it('outlives a reload of its challenger, who is told of it, and not his absence', async () => {
    const { ann, bob, hers, his } = await pair();
    const challengeId = await challenge(hers, { to: bob.id });
    await hers.leave();
    server.skip(LAPSE_MS - 2_000);
    const again = await ann.enterQueue();
    assert.equal((await again.next('CHALLENGE_SENT')).challengeId, challengeId);
    server.skip(LAPSE_MS - 2_000);
    assert.deepEqual(his.unread('CHALLENGE_CLOSED'), []);
    await again.leave();
    server.skip(LAPSE_MS + 1_000);
    assert.deepEqual(await his.next('CHALLENGE_CLOSED'), { challengeId, reason: 'disconnected' });
  });

  it('is told to the challenged user who comes later, or reloads', async () => {
    const { ann, bob, hers, his } = await pair();
    await his.leave();
    const challengeId = await challenge(hers, { to: bob.id });
    for (let round = 0; round < 2; round++) {
      const received = await (await bob.enterQueue()).next('CHALLENGE_RECEIVED');
      assert.deepEqual([received.challengeId, received.from.id], [challengeId, ann.id]);
    }
  });

  it('is never seen by who has blocked the challenger, who cannot tell', async () => {
    const { ann, bob, hers, his } = await pair();
    assert.equal((await bob.call('PUT', `/me/blocked/${ann.id}`)).status, 204);
    const challengeId = await challenge(hers, { to: bob.id });
    const again = await bob.enterQueue();
    assert.equal(await codeOf(again, 'CHALLENGE_ACCEPT', { challengeId }), 'CHALLENGE_NOT_FOUND');
    assert.equal(await codeOf(again, 'CHALLENGE_DECLINE', { challengeId }), 'CHALLENGE_NOT_FOUND');
    for (const who of [ann, bob])
      assert.equal((await who.call('GET', `/challenges/${challengeId}`)).status, 404);
    assert.equal(await codeOf(hers, 'CHALLENGE', { format: RANDOM }), 'ALREADY_CHALLENGING');
    hers.send('CHALLENGE_CANCEL');
    assert.deepEqual(await hers.next('CHALLENGE_CLOSED'), { challengeId, reason: 'cancelled' });
    for (const queue of [his, again])
      assert(!queue.types.some((type) => type.startsWith('CHALLENGE_') || type === 'NOTIFICATION'));
  });

  it('by link is not for who is blocked, and may be accepted by who blocks', async () => {
    const { ann, bob, hers, his } = await pair();
    await ann.call('PUT', `/me/blocked/${bob.id}`);
    const challengeId = await challenge(hers);
    assert.equal(await codeOf(his, 'CHALLENGE_ACCEPT', { challengeId }), 'CHALLENGE_NOT_FOUND');
    await ann.call('DELETE', `/me/blocked/${bob.id}`);
    await bob.call('PUT', `/me/blocked/${ann.id}`);
    his.send('CHALLENGE_ACCEPT', { challengeId });
    await his.next('MATCH_FOUND');
  });

  it('is neither for strangers nor for oneself', async () => {
    const { ann, bob, hers } = await pair();
    const stranger = await player().enterQueue();
    const challengeId = await challenge(hers, { to: bob.id });
    for (const [queue, type] of [
      [stranger, 'CHALLENGE_ACCEPT'],
      [stranger, 'CHALLENGE_DECLINE'],
      [hers, 'CHALLENGE_ACCEPT'],
      [hers, 'CHALLENGE_DECLINE'],
    ] as const)
      assert.equal(await codeOf(queue, type, { challengeId }), 'CHALLENGE_NOT_FOUND');
    hers.send('CHALLENGE_CANCEL');
    await hers.next('CHALLENGE_CLOSED');
    assert.equal(await codeOf(hers, 'CHALLENGE', { format: RANDOM, to: ann.id }), 'INVALID_MESSAGE');
    await runSql(
      server.database,
      `insert into users (id, name) values ('bot:greedy', 'B') on conflict do nothing`,
    );
    for (const to of ['nobody-ever', 'bot:greedy'])
      assert.equal(await codeOf(hers, 'CHALLENGE', { format: RANDOM, to }), 'NOT_FOUND');
    assert.equal(await codeOf(hers, 'CHALLENGE', { format: 'gen9nosuch' }), 'FORMAT_NOT_FOUND');
    assert.equal(await codeOf(hers, 'CHALLENGE', { format: 'gen9ou' }), 'INVALID_MESSAGE');
  });

  it('is for nobody who waits in a queue, and ends when its challenger does', async () => {
    const { hers, his } = await pair();
    const challengeId = await challenge(hers);
    his.send('JOIN_QUEUE', { format: RANDOM });
    await his.next('QUEUE_JOINED');
    assert.equal(await codeOf(his, 'CHALLENGE', { format: RANDOM }), 'ALREADY_IN_QUEUE');
    assert.equal(await codeOf(his, 'CHALLENGE_ACCEPT', { challengeId }), 'ALREADY_IN_QUEUE');
    his.send('LEAVE_QUEUE');
    await his.next('QUEUE_LEFT');
    hers.send('JOIN_QUEUE', { format: RANDOM });
    await hers.next('QUEUE_JOINED');
    assert.equal(await codeOf(his, 'CHALLENGE_ACCEPT', { challengeId }), 'CHALLENGE_NOT_FOUND');
    assert.deepEqual(await hers.next('CHALLENGE_CLOSED'), { challengeId, reason: 'busy' });
  });

  it('is for nobody who is in a battle, and ends when its challenger is', async () => {
    const { hers, his, ann } = await pair();
    const challengeId = await challenge(hers);
    const other = await player().enterQueue();
    for (const queue of [hers, other]) queue.send('JOIN_QUEUE', { format: RANDOM });
    const { battleId } = await hers.next('MATCH_FOUND');
    assert.equal(await codeOf(hers, 'CHALLENGE', { format: RANDOM }), 'ALREADY_IN_BATTLE');
    assert.equal(await codeOf(his, 'CHALLENGE_ACCEPT', { challengeId }), 'CHALLENGE_NOT_FOUND');
    assert.deepEqual(await hers.next('CHALLENGE_CLOSED'), { challengeId, reason: 'busy' });
    const second = await challenge(his);
    hers.send('CHALLENGE_ACCEPT', { challengeId: second });
    const { code, details } = await hers.next('ERROR');
    assert.deepEqual([code, details], ['ALREADY_IN_BATTLE', { battleId }]);
    assert.equal((await ann.call('GET', '/me')).body['battleId'], battleId);
  });

  it('queues nobody and keeps nobody out when somebody does not come', async () => {
    const { ann, hers, his } = await pair();
    his.send('CHALLENGE_ACCEPT', { challengeId: await challenge(hers) });
    const battle = await ann.consume((await hers.next('MATCH_FOUND')).seat);
    await his.next('MATCH_FOUND');
    await battle.next('BATTLE_START');
    server.skip(JOIN_MS);
    assert.equal((await battle.next('BATTLE_END')).reason, 'void');
    assert.equal((await ann.call('GET', '/me')).body['queue'], undefined);
    his.send('JOIN_QUEUE', { format: RANDOM });
    assert.equal((await his.next('QUEUE_JOINED')).position, 1);
    assert(!hers.types.includes('QUEUE_JOINED'));
  });

  it('is not sent in too quick a succession', async () => {
    const { hers } = await pair();
    for (let count = 0; count < 6; count++) {
      await challenge(hers);
      hers.send('CHALLENGE_CANCEL');
      await hers.next('CHALLENGE_CLOSED');
    }
    hers.send('CHALLENGE', { format: RANDOM });
    const { code, details } = await hers.next('ERROR');
    assert.equal(code, 'RATE_LIMITED');
    assert(((details as { retryAfterMs?: number } | undefined)?.retryAfterMs ?? 0) > 0);
  });

  async function teamOf(who: Player): Promise<string> {
    const team = { name: 'A team', format: 'gen9ou', team: teamsFor('gen9ou')[0] };
    return (await who.call('POST', '/teams', team)).body['id'] as string;
  }
});
