/** The client package against the real server: from the queue to the end, refusals, spectators, and closing. */
import assert from 'node:assert/strict';
import type { Battle } from '../../client/src/battle.ts';
import { connect, type EndureClient } from '../../client/src/client.ts';
import { withServer, type TestServer } from '../support/server.ts';
import { tokenOf } from '../support/player.ts';
import { readStored } from '../support/stored-battles.ts';
import { matchedPair, play } from './client-play.ts';

const FORMAT = 'gen1randombattle';

describe('a client', function () {
  this.timeout(30_000);
  let server: TestServer;
  const clients: EndureClient[] = [];
  // Before the server looks who is still there.
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  withServer((started) => (server = started));

  async function user(id: string): Promise<EndureClient> {
    const client = await connect({ url: server.url, token: tokenOf(id) });
    clients.push(client);
    return client;
  }

  async function pair(): Promise<[Battle, Battle, EndureClient, EndureClient]> {
    const [one, other] = [await user('ann'), await user('bob')];
    return [...(await matchedPair(one, other, FORMAT)), one, other];
  }

  it('plays from the queue to the end, and knows every line', async () => {
    const [one, other] = await pair();
    const plays = [play(one, 1), play(other, 2)] as const;
    const ends = await Promise.all(plays.map(({ end }) => end));
    assert.equal(one.id, other.id);
    assert.deepEqual(new Set([one.side, other.side]), new Set(['p1', 'p2']));
    assert.equal(ends[0]!.winner, ends[1]!.winner);
    for (const [index, battle] of [one, other].entries()) {
      assert.deepEqual(plays[index]!.told, battle.lines);
      assert.match(battle.lines.at(-1)!, /^\|(win|tie)/);
      assert.equal(battle.state.phase, 'ended');
      assert.equal(new Set(plays[index]!.asked).size, plays[index]!.asked.length);
      assert.equal(battle.request, null);
    }
    await assert.rejects(one.choose('default'), { code: 'BATTLE_ENDED' });
    const { battles } = await readStored(server.database);
    const stored = battles.find(({ id }) => id === one.id)!;
    for (const [index, battle] of [one, other].entries())
      assert.deepEqual(
        plays[index]!.accepted,
        stored.inputs.flatMap(({ input }) =>
          input.type === 'choice' && input.side === battle.side ? [`${input.rqid} ${input.text}`] : [],
        ),
      );
  });
});
