/** What users might try with each other's challenges, blocks and replays, and strangers with what is the operator's. */
import assert from 'node:assert/strict';
import { LIMITS } from '../../../src/config/limits.ts';
import type { RawAnswer, RawSocket } from '../../support/raw-socket.ts';
import { ADMIN_PASSWORD, type Target, type User } from '../target.ts';
import { post, type StoryRow } from './row.ts';

const FORMAT = 'gen9randombattle';

async function refusal(socket: RawSocket, type: string, payload: object): Promise<unknown> {
  const reply = await socket.request(type, payload);
  return (reply.payload as { readonly code?: string } | undefined)?.code;
}

async function challenge(socket: RawSocket, to?: User): Promise<Readonly<Record<string, unknown>>> {
  const from = socket.received.length;
  socket.send('CHALLENGE', { format: FORMAT, ...(to && { to: to.id }) });
  return socket.message('CHALLENGE_SENT', from);
}

/** Has been here, so that others can find the user. */
async function present(target: Target): Promise<{ user: User; queue: RawSocket }> {
  const user = target.user();
  return { user, queue: await target.queue(user) };
}

function hasHeard({ received }: RawSocket, type: string): boolean {
  return received.some((one) => one.kind === 'message' && one.type === type);
}

function basic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

async function answerOf(target: Target, path: string, headers: Record<string, string>): Promise<RawAnswer> {
  const answer = await target.http({ method: 'GET', path, headers, localAddress: target.address() });
  assert.ok(answer !== 'cut', path);
  return answer;
}

export const INTRUSION_STORIES: readonly StoryRow[] = [
  {
    name: "somebody else's challenge",
    async run(target) {
      const [ann, bob, eve] = [await present(target), await present(target), await present(target)];
      const { challengeId } = await challenge(ann.queue, bob.user);
      await bob.queue.message('CHALLENGE_RECEIVED');
      for (const type of ['CHALLENGE_ACCEPT', 'CHALLENGE_DECLINE'])
        assert.equal(await refusal(eve.queue, type, { challengeId }), 'CHALLENGE_NOT_FOUND');
      assert.equal(await refusal(eve.queue, 'CHALLENGE_CANCEL', {}), 'CHALLENGE_NOT_FOUND');
      assert.equal(await refusal(ann.queue, 'CHALLENGE_ACCEPT', { challengeId }), 'CHALLENGE_NOT_FOUND');
      const shown = await target.json('GET', `/challenges/${String(challengeId)}`, eve.user);
      assert.equal(shown.status, 404);
      // It is still there for whom it was meant.
      assert.equal(await refusal(bob.queue, 'CHALLENGE_DECLINE', { challengeId }), undefined);
      for (const { queue } of [ann, bob, eve]) queue.close();
    },
  },
  {
    name: 'a challenge from who is blocked, and to who has blocked',
    async run(target) {
      const [ann, bob, eve] = [await present(target), await present(target), await present(target)];
      assert.equal((await target.json('PUT', `/me/blocked/${eve.user.id}`, bob.user)).status, 204);
      const toBob = await challenge(eve.queue, bob.user);
      const toAnn = await challenge(bob.queue, ann.user);
      // Nothing in the answer tells the one from the other.
      assert.deepEqual(Object.keys(toBob).sort(), Object.keys(toAnn).sort());
      await bob.queue.ping();
      assert.ok(!hasHeard(bob.queue, 'CHALLENGE_RECEIVED'));
      const again = await target.queue(bob.user);
      await again.message('CHALLENGE_SENT');
      assert.ok(!hasHeard(again, 'CHALLENGE_RECEIVED'));
      const { json } = await target.json('GET', '/me/challenges', bob.user);
      assert.deepEqual(json?.['received'], []);
      assert.equal(await refusal(bob.queue, 'CHALLENGE_CANCEL', {}), undefined);
      const open = await challenge(bob.queue);
      assert.equal(await refusal(eve.queue, 'CHALLENGE_CANCEL', {}), undefined);
      assert.equal(await refusal(eve.queue, 'CHALLENGE_ACCEPT', open), 'INVALID_MESSAGE');
      const { challengeId } = open;
      assert.equal(await refusal(eve.queue, 'CHALLENGE_ACCEPT', { challengeId }), 'CHALLENGE_NOT_FOUND');
      for (const { queue } of [ann, bob, eve]) queue.close();
      again.close();
    },
  },
  {
    name: 'a private replay',
    async run(target) {
      const arena = await target.arena();
      const { battleId, users, p1 } = arena;
      p1.send('FORFEIT', {});
      await p1.message('BATTLE_END');
      const wish = await target.json('PATCH', `/replays/${battleId}`, users.p1, { private: true });
      assert.equal(wish.status, 200, wish.text);
      const key = String(wish.json?.['key']);
      target.secrets.add(key);
      const eve = target.user();
      const tries = ['', '?key=', `?key=${key.slice(1)}`, `?key=${key}x`, `?key[]=${key}`, `?key=${key}&key=${key}`, `?key[length]=${key.length}`, '?key=%00', '?key=null']; // prettier-ignore
      const paths = [`/replays/${battleId}`, `/REPLAYS/${battleId}`, `/replays/${battleId}/`].flatMap(
        (path) => ['', '.json', '.log', '/input-log'].map((end) => path + end),
      );
      for (const path of paths)
        await Promise.all(
          tries.map(async (query) => {
            const { status, text } = await target.json('GET', path + query, eve);
            assert.ok(status === 404 && !text.includes('|move|'), `${path}${query}: ${status}`);
          }),
        );
      assert.equal((await target.json('PATCH', `/replays/${battleId}`, eve, { private: false })).status, 404);
      for (const query of ['', `?user=${users.p1.id}`, `?format=${FORMAT}&limit=100`])
        assert.ok(!(await target.json('GET', `/replays${query}`, eve)).text.includes(battleId));
      assert.equal((await target.json('GET', `/replays/${battleId}.json?key=${key}`, eve)).status, 200);
      assert.equal((await target.json('GET', `/replays/${battleId}/input-log?key=${key}`, eve)).status, 403);
      target.leave(arena);
    },
  },
  {
    name: 'addresses that are made up',
    async run(target) {
      const localAddress = '127.0.0.250';
      const statuses: number[] = [];
      for (let count = 0; count < LIMITS.guestTokens.burst + 3; count++) {
        const from = `198.51.100.${count}`;
        const headers = {
          'content-type': 'application/json',
          'x-forwarded-for': from,
          forwarded: `for=${from}`,
          'x-real-ip': from,
          'x-client-ip': from,
          'cf-connecting-ip': from,
          'true-client-ip': from,
          'x-endure-relay': `v1.9999999999999.${Buffer.from(from).toString('base64url')}.${'0'.repeat(64)}`,
        };
        const answer = await target.http({ ...post('/auth/guest', {}), headers, localAddress });
        assert.ok(answer !== 'cut');
        statuses.push(answer.status);
      }
      assert.deepEqual(statuses.slice(-3), [429, 429, 429]);
    },
  },
  {
    name: "the operator's pages without the password, by every spelling",
    async run(target) {
      const paths = ['/health/stats', '/admin/users/x', '/admin/battles/x', '/metrics', '/metrics.json', '/monitor', '/monitor/', '/monitor/api', '/monitor/api/room?roomId=x', '/monitor/api/room/call?roomId=x&method=disconnect&args=[]']; // prettier-ignore
      const spellings = (path: string): string[] => [path, path.toUpperCase(), `/${path}`, `${path}/`, `/.${path}`, `/x/..${path}`, path.replace('/', '/%2e/'), `${path}%20`, `${path};x`, `${path}?_method=GET`]; // prettier-ignore
      const credentials = [{}, basic('admin', ''), basic('Admin', ADMIN_PASSWORD), basic('admin', `${ADMIN_PASSWORD} `), basic('', ADMIN_PASSWORD), { authorization: `Bearer ${ADMIN_PASSWORD}` }, { authorization: `Basic admin:${ADMIN_PASSWORD}` }]; // prettier-ignore
      for (const path of paths)
        for (const spelling of spellings(path)) {
          const headers = credentials[(path.length + spelling.length) % credentials.length]!;
          const { status, text } = await answerOf(target, spelling, headers);
          assert.ok([401, 404].includes(status), `${spelling}: ${status} ${text.slice(0, 80)}`);
        }
      const foreign = { ...basic('admin', ADMIN_PASSWORD), origin: 'https://evil.example' };
      assert.equal((await answerOf(target, '/health/stats', foreign)).status, 403);
      const site = { ...basic('admin', ADMIN_PASSWORD), 'sec-fetch-site': 'cross-site' };
      const call = '/monitor/api/room/call?roomId=x&method=disconnect&args=[]';
      assert.equal((await answerOf(target, call, site)).status, 403);
      assert.equal((await answerOf(target, '/health/stats', basic('admin', ADMIN_PASSWORD))).status, 200);
    },
  },
  {
    name: 'an answer without the headers that browsers heed',
    async run(target) {
      const operator = basic('admin', ADMIN_PASSWORD);
      const requests = [
        ...['/', '/battle/x', '/u', '/formats', '/nothing', '/%E0%A4%A', '/replays/x', '/assets/x', '/health', '/health/stats'].map((path) => ({ method: 'GET', path })),
        { method: 'GET', path: '/monitor/', headers: operator },
        { method: 'GET', path: '/metrics', headers: operator },
        { method: 'OPTIONS', path: '/teams' },
        { method: 'OPTIONS', path: '/matchmake/joinOrCreate/matchmaking' },
        post('/matchmake/joinOrCreate/matchmaking', {}),
        post('/auth/guest', 'nonsense'),
      ]; // prettier-ignore
      for (const request of requests) {
        const answer = await target.http({ localAddress: target.address(), ...request });
        assert.ok(answer !== 'cut');
        const { headers } = answer;
        const shown = `${request.method} ${request.path}: ${JSON.stringify(headers)}`;
        assert.equal(headers['x-content-type-options'], 'nosniff', shown);
        assert.equal(headers['referrer-policy'], 'no-referrer', shown);
        assert.match(String(headers['strict-transport-security']), /^max-age=\d{8}/, shown);
        assert.match(String(headers['content-security-policy']), /frame-ancestors '(?:self|none)'/, shown);
        assert.doesNotMatch(String(headers['content-security-policy']), /script-src[^;]*unsafe/, shown);
        assert.equal(headers['x-powered-by'], undefined, shown);
      }
    },
  },
  {
    name: 'guessing at the password',
    async run(target) {
      const localAddress = '127.0.0.251';
      const guess = (password: string) =>
        target.http({
          method: 'GET',
          path: '/health/stats',
          headers: basic('admin', password),
          localAddress,
        });
      for (let count = 0; count < LIMITS.adminPerAddress.burst; count++) await guess(`guess ${count}`);
      const answer = await guess(ADMIN_PASSWORD);
      assert.ok(answer !== 'cut' && answer.status === 429, 'the right guess comes too late');
    },
  },
  {
    name: 'places in the queue again and again, each with a team to validate',
    async run(target) {
      const { queue } = await present(target);
      const codes = new Set<unknown>();
      for (let count = 0; count < LIMITS.queueJoinsPerUser.burst + 5; count++)
        codes.add(await refusal(queue, 'JOIN_QUEUE', { format: 'gen9ou', teamId: 'nobodys' }));
      assert.deepEqual(codes, new Set(['TEAM_NOT_FOUND', 'RATE_LIMITED']));
      queue.close();
    },
  },
  {
    name: 'coming back again and again',
    async run(target) {
      const arena = await target.arena();
      const eve = target.user();
      const { processId, roomId, sessionId } = await target.seat(eve, `joinById/${arena.battleId}`);
      let refused = 0;
      for (let count = 0; count < LIMITS.upgradesPerUser.burst + 5; count++) {
        const path = `/${processId}/${roomId}?sessionId=${sessionId}&_authToken=${eve.token}`;
        const answer = await target.http({
          method: 'GET',
          path,
          headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '7' },
          localAddress: eve.address,
        });
        if (answer !== 'cut' && answer.status === 429) refused++;
      }
      assert.ok(refused > 0, 'nobody was held back');
      target.leave(arena);
    },
  },
];
