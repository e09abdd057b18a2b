/** Challenges and notifications through the client package, against the real server, over connections that get lost. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import fc from 'fast-check';
import { ChallengeBook } from '../../client/src/challenge-book.ts';
import type { Challenges, ChallengesEventMap } from '../../client/src/challenges.ts';
import { connect, type EndureClient } from '../../client/src/client.ts';
import type { ReceivedChallenge, SentChallenge } from '../../client/src/endure.ts';
import { startFrontProxy, type FrontProxy } from '../support/front-proxy.ts';
import { tokenOf } from '../support/player.ts';
import { withServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { matchedPair } from './client-play.ts';

const FORMAT = 'gen1randombattle';

describe('challenges of a client', function () {
  this.timeout(15_000);
  let server: TestServer;
  let front: FrontProxy;
  let users = 0;
  const clients: EndureClient[] = [];
  beforeEach(async () => {
    front = await startFrontProxy([Number(new URL(server.url).port)]);
  });
  // Before the server looks who is still there.
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    front.close();
  });
  withServer((started) => (server = started));

  interface User {
    readonly client: EndureClient;
    readonly challenges: Challenges;
  }

  /** Connected. */
  async function user(id = `user-${++users}`, url = server.url): Promise<User> {
    const client = await connect({ url, token: tokenOf(id) });
    clients.push(client);
    const challenges = client.challenges();
    await until(() => challenges.connection === 'connected', 'not connected');
    return { client, challenges };
  }

  /** All that are told from now on, by event. */
  function heard<K extends keyof ChallengesEventMap>(
    { challenges }: User,
    event: K,
  ): ChallengesEventMap[K][] {
    const told: ChallengesEventMap[K][] = [];
    challenges.on(event, (payload) => void told.push(payload));
    return told;
  }

  function next<K extends keyof ChallengesEventMap>(
    { challenges }: User,
    event: K,
  ): Promise<ChallengesEventMap[K]> {
    return new Promise((resolve) => {
      const stop = challenges.on(event, (payload) => {
        stop();
        resolve(payload);
      });
    });
  }

  it('lead into a battle by their link, the challenger first', async () => {
    const [ann, bob] = [await user(), await user()];
    const over = [next(ann, 'closed'), next(bob, 'closed')];
    const sent = await ann.challenges.send(FORMAT);
    assert.deepEqual(ann.challenges.sent, sent);
    const shown = await bob.client.challenge(sent.challengeId);
    assert.deepEqual([shown.from.id, shown.format], [ann.client.user.id, FORMAT]);
    const [hers, his] = await Promise.all([next(ann, 'matched'), bob.challenges.accept(sent.challengeId)]);
    assert.equal(hers.id, his.id);
    assert.deepEqual([hers.side, his.side], ['p1', 'p2']);
    for (const closed of await Promise.all(over))
      assert.deepEqual(closed, { challengeId: sent.challengeId, reason: 'accepted' });
    assert.equal(ann.challenges.sent, null);
    await assert.rejects(bob.client.challenge(sent.challengeId), { code: 'CHALLENGE_NOT_FOUND' });
    await assert.rejects(bob.challenges.accept(sent.challengeId), { code: 'CHALLENGE_NOT_FOUND' });
  });

  it('are told to whom they are meant for, declined, and taken back', async () => {
    const [ann, bob] = [await user(), await user()];
    for (const [end, reason] of [
      [(id: string) => bob.challenges.decline(id), 'declined'],
      [() => ann.challenges.cancel(), 'cancelled'],
    ] as const) {
      const received = next(bob, 'received');
      const { challengeId } = await ann.challenges.send(FORMAT, { to: bob.client.user.id });
      assert.equal((await received).challengeId, challengeId);
      assert.deepEqual(bob.challenges.received, [await received]);
      const over = [next(ann, 'closed'), next(bob, 'closed')];
      await end(challengeId);
      for (const closed of await Promise.all(over)) assert.deepEqual(closed, { challengeId, reason });
      assert.deepEqual([ann.challenges.sent, bob.challenges.received], [null, []]);
    }
    // What is over needs no ending.
    await ann.challenges.cancel();
    await bob.challenges.decline('nothing');
    await assert.rejects(bob.challenges.accept('nothing'), { code: 'CHALLENGE_NOT_FOUND' });
  });

  it('are one at a time, and known in every window', async () => {
    const [ann, bob] = [await user(), await user()];
    const elsewhere = await user(ann.client.user.id);
    const told = next(elsewhere, 'sent');
    const sent = await ann.challenges.send(FORMAT, { to: bob.client.user.id });
    assert.deepEqual(await told, sent);
    await assert.rejects(elsewhere.challenges.send(FORMAT), {
      code: 'ALREADY_CHALLENGING',
      details: { challengeId: sent.challengeId },
    });
    const late = await user(bob.client.user.id);
    await until(() => late.challenges.received.length === 1, 'a later window does not hear of it');
    const matches = [heard(late, 'matched'), heard(elsewhere, 'matched')];
    await bob.challenges.accept(sent.challengeId);
    // Who sent it goes there from every window; who accepted it, from the one where that was.
    await until(() => matches[1]!.length === 1, 'the other window does not follow');
    assert.deepEqual(matches[0], []);
  });

  it('do not come from who is blocked', async () => {
    const [ann, bob, eve] = [await user(), await user(), await user()];
    await bob.client.blocked.add(ann.client.user.id);
    assert.deepEqual(
      (await bob.client.blocked.list()).items.map(({ id }) => id),
      [ann.client.user.id],
    );
    const received = heard(bob, 'received');
    await ann.challenges.send(FORMAT, { to: bob.client.user.id });
    await eve.challenges.send(FORMAT, { to: bob.client.user.id });
    await until(() => received.length > 0, 'nothing is received');
    assert.deepEqual(
      received.map(({ from }) => from.id),
      [eve.client.user.id],
    );
    await bob.client.blocked.remove(ann.client.user.id);
    assert.equal((await bob.client.blocked.list()).total, 0);
  });

  it('lead into their battle also where nothing of it was told', async () => {
    const [ann, bob] = [await user(undefined, front.url), await user()];
    const { challengeId } = await ann.challenges.send(FORMAT);
    front.hush();
    const matched = next(ann, 'matched');
    const closed = next(ann, 'closed');
    const battle = await bob.challenges.accept(challengeId);
    front.cut(() => true);
    assert.equal((await matched).id, battle.id);
    assert.deepEqual(await closed, { challengeId, reason: 'accepted' });
  });

  it('are accepted also where the answer was lost', async () => {
    const [ann, bob] = [await user(), await user(undefined, front.url)];
    const { challengeId } = await ann.challenges.send(FORMAT);
    front.hush();
    const matched = next(ann, 'matched');
    const accepted = bob.challenges.accept(challengeId);
    const battle = await matched;
    front.cut(() => true);
    assert.equal((await accepted).id, battle.id);
  });

  it('are sent once where the answer was lost', async () => {
    const [ann, bob] = [await user(undefined, front.url), await user()];
    front.hush();
    const received = next(bob, 'received');
    const sent = ann.challenges.send(FORMAT, { to: bob.client.user.id });
    const { challengeId } = await received;
    front.cut(() => true);
    assert.equal((await sent).challengeId, challengeId);
    assert.equal(bob.challenges.received.length, 1);
  });

  it('are over also where that was not told', async () => {
    const [ann, bob] = [await user(undefined, front.url), await user()];
    const eve = await user(undefined, front.url);
    const { challengeId } = await ann.challenges.send(FORMAT, { to: bob.client.user.id });
    const toEve = await bob.challenges.send(FORMAT, { to: eve.client.user.id });
    await until(() => eve.challenges.received.length === 1, 'not received');
    front.hush();
    await Promise.all([bob.challenges.decline(challengeId), bob.challenges.cancel()]);
    const over = [next(ann, 'closed'), next(eve, 'closed')];
    front.cut(() => true);
    assert.deepEqual(await Promise.all(over), [
      { challengeId, reason: 'unknown' },
      { challengeId: toEve.challengeId, reason: 'unknown' },
    ]);
    assert.deepEqual([ann.challenges.sent, eve.challenges.received], [null, []]);
  });

  it('stay open over a lost connection', async () => {
    const [ann, bob] = [await user(undefined, front.url), await user(undefined, front.url)];
    const sent = await ann.challenges.send(FORMAT, { to: bob.client.user.id });
    const ends = [heard(ann, 'closed'), heard(bob, 'closed')];
    const back = [ann, bob].map(async (who) => {
      while ((await next(who, 'connection')) !== 'connected');
    });
    front.cut(() => true);
    await Promise.all(back);
    const [hers, his] = await Promise.all([next(ann, 'matched'), bob.challenges.accept(sent.challengeId)]);
    assert.equal(hers.id, his.id);
    assert.deepEqual(
      ends.map((end) => end.length),
      [1, 1],
    );
  });

  it('are over after a restart that has forgotten them, and there are others', async () => {
    const [ann, bob] = [await user(), await user()];
    const { challengeId } = await ann.challenges.send(FORMAT, { to: bob.client.user.id });
    const over = Promise.all([next(ann, 'closed'), next(bob, 'closed')]);
    await server.stop();
    await server.start();
    for (const closed of await over) assert.deepEqual(closed, { challengeId, reason: 'unknown' });
    const received = next(bob, 'received');
    const again = await ann.challenges.send(FORMAT, { to: bob.client.user.id });
    assert.equal((await received).challengeId, again.challengeId);
  });

  it('hear of achievements, here and in the battle', async () => {
    const [ann, bob] = [await user(), await user()];
    const told = [heard(ann, 'notification'), heard(bob, 'notification')];
    const [hers, his] = await matchedPair(ann.client, bob.client, FORMAT);
    const inBattle = new Promise((resolve) => void hers.on('notification', resolve));
    await his.forfeit();
    const { at, ...notification } = (await inBattle) as { at: number };
    assert.deepEqual(notification, { type: 'achievement_unlocked', achievement: 'first_win', points: 10 });
    await until(() => told[0]!.length === 1, 'not told');
    assert.deepEqual(told, [[{ at, ...notification }], []]);
  });

  it('end with their client, and leave no socket', async () => {
    const [ann, bob] = [await user(), await user()];
    const challenging = ann.challenges.send(FORMAT, { to: bob.client.user.id });
    await challenging;
    for (const { client } of [ann, bob]) client.close();
    await until(() => matchMaker.stats.local.ccu === 0, 'sockets stay');
    await assert.rejects(ann.challenges.send(FORMAT), { code: 'CONNECTION_FAILED' });
    await assert.rejects(bob.challenges.accept('nothing'), { code: 'CONNECTION_FAILED' });
  });
});

describe('the book of challenges', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const step = fc.record({ what: fc.constantFrom('send', 'receive', 'end'), id });

  it('never opens what has ended, and tells each end once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const book = new ChallengeBook();
        const ended = new Set<string>();
        for (const { what, id: challengeId } of steps) {
          if (what === 'end') {
            assert.equal(book.end(challengeId), !ended.has(challengeId));
            ended.add(challengeId);
          } else if (what === 'send') book.send({ challengeId } as SentChallenge);
          else book.receive({ challengeId } as ReceivedChallenge);
          const open = [book.sent, ...book.received].flatMap((challenge) => challenge?.challengeId ?? []);
          assert.deepEqual(
            open.filter((one) => ended.has(one)),
            [],
          );
        }
      }),
    );
  });

  it('misses after another connection what is neither open nor was told over it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.uniqueArray(id), fc.uniqueArray(id), (known, told, open) => {
        const book = new ChallengeBook();
        const receive = (challengeId: string): boolean => book.receive({ challengeId } as ReceivedChallenge);
        for (const one of known) receive(one);
        book.begin();
        for (const one of told) receive(one);
        const missed = book.missed({ received: open.map((challengeId) => ({ challengeId }) as ReceivedChallenge) }); // prettier-ignore
        assert.deepEqual(
          missed,
          known.filter((one) => !told.includes(one) && !open.includes(one)),
        );
      }),
    );
  });
});
