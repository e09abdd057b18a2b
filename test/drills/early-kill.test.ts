/** Kills at moments that a drill in the middle of battles does not meet. */
import assert from 'node:assert/strict';
import { patiently } from '../../loadtest/queue.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Room } from '@colyseus/sdk';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { playBattles } from '../../loadtest/play.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { byBattle, faultsOf } from '../../loadtest/verdict.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { seededRandom } from '../../src/battle/random.ts';
import type { BattleError, BattleEvents, MatchmakingEvents } from '../../src/rooms/messages.ts';
import { checkBattle } from '../support/checker.ts';
import { startServerProcess, TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';

type Match = MatchmakingEvents['MATCH_FOUND'];
type Start = BattleEvents['BATTLE_START'];
type Accepted = BattleEvents['MOVE_ACCEPTED'];

const FORMAT = 'gen9randombattle';

describe('a kill', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  const accounts = signedAccounts(TEST_SECRET);

  before(async () => {
    silenceSdk();
    server = await startServerProcess();
  });
  after(async () => {
    await server.dispose();
  });

  async function restart(): Promise<void> {
    await server.kill('SIGKILL');
    await server.start();
  }

  async function client(): Promise<Client> {
    const made = new Client(server.url);
    made.auth.token = (await accounts.take()).token;
    return made;
  }

  async function match(one: Client): Promise<Match> {
    const queue = await patiently(
      () => one.joinOrCreate('matchmaking'),
      () => {},
    );
    for (const type of ['QUEUE_JOINED', 'QUEUE_LEFT']) queue.onMessage(type, () => {});
    queue.reconnection.enabled = false;
    const found = next<Match>(queue, 'MATCH_FOUND');
    queue.send('JOIN_QUEUE', { format: FORMAT });
    return found;
  }

  async function sit(one: Client, { seat }: Match): Promise<{ room: Room; start: Start }> {
    const room = await one.consumeSeatReservation(seat as never);
    ignoreOthers(room);
    return { room, start: await next<Start>(room, 'BATTLE_START') };
  }

  it('between the match and the join leaves both seats good', async () => {
    const players = [await client(), await client()];
    const matches = await Promise.all(players.map(match));
    await restart();
    const seated = await Promise.all(players.map((player, index) => sit(player, matches[index]!)));
    assert.deepEqual(seated.map(({ start }) => start.side).sort(compare), ['p1', 'p2']);
    for (const { start } of seated) assert.equal(start.request?.rqid, 1);
    for (const { room } of seated) await room.leave();
  });

  it('with one answer in keeps that answer, and it stays final', async () => {
    const players = [await client(), await client()];
    const matches = await Promise.all(players.map(match));
    const seated = await Promise.all(players.map((player, index) => sit(player, matches[index]!)));
    const { room, start } = seated[0]!;
    const choice = randomChoice(start.request!, seededRandom(1));
    const told = next<Accepted>(room, 'MOVE_ACCEPTED');
    room.send('MOVE', { choice, rqid: 1 });
    assert.deepEqual(await told, { rqid: 1, choice });
    room.reconnection.minUptime = 0;
    const restored = next<Start>(room, 'BATTLE_RESTORED');
    const toldAgain = next<Accepted>(room, 'MOVE_ACCEPTED');
    await restart();
    assert.equal((await restored).request, undefined);
    assert.deepEqual(await toldAgain, { rqid: 1, choice });
    assert.equal(room.state.sides.get(start.side).hasChosen, true);
    const repeated = next<Accepted>(room, 'MOVE_ACCEPTED');
    room.send('MOVE', { choice, rqid: 1 });
    assert.deepEqual(await repeated, { rqid: 1, choice });
    const refused = next<BattleError>(room, 'ERROR');
    room.send('MOVE', { choice: choice === 'move 1' ? 'move 2' : 'move 1', rqid: 1 });
    assert.equal((await refused).code, 'NOT_YOUR_TURN');
    const ended = next<BattleEvents['BATTLE_END']>(room, 'BATTLE_END');
    room.send('FORFEIT', {});
    assert.equal((await ended).reason, 'forfeit');
  });

  it('while players are paired, and others right after it, strands nobody', async () => {
    const random = seededRandom(7);
    const playing = playBattles({
      url: server.url,
      accounts,
      battles: 8,
      concurrency: 8,
      formats: [FORMAT],
      thinkMs: 10,
      spectators: 0,
      seed: 'early',
    });
    for (let kill = 0; kill < 3; kill++) {
      await sleep(random() * 400);
      await restart();
    }
    const played = await playing;
    assert.deepEqual(faultsOf(played), []);
    const { battles } = await readStored(server.database);
    for (const [battleId, transcripts] of byBattle(played.players)) {
      const row = battles.find(({ id }) => id === battleId);
      assert.ok(row, `${battleId} is not stored`);
      assert.deepEqual(checkBattle(row, transcripts).faults, []);
    }
  });
});

function next<T>(room: Room, type: string): Promise<T> {
  return new Promise((resolve) => {
    const forget = room.onMessage(type, (payload: T) => {
      forget();
      resolve(payload);
    });
  });
}

/** The SDK warns of messages that nobody listens to. */
function ignoreOthers(room: Room): void {
  room.onMessage('*', () => {});
}

function compare(a: string | null, b: string | null): number {
  return String(a).localeCompare(String(b));
}
