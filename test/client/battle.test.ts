/** The client package against the real server: from the queue to the end, refusals, spectators, and closing. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import type { Battle } from '../../client/src/battle.ts';
import { connect, type EndureClient } from '../../client/src/client.ts';
import type { EndureError } from '../../client/src/errors.ts';
import { checkBattle } from '../support/checker.ts';
import { until } from '../support/until.ts';
import { withServer, type TestServer } from '../support/server.ts';
import { tokenOf } from '../support/player.ts';
import { readStored } from '../support/stored-battles.ts';
import { matchedPair, play, transcriptOf } from './client-play.ts';

const FORMAT = 'gen1randombattle';

describe('a client', function () {
  this.timeout(30_000);
  let server: TestServer;
  let pairs = 0;
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
    // Whoever has just played somebody is not matched with them again at once.
    const [one, other] = [await user(`ann-${++pairs}`), await user(`bob-${pairs}`)];
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
    const transcripts = [one, other].map((battle, index) =>
      transcriptOf(battle.players[battle.side!].id, battle, plays[index]!, ends[index]!),
    );
    assert.deepEqual(checkBattle(stored, transcripts).faults, []);
  });

  it('is refused a choice, told why and what to answer, and goes on', async () => {
    const [one, other] = await pair();
    const request = one.request!;
    await assert.rejects(one.choose('switch 1'), (error: EndureError) => {
      assert.equal(error.code, 'INVALID_MOVE');
      assert.equal(error.request?.rqid, request.rqid);
      return true;
    });
    assert.equal(one.request?.rqid, request.rqid);
    const chosen = one.choose('default');
    await assert.rejects(one.choose('default'), { code: 'NOT_YOUR_TURN' });
    await chosen;
    assert.equal(one.request, null);
    // After a turn that somebody does not survive only one of them is asked.
    const asked = new Promise<number>((resolve) => {
      for (const side of [one, other]) side.on('request', ({ rqid }) => rqid > 1 && resolve(rqid));
    });
    await other.choose('default');
    assert.equal(await asked, 2);
  });

  it('watches without a say, and is told the end', async () => {
    const [one, other] = await pair();
    const eve = await user('eve');
    const watching = await eve.watch(one.id);
    assert.equal(watching.side, null);
    assert.equal(watching.request, null);
    await assert.rejects(watching.choose('default'), { code: 'NOT_YOUR_TURN' });
    await assert.rejects(watching.forfeit(), { code: 'NOT_A_PLAYER' });
    const end = new Promise((resolve) => void watching.on('ended', resolve));
    const lost = new Promise((resolve) => void one.on('ended', resolve));
    await one.forfeit();
    const winner = other.players[other.side!].id;
    assert.deepEqual(await end, { ...((await end) as object), battleId: one.id, winner, reason: 'forfeit' });
    assert.deepEqual(await lost, {
      ...((await lost) as object),
      battleId: one.id,
      winner,
      reason: 'forfeit',
    });
    server.skip(31_000);
    await until(() => matchMaker.stats.local.ccu === 0, 'the room stays');
    await assert.rejects((await user('late')).watch(one.id), { code: 'BATTLE_ENDED' });
    await assert.rejects(eve.watch('nothing'), { code: 'BATTLE_NOT_FOUND' });
  });

  it('comes back to its battle as another program, and finds the whole of it', async () => {
    const [one, other, ann] = await pair();
    await Promise.all([one.choose('default'), other.choose('default')]);
    await until(() => one.request?.rqid === 2 || one.lastRequest?.rqid === 2, 'no second request');
    const again = await user(ann.user.id);
    const back = (await again.rejoin())!;
    assert.equal(back.id, one.id);
    assert.equal(back.side, one.side);
    assert.deepEqual(back.lines, one.lines);
    assert.deepEqual(back.request, one.request);
    const viaQueue = await (await user(ann.user.id)).queue(FORMAT).battle;
    assert.equal(viaQueue.id, one.id);
    assert.equal(await (await user('idle')).rejoin(), null);
  });

  it('leaves the queue', async () => {
    const ticket = (await user('ann')).queue(FORMAT);
    await new Promise((resolve) => void ticket.on('joined', resolve));
    const left = new Promise((resolve) => void ticket.on('left', resolve));
    await ticket.cancel();
    await left;
    await assert.rejects(ticket.battle, { code: 'CONNECTION_FAILED' });
    assert.equal((await (await user('ann')).me()).queue, undefined);
  });

  it('is told when the queue refuses', async () => {
    const ticket = (await user('ann')).queue('gen9ou');
    const told = new Promise<EndureError>((resolve) => void ticket.on('error', resolve));
    await assert.rejects(ticket.battle, (error: EndureError) => error.code === 'INVALID_MESSAGE');
    assert.equal((await told).code, 'INVALID_MESSAGE');
  });

  it('leaves no socket and says nothing more once it is closed', async () => {
    const [one, other, ann, bob] = await pair();
    const sockets = matchMaker.stats.local.ccu;
    assert.ok(sockets >= 2);
    let told = 0;
    for (const battle of [one, other]) battle.on('lines', () => told++);
    await other.choose('default');
    told = 0;
    for (const client of [ann, bob]) client.close();
    await until(() => matchMaker.stats.local.ccu === 0, 'sockets stay');
    await assert.rejects(one.choose('default'), { code: 'CONNECTION_FAILED' });
    await assert.rejects(ann.me(), { code: 'CONNECTION_FAILED' });
    assert.equal(told, 0);
  });
});
