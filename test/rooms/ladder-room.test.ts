/** The room `ladder` over real sockets, and what battles do to it. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import type { LadderEvents } from '../../src/rooms/messages.ts';
import { Player, refusalOf, Seated, startDuel, tokenOf, type Duel } from '../support/player.ts';
import { withServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const FORMAT = 'gen9randombattle';

interface Row {
  readonly rank: number;
  readonly userId: string;
  readonly elo: number;
}

type InLadder = Seated<LadderEvents>;

describe('the room ladder', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  async function watch(format = FORMAT, who = new Player(server.url)): Promise<InLadder> {
    return new Seated(await who.client.joinOrCreate('ladder', { format }));
  }

  const stateOf = ({ room }: InLadder) => room.state.toJSON() as { format: string; entries: Row[] };
  const rowsOf = (ladder: InLadder): Row[] =>
    stateOf(ladder).entries.toSorted((one, other) => one.rank - other.rank);

  /** As `GET /ladder` has it, in the words of the state. */
  async function stored(format = FORMAT): Promise<unknown[]> {
    const { body } = await new Player(server.url).call('GET', `/ladder/${format}?limit=100`);
    const items = body['items'] as (Row & { user: { id: string; name: string }; glicko: object })[];
    return items.map(({ user, glicko, ...row }) => ({
      ...row,
      userId: user.id,
      name: user.name,
      ...glicko,
    }));
  }

  async function lose({ one, two }: Duel): Promise<void> {
    two.send('FORFEIT', {});
    await one.next('BATTLE_END');
  }

  it('shows the ladder at once, and what a battle changes as soon as it is recorded', async () => {
    await lose(await startDuel(server.url));
    const ladder = await watch();
    await until(() => stateOf(ladder).format === FORMAT, 'no state');
    assert.deepEqual(rowsOf(ladder), await stored());
    const duel = await startDuel(server.url);
    await lose(duel);
    const { changes } = await ladder.next('RANK_CHANGES');
    const winner = changes.find(({ userId }) => userId === duel.p1.id);
    assert.deepEqual(winner, {
      userId: duel.p1.id,
      name: duel.p1.id,
      oldRank: null,
      newRank: rowsOf(ladder).find(({ userId }) => userId === duel.p1.id)!.rank,
      elo: [1000, 1040],
    });
    assert.equal(changes.length, 2);
    assert.deepEqual(rowsOf(ladder), await stored());
  });

  it('tells each format by itself, in one room of each', async () => {
    const [first, second, other] = [await watch(), await watch(), await watch('gen1randombattle')];
    assert.equal(first.room.roomId, second.room.roomId);
    assert.notEqual(first.room.roomId, other.room.roomId);
    await lose(await startDuel(server.url, 'gen1randombattle'));
    assert.equal((await other.next('RANK_CHANGES')).changes.length, 2);
    assert.deepEqual(first.unread('RANK_CHANGES'), []);
  });

  it('is gone when the last one has left, and comes again', async () => {
    const ladder = await watch('gen2randombattle');
    const { roomId } = ladder.room;
    await ladder.leave();
    await until(() => !matchMaker.getLocalRoomById(roomId), 'the room stays');
    const again = await watch('gen2randombattle');
    assert.notEqual(again.room.roomId, roomId);
  });

  it('takes no messages', async () => {
    const ladder = await watch();
    for (const type of ['RANK_CHANGES', 'JOIN_QUEUE', 'x']) {
      ladder.send(type, {});
      assert.equal((await ladder.next('ERROR')).code, 'INVALID_MESSAGE');
    }
  });

  it('lets in with a token, to formats that are rated', async () => {
    const cases = [
      [{ format: 'gen9nosuch' }, { message: 'FORMAT_NOT_FOUND', code: 404 }],
      [{ format: 'constructor' }, { message: 'FORMAT_NOT_FOUND', code: 404 }],
      [{}, { message: 'INVALID_MESSAGE', code: 422 }],
    ] as const;
    const { client } = new Player(server.url);
    for (const [options, refusal] of cases) {
      assert.deepEqual(await refusalOf(client.joinOrCreate('ladder', options)), refusal);
      assert.deepEqual(await refusalOf(client.join('ladder', options)), refusal);
    }
    assert.deepEqual(await refusalOf(client.create('ladder', { format: FORMAT })), {
      message: 'FORBIDDEN',
      code: 403,
    });
    const late = new Player(server.url, 'nobody', tokenOf('late', { exp: 1 }));
    assert.deepEqual(await refusalOf(watch(FORMAT, late)), { message: 'AUTH_FAILED', code: 401 });
  });

  it('is joined by its id as well', async () => {
    const { room } = await watch();
    const other = await new Player(server.url).client.joinById(room.roomId);
    assert.equal(other.roomId, room.roomId);
    await other.leave();
  });

  it('closes the oldest of too many connections', async () => {
    const who = new Player(server.url);
    const first = await watch(FORMAT, who);
    for (let more = 0; more < 8; more++) await watch(FORMAT, who);
    assert.equal(await first.closed, 4000);
  });

  it('is closed with 4010 by a server that goes away', async () => {
    const ladder = await watch();
    await server.stop();
    await until(() => ladder.drops.length > 0, 'the connection stays');
    assert.equal(ladder.drops[0], 4010);
    ladder.abandon();
    await server.start();
  });
});
