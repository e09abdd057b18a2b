/** Stories in battles and queues: out of order, twice, too fast, after the end, and names that are commands. */
import assert from 'node:assert/strict';
import { firstRatings } from '../../support/player.ts';
import { Protocol } from '@colyseus/core';
import { Teams } from '@pkmn/sim';
import { teamsFor } from '../../../loadtest/teams.ts';
import { REPLY, type RawSocket } from '../../support/raw-socket.ts';
import type { Arena, Target } from '../target.ts';
import type { StoryRow } from './row.ts';

async function errorOf(
  socket: RawSocket,
  type: string,
  payload: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const from = socket.received.length;
  socket.send(type, payload);
  return socket.message('ERROR', from);
}

async function assertError(socket: RawSocket, payload: object, code: string): Promise<void> {
  assert.equal((await errorOf(socket, 'MOVE', payload))['code'], code, JSON.stringify(payload));
  const { status, payload: reason } = await socket.request('MOVE', payload);
  assert.equal(status, REPLY.REJECTED);
  assert.equal((reason as { code: string }).code, code, JSON.stringify(payload));
}

/** Both sides let the sim choose. */
async function playTurn({ p1, p2 }: Arena, rqid: number): Promise<void> {
  const from = p1.received.length;
  for (const socket of [p1, p2]) socket.send('MOVE', { choice: 'default', rqid });
  await p1.message('BATTLE_UPDATE', from);
}

export const BATTLE_STORIES: readonly StoryRow[] = [
  {
    name: 'choices twice, changed, early and late',
    async run(target) {
      const arena = await target.arena();
      const { p1, p2 } = arena;
      p1.send('MOVE', { choice: 'move 1', rqid: 1 });
      await p1.message('MOVE_ACCEPTED');
      const from = p1.received.length;
      p1.send('MOVE', { choice: 'move 1', rqid: 1 });
      assert.deepEqual(await p1.message('MOVE_ACCEPTED', from), { rqid: 1, choice: 'move 1' });
      assert.deepEqual((await p1.request('MOVE', { choice: 'move 1', rqid: 1 })).payload, {
        accepted: true,
        rqid: 1,
      });
      for (const choice of ['move 2', 'switch 2', 'default', 'move 1 terastallize'])
        await assertError(p1, { choice, rqid: 1 }, 'NOT_YOUR_TURN');
      await assertError(p1, { choice: 'move 1' }, 'NOT_YOUR_TURN');
      await assertError(p1, { choice: 'move 1', rqid: 2 }, 'INVALID_MESSAGE');
      await assertError(p2, { choice: 'move 1', rqid: 9 }, 'INVALID_MESSAGE');
      await assertError(p1, { choice: 'undo', rqid: 1 }, 'NOT_YOUR_TURN');
      const seen = p1.received.length;
      p2.send('MOVE', { choice: 'move 1', rqid: 1 });
      await p1.message('BATTLE_UPDATE', seen);
      await assertError(p1, { choice: 'move 2', rqid: 1 }, 'STALE_REQUEST');
      await assertError(p2, { choice: 'switch 2', rqid: 1 }, 'STALE_REQUEST');
      assert.equal(
        (await p1.request('MOVE', { choice: 'move 1', rqid: 1 })).status,
        REPLY.OK,
        'the accepted one is said again',
      );
      target.leave(arena);
    },
  },
  {
    name: 'a choice before the join is confirmed',
    async run(target) {
      const arena = await target.arena();
      const { users, battleId } = arena;
      const socket = await target.connect(users.p1, await target.seat(users.p1, `joinById/${battleId}`), {
        isSilent: true,
      });
      socket.send('MOVE', { choice: 'move 1', rqid: 1 });
      socket.send('FORFEIT', { side: 'p2' });
      socket.sendFrame(Buffer.from([Protocol.JOIN_ROOM]));
      await socket.message('BATTLE_START');
      assert.equal((await socket.message('MOVE_ACCEPTED'))['choice'], 'move 1');
      assert.equal((await socket.message('ERROR'))['code'], 'INVALID_MESSAGE');
      socket.close();
      target.leave(arena);
    },
  },
  {
    name: 'everything after the end',
    async run(target) {
      const arena = await target.arena();
      const { p1, p2, spectator, users, battleId } = arena;
      await playTurn(arena, 1);
      p2.send('FORFEIT', {});
      const ratings = firstRatings('gen9randombattle', users.p1.id, users.p2.id);
      const end = { battleId, winner: users.p1.id, ratings };
      assert.deepEqual(await p1.message('BATTLE_END'), { ...end, reason: 'opponent_forfeit' });
      assert.deepEqual(await spectator.message('BATTLE_END'), { ...end, reason: 'forfeit' });
      for (const socket of [p1, p2]) {
        for (const payload of [
          { choice: 'move 1' },
          { choice: 'move 1', rqid: 2 },
          { choice: 'move 1', rqid: 3 },
          { choice: 'nonsense' },
        ])
          await assertError(socket, payload, 'BATTLE_ENDED');
        assert.equal((await errorOf(socket, 'FORFEIT', {}))['code'], 'BATTLE_ENDED');
        assert.equal(
          (await errorOf(socket, 'MOVE', { choice: 'move 1\n>eval 1' }))['code'],
          'INVALID_MESSAGE',
        );
        const from = socket.received.length;
        socket.send('REQUEST_STATE', {});
        assert.equal((await socket.message('BATTLE_END', from))['winner'], users.p1.id);
      }
      assert.equal((await errorOf(spectator, 'MOVE', { choice: 'move 1' }))['code'], 'NOT_A_PLAYER');
      const queue = await target.queue(users.p1);
      assert.equal((await errorOf(queue, 'REJOIN', { battleId }))['code'], 'BATTLE_NOT_FOUND');
      queue.close();
      target.leave(arena);
    },
  },
  {
    name: 'a request is for its side alone',
    async run(target) {
      const arena = await target.arena();
      for (let rqid = 1; rqid <= 2; rqid++) await playTurn(arena, rqid);
      for (const name of ['p1', 'p2', 'spectator'] as const)
        for (const one of arena[name].received) {
          const request =
            one.kind === 'message'
              ? (one.payload['request'] as { side: { id: string } } | undefined)
              : undefined;
          if (request) assert.equal(request.side.id, name);
        }
      target.leave(arena);
    },
  },
  {
    name: 'more messages than the soft limit takes',
    async run(target) {
      const arena = await target.arena();
      for (const [socket, type] of [[arena.p2, 'MOVE'], [await target.queue(target.user()), 'NONSENSE']] as const) {
        for (let count = 0; count < 95; count++) socket.send(type, {});
        await socket.ping();
        const errors = socket.received.flatMap((one) => (one.kind === 'message' && one.type === 'ERROR' ? [one.payload] : []));
        assert.equal(errors.length, 95);
        const limited = errors.filter(({ code }) => code === 'RATE_LIMITED');
        assert.ok(limited.length >= 5, `${limited.length} were limited`);
        for (const { details } of limited) assert.ok((details as { retryAfterMs: number }).retryAfterMs > 0);
        socket.close();
      }
      target.leave(arena);
    }, // prettier-ignore
  },
  {
    name: 'more requests than the limits take',
    async run(target) {
      for (const [path, count] of [['/matchmake/joinOrCreate/matchmaking', 22], ['/teams/validate', 22], ['/auth/guest', 22]] as const) {
        const user = { ...target.user(), address: '127.0.0.250' };
        const answers = [];
        for (let sent = 0; sent < count; sent++) answers.push(await target.json('POST', path, user, path.startsWith('/teams') ? { format: 'gen9ou', team: 'x' } : {}));
        const limited = answers.filter(({ status }) => status === 429);
        assert.ok(limited.length > 0, path);
        for (const { json, headers } of limited) {
          assert.equal(json?.['code'], 'RATE_LIMITED');
          assert.ok((json['details'] as { retryAfterMs: number }).retryAfterMs > 0);
          assert.ok(Number(headers['retry-after']) > 0);
        }
      }
    }, // prettier-ignore
  },
  {
    name: 'the queue twice, and out of a battle',
    async run(target) {
      const user = target.user();
      const [one, other] = [await target.queue(user), await target.queue(user)];
      one.send('JOIN_QUEUE', { format: 'gen5randombattle' });
      await one.message('QUEUE_JOINED');
      assert.equal(
        (await errorOf(other, 'JOIN_QUEUE', { format: 'gen5randombattle' }))['code'],
        'ALREADY_IN_QUEUE',
      );
      assert.equal(
        (await errorOf(other, 'JOIN_QUEUE', { format: 'gen4randombattle' }))['code'],
        'ALREADY_IN_QUEUE',
      );
      // A ticket outlives its connection for a while, and would meet that of the next round.
      one.send('LEAVE_QUEUE', {});
      await one.message('QUEUE_LEFT');
      for (const socket of [one, other]) socket.close();
      const arena = await target.arena();
      const queue = await target.queue(arena.users.p1);
      const busy = await errorOf(queue, 'JOIN_QUEUE', { format: 'gen9randombattle' });
      assert.deepEqual([busy['code'], busy['details']], ['ALREADY_IN_BATTLE', { battleId: arena.battleId }]);
      const stranger = await target.queue(target.user());
      assert.equal(
        (await errorOf(stranger, 'REJOIN', { battleId: arena.battleId }))['code'],
        'BATTLE_NOT_FOUND',
      );
      for (const socket of [queue, stranger]) socket.close();
      target.leave(arena);
    },
  },
  {
    name: 'names that are commands',
    run: (target) => hostileNames(target),
  },
];

/** Names of users, teams and Pokémon that would be commands or lines if anything took them as they are. */
async function hostileNames(target: Target): Promise<void> {
  const names = [`x\n>eval ${target.attack}`, `x|\n|win|x\n>forcewin p1`];
  const [packed = ''] = teamsFor('gen9ou');
  const sets = Teams.unpack(packed) ?? [];
  const hostile = ['A\n>eval throw 1', 'B|faint|p1a: B', 'C]D|||', '\u202eEvil', '|win|Mallory', '__proto__'];
  const users = names.map((name) => target.user({ name })) as [
    ReturnType<Target['user']>,
    ReturnType<Target['user']>,
  ];
  const teamIds: string[] = [];
  for (const user of users) {
    const team = sets.map((set, index) => ({ ...set, name: hostile[index]! }));
    const answer = await target.json('POST', '/teams', user, {
      name: `T'; drop table users --`,
      format: 'gen9ou',
      team,
    });
    assert.equal(answer.status, 201, answer.text);
    assert.ok(!/[\n\r\u202e]/.test(String(answer.json?.['packed'])));
    teamIds.push(String(answer.json?.['id']));
  }
  const arena = await target.arena({ format: 'gen9ou', users, teamIds: teamIds as [string, string] });
  for (let rqid = 1; rqid <= 2; rqid++) await playTurn(arena, rqid);
  const lines = [arena.p1, arena.p2, arena.spectator].flatMap(({ received }) =>
    received.flatMap((one) =>
      one.kind === 'message' ? ((one.payload['lines'] as string[] | undefined) ?? []) : [],
    ),
  );
  assert.ok(lines.length > 30);
  for (const line of lines)
    assert.ok(line.startsWith('|') && !/[\n\r\u202e]/.test(line) && !/^\|(?:win|faint)\|/.test(line), line);
  target.leave(arena);
}
