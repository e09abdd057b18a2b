/** `/challenges/:id`, `/me/challenges` and `/me/blocked`. */
import assert from 'node:assert/strict';
import type { ChallengeId, FormatId, UserId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { runSql } from '../support/postgres.ts';
import { assertError, startHttp, type TestServer } from './http-server.ts';

describe('/challenges', () => {
  let server: TestServer;
  before(async () => {
    server = await startHttp();
  });
  after(() => server.stop());

  async function challenge(name: string, to: string | null = null, isMuted = false): Promise<void> {
    const from = {
      userId: `of ${name}` as UserId,
      name: 'Ash',
      elo: 1000,
      format: 'gen9ou' as FormatId,
      team: null,
    };
    const challengeId = name as ChallengeId;
    await server.challenges.send({ challengeId, from, to: to as UserId | null, isMuted });
  }

  it('shows an open challenge to everybody, without the team', async () => {
    await challenge('open');
    const { status, body } = await server.call('GET', '/challenges/open');
    assert.equal(status, 200);
    const { expiresAt, ...rest } = body;
    assert.deepEqual(rest, {
      challengeId: 'open',
      from: { id: 'of open', name: 'Ash', elo: 1000 },
      format: 'gen9ou',
    });
    assert.equal(expiresAt, server.clock.at + 300_000);
  });

  it('shows one to a certain user to nobody, whether that user sees it or not', async () => {
    const { token, user } = server.guest();
    await challenge('seen', user.id);
    await challenge('muted', user.id, true);
    for (const path of ['/challenges/seen', '/challenges/muted'])
      for (const as of [undefined, token])
        assertError(await server.call('GET', path, { token: as }), 'CHALLENGE_NOT_FOUND');
  });

  for (const path of ['nothing', '__proto__', 'a%00b', '%C3%A4', 'x'.repeat(65), '..%2f..%2fme'])
    it(`knows no challenge ${path.slice(0, 20)}`, async () => {
      assertError(await server.call('GET', `/challenges/${path}`), 'CHALLENGE_NOT_FOUND');
    });
});

describe('/me/challenges', () => {
  let server: TestServer;
  before(async () => {
    server = await startHttp();
  });
  after(() => server.stop());

  it("lists mine and those to me, but for muted ones, and nobody else's", async () => {
    const [ann, bob] = [server.guest('Ann'), server.guest('Bob')];
    const send = (name: string, userId: UserId, to: UserId | null, isMuted = false) =>
      server.challenges.send({
        challengeId: name as ChallengeId,
        from: { userId, name: 'Ash', elo: 1000, format: 'gen9ou' as FormatId, team: null },
        to,
        isMuted,
      });
    await send('to-bob', ann.user.id, bob.user.id);
    await send('muted', 'someone' as UserId, bob.user.id, true);
    await send('link', 'another' as UserId, null);
    const expiresAt = server.clock.at + 300_000;
    const mine = await server.call('GET', '/me/challenges', { token: ann.token });
    const sent = { challengeId: 'to-bob', format: 'gen9ou', to: bob.user.id, expiresAt };
    assert.deepEqual(mine.body, { sent, received: [] });
    const from = { id: ann.user.id, name: 'Ash', elo: 1000 };
    const his = await server.call('GET', '/me/challenges', { token: bob.token });
    assert.deepEqual(his.body, { received: [{ challengeId: 'to-bob', from, format: 'gen9ou', expiresAt }] });
    assertError(await server.call('GET', '/me/challenges'), 'AUTH_FAILED');
  });
});

describe('/me/blocked', () => {
  let server: TestServer;
  before(async () => {
    server = await startHttp();
  });
  after(() => server.stop());

  const ODD = 'a/b c?d%e';

  async function blockedBy(token: string): Promise<unknown[]> {
    const { status, body } = await server.call('GET', '/me/blocked', { token });
    assert.equal(status, 200);
    assert.equal(body['total'], body.items!.length);
    return body.items!.map(({ id, name }) => [id, name]);
  }

  async function block(token: string, id: string, method = 'PUT'): Promise<number> {
    return (await server.call(method, `/me/blocked/${encodeURIComponent(id)}`, { token })).status;
  }

  it('lists whom one has blocked, and nobody else', async () => {
    const [me, other] = [server.guest(), server.guest()];
    for (const [id, name] of [
      ['misty', 'Misty'],
      [ODD, 'Brock'],
    ] as const)
      await server.users.see(id as UserId, name);
    assert.deepEqual(await blockedBy(me.token), []);
    for (const id of ['misty', ODD, ODD]) assert.equal(await block(me.token, id), 204);
    assert.deepEqual(
      new Set(await blockedBy(me.token)),
      new Set([
        ['misty', 'Misty'],
        [ODD, 'Brock'],
      ]),
    );
    assert.deepEqual(await blockedBy(other.token), []);
    for (let round = 0; round < 2; round++) assert.equal(await block(me.token, ODD, 'DELETE'), 204);
    assert.deepEqual(await blockedBy(me.token), [['misty', 'Misty']]);
  });

  it('takes neither strangers nor oneself, and lets nobody in without a token', async () => {
    const { token, user } = server.guest();
    const put = (id: string) => server.call('PUT', `/me/blocked/${id}`, { token });
    assertError(await put('nobody'), 'NOT_FOUND');
    assertError(await put('a%00b'), 'NOT_FOUND');
    assertError(await put('%C3%A4'), 'NOT_FOUND');
    assertError(await put(user.id), 'FORBIDDEN');
    assert.equal(await block(token, 'nobody', 'DELETE'), 204);
    for (const [method, path] of [
      ['GET', '/me/blocked'],
      ['PUT', '/me/blocked/ash'],
      ['DELETE', '/me/blocked/ash'],
    ] as const)
      assertError(await server.call(method, path), 'AUTH_FAILED');
  });

  it('has a bound, also for who asks many times at once', async () => {
    const { token, user } = server.guest();
    await block(token, 'nobody');
    const more = 4;
    await runSql(
      server.database,
      `insert into users (id, name) select 'u' || n, 'U' from generate_series(1, ${LIMITS.blockedUsers + more}) n;
       insert into blocks (user_id, blocked_id)
         select '${user.id}', 'u' || n from generate_series(1, ${LIMITS.blockedUsers - 2}) n`,
    );
    const statuses = await Promise.all(
      Array.from({ length: more }, (_, index) => block(token, `u${LIMITS.blockedUsers + index}`)),
    );
    assert.deepEqual(
      statuses.sort((a, b) => a - b),
      [204, 204, 403, 403],
    );
    assert.equal(await block(token, 'u1'), 204, 'one who is blocked already');
    assert.equal((await blockedBy(token)).length, LIMITS.blockedUsers);
  });

  it('forgets users who are deleted, on either side', async () => {
    const [ann, bob, cat] = [server.guest(), server.guest(), server.guest()];
    for (const { token } of [ann, bob, cat]) await server.call('GET', '/me', { token });
    await block(ann.token, bob.user.id);
    await block(bob.token, cat.user.id);
    await server.call('DELETE', '/me', { token: bob.token });
    assert.deepEqual(await blockedBy(ann.token), []);
    assert.deepEqual(await blockedBy(bob.token), []);
  });
});
