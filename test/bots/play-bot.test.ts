/** Battles against the server's own players over real sockets, with the unmodified SDK. */
import assert from 'node:assert/strict';
import { teamsFor } from '../../loadtest/teams.ts';
import { BOT_KINDS } from '../../src/battle/bot-seat.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { seededRandom } from '../../src/battle/random.ts';
import type { BattleEvents } from '../../src/rooms/messages.ts';
import { Player, refusalOf, startDuel, tokenOf, type InBattle } from '../support/player.ts';
import { readStored } from '../support/stored-battles.ts';
import { withServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const RANDOM = 'gen9randombattle';
const JOIN_MS = 15_000;

describe('a battle against a bot', function () {
  // The first one waits for the thread to start.
  this.timeout(30_000);
  let server: TestServer;
  withServer((started) => (server = started));

  const player = (id?: string): Player => new Player(server.url, id);

  async function playBot(who: Player, wish: object) {
    const queue = await who.enterQueue();
    queue.send('PLAY_BOT', wish);
    return { queue, found: await queue.next('MATCH_FOUND') };
  }

  /** Answers everything at random until the battle is over. */
  async function playOut(battle: InBattle): Promise<BattleEvents['BATTLE_END']> {
    const random = seededRandom('a person');
    const answer = ({ request }: BattleEvents['BATTLE_UPDATE']): void => {
      if (!request || request.wait) return;
      battle.send('MOVE', { choice: randomChoice(request, random), rqid: request.rqid });
    };
    const end = new Promise<BattleEvents['BATTLE_END']>((resolve) => {
      battle.room.onMessage('BATTLE_END', resolve);
    });
    battle.room.onMessage('BATTLE_UPDATE', answer);
    answer(await battle.next('BATTLE_START'));
    return end;
  }

  for (const bot of BOT_KINDS) {
    it(`is played to its end, and recorded: ${bot}`, async () => {
      const who = player();
      const { found } = await playBot(who, { format: RANDOM, bot });
      assert.equal(found.opponent.id, `bot:${bot}`);
      assert.equal(found.opponent.bot, true);
      const end = await playOut(await who.consume(found.seat));
      assert(['win', 'loss', 'tie'].includes(end.reason), end.reason);
      const stored = (await readStored(server.database)).battles.find(({ id }) => id === found.battleId);
      assert.equal(stored?.rated, false);
      const { body } = await who.call('GET', `/battles/${found.battleId}`);
      assert.deepEqual((body['players'] as { p2: object }).p2, {
        id: null,
        name: found.opponent.name,
        elo: found.opponent.elo,
      });
      const mine = await who.call('GET', `/users/${who.id}/battles`);
      assert.equal((mine.body['items'] as object[]).length, 1);
      assert.equal((await who.call('GET', '/users/bot%3Agreedy')).status, 404);
    });
  }

  it('is played with teams of both, where the format takes teams', async () => {
    const who = player();
    const format = 'gen9vgc2025regi';
    const team = { name: 'A team', format, team: teamsFor(format)[0] };
    const { body } = await who.call('POST', '/teams', team);
    const { found } = await playBot(who, { format, teamId: body['id'], bot: 'looking-ahead' });
    const end = await playOut(await who.consume(found.seat));
    assert(['win', 'loss', 'tie'].includes(end.reason), end.reason);
  });

  it('shows the bot as there, and is listed', async () => {
    const who = player();
    const { found } = await playBot(who, { format: RANDOM });
    const battle = await who.consume(found.seat);
    const state = await battle.stateWhere(({ sides }) => sides.p2.connected);
    assert.equal(state.sides.p2.reconnectByAt, 0);
    assert.equal(state.sides.p2.connection, '');
    const { body } = await who.call('GET', '/battles/live');
    const [listed] = body['items'] as { battleId: string; players: { p2: object } }[];
    assert.equal(listed?.battleId, found.battleId);
    assert.deepEqual(listed.players.p2, found.opponent);
  });

  it('is found again by REJOIN, and can be played by many at once against the same bot', async () => {
    const people = [player(), player(), player()];
    const battles = await Promise.all(people.map((who) => playBot(who, { format: RANDOM })));
    assert.equal(new Set(battles.map(({ found }) => found.battleId)).size, 3);
    for (const { queue, found } of battles) {
      await queue.request('REJOIN', {});
      assert.equal((await queue.next('MATCH_FOUND')).battleId, found.battleId);
    }
  });

  it('ends void, without a penalty, when its only player never comes', async () => {
    const who = player();
    const { queue, found } = await playBot(who, { format: RANDOM });
    const room = server.battle(found.battleId);
    server.skip(JOIN_MS);
    await until(() => room.session.hasEnded, 'It did not end.');
    assert.equal(room.session.battle.outcome?.reason, 'void');
    assert.equal(queue.unread('QUEUE_JOINED').length, 0);
    await queue.request('JOIN_QUEUE', { format: RANDOM });
  });

  it('is refused to who waits in a queue or plays already, and begins once when asked for twice', async () => {
    const waiting = await player().enterQueue();
    await waiting.request('JOIN_QUEUE', { format: RANDOM });
    waiting.send('PLAY_BOT', { format: RANDOM });
    const inQueue = await waiting.next('ERROR');
    assert.equal(inQueue.code, 'ALREADY_IN_QUEUE');
    assert.deepEqual(inQueue.details, { format: RANDOM, position: 1 });
    await waiting.request('LEAVE_QUEUE', {});

    const { battleId, p1 } = await startDuel(server.url, 'gen1randombattle');
    const playing = await p1.enterQueue();
    playing.send('PLAY_BOT', { format: RANDOM });
    const inBattle = await playing.next('ERROR');
    assert.deepEqual([inBattle.code, inBattle.details], ['ALREADY_IN_BATTLE', { battleId }]);

    const twice = player();
    const queues = [await twice.enterQueue(), await twice.enterQueue()];
    const asked = await Promise.allSettled(
      queues.map((queue) => queue.request('PLAY_BOT', { format: RANDOM })),
    );
    assert.deepEqual(asked.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const found = await Promise.all(queues.map((queue) => queue.next('MATCH_FOUND')));
    assert.equal(found[0]!.battleId, found[1]!.battleId);
    assert.notDeepEqual(found[0]!.seat, found[1]!.seat);
  });

  it('is refused for what is not of the protocol', async () => {
    const queue = await player().enterQueue();
    const rows: [object, string][] = [
      [{ format: RANDOM, bot: 'perfect' }, 'INVALID_MESSAGE'],
      [{ format: RANDOM, bot: '__proto__' }, 'INVALID_MESSAGE'],
      [{ format: RANDOM, userId: 'bot:greedy' }, 'INVALID_MESSAGE'],
      [{ format: 'gen9ouu' }, 'FORMAT_NOT_FOUND'],
      [{ format: 'gen9ou' }, 'INVALID_MESSAGE'],
      [{ format: 'gen9ou', teamId: 'x' }, 'TEAM_NOT_FOUND'],
    ];
    for (const [wish, code] of rows) {
      queue.send('PLAY_BOT', wish);
      assert.equal((await queue.next('ERROR')).code, code, JSON.stringify(wish));
    }
  });

  it('knows nobody with the token of a bot', async () => {
    const impostor = new Player(server.url, 'bot:greedy', tokenOf('bot:greedy'));
    assert.equal((await refusalOf(impostor.enterQueue())).message, 'AUTH_FAILED');
    assert.equal((await impostor.call('GET', '/me')).status, 401);
  });

  it('is answered by the bot, and not by the clock of the turn', async () => {
    const { found } = await playBot(player(), { format: RANDOM, bot: 'looking-ahead' });
    const { session } = server.battle(found.battleId);
    await until(() => session.battle.lastChoice('p2') !== undefined, 'The bot did not answer.');
    assert.equal(session.battle.lastChoice('p2')?.auto, undefined);
  });
});
