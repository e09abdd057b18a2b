/** Other people's seats, sessions and tokens at the upgrade, and pages of other origins. */
import assert from 'node:assert/strict';
import { RawSocket, UpgradeRefused, type SocketOptions } from '../../support/raw-socket.ts';
import type { Arena, Seat, Target, User } from '../target.ts';
import { post, type StoryRow } from './row.ts';
import { FORGED } from './tokens.ts';

const SEAT_UNKNOWN = 4003;
const NOT_ADMITTED = 4002;
const OVER = 4000;

type Query = Readonly<Record<string, string>>;

function open(
  target: Target,
  seat: Pick<Seat, 'processId' | 'roomId'>,
  query: Query,
  options?: SocketOptions,
): Promise<RawSocket> {
  const path = `${seat.processId}/${seat.roomId}?${new URLSearchParams(query).toString()}`;
  return RawSocket.open(`${target.url.replace('http', 'ws')}/${path}`, {
    localAddress: target.address(),
    ...options,
  });
}

/** Not let in, by a status before the upgrade or a close code after it; and p1 has noticed nothing. */
async function refused(target: Target, attempt: Promise<RawSocket>, codes: readonly number[]): Promise<void> {
  try {
    const socket = await attempt;
    const isIn = socket.next((one) => one.kind === 'joined' || undefined).catch(() => false);
    const code = await Promise.race([socket.closed, isIn.then((is) => (is ? 0 : socket.closed))]);
    assert.notEqual(code, 0, 'somebody was let in');
    assert.ok(codes.includes(code), `closed with ${code}`);
  } catch (error) {
    if (!(error instanceof UpgradeRefused)) throw error;
    assert.ok(codes.includes(error.status), `refused with ${error.status}`);
  }
  process.kill(target.pid, 0);
}

/** p1's own session and seat, as a thief would know them. */
async function withVictim(
  target: Target,
  steal: (victim: { arena: Arena; seat: Seat; socket: RawSocket; thief: User }) => Promise<void>,
): Promise<void> {
  const arena = await target.arena();
  const seat = await target.seat(arena.users.p1, `joinById/${arena.battleId}`);
  const socket = await target.connect(arena.users.p1, seat);
  await steal({ arena, seat, socket, thief: target.user() });
  await socket.ping();
  await arena.p1.ping();
  socket.close();
  target.leave(arena);
}

const THEFTS: readonly (readonly [string, (thief: User, seat: Seat) => Query, readonly number[]])[] = [
  ['with a token of its own', ({ token }, { sessionId }) => ({ sessionId, _authToken: token }), [NOT_ADMITTED]],
  ['with no token', (_, { sessionId }) => ({ sessionId }), [NOT_ADMITTED]],
  ['with a wrong reconnection token', ({ token }, { sessionId }) => ({ sessionId, reconnectionToken: 'abcdefghi', _authToken: token }), [SEAT_UNKNOWN]],
  ['with a wrong reconnection token alone', (_, { sessionId }) => ({ sessionId, reconnectionToken: 'abcdefghi' }), [SEAT_UNKNOWN]],
  ['with an empty reconnection token', ({ token }, { sessionId }) => ({ sessionId, reconnectionToken: '', _authToken: token }), [NOT_ADMITTED, SEAT_UNKNOWN]],
  ['with the reconnection token __proto__', ({ token }, { sessionId }) => ({ sessionId, reconnectionToken: '__proto__', _authToken: token }), [SEAT_UNKNOWN]],
  ...FORGED.slice(0, 40).map(([name, token]) => [`with a forged token: ${name}`, (_: User, { sessionId }: Seat) => ({ sessionId, _authToken: token }), [NOT_ADMITTED]] as const),
]; // prettier-ignore

const FOREIGN = [
  'https://evil.example', 'null', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example', 'file://', 'http://evil.example:80', 'garbage',
  'http://localhost@evil.example', 'https://evil.example/http://localhost', 'http://[::1].evil.example', 'chrome-extension://abc', 'http://0.0.0.0',
]; // prettier-ignore

export const SEAT_STORIES: readonly StoryRow[] = [
  {
    name: "somebody else's session",
    run: (target) =>
      withVictim(target, async ({ seat, thief }) => {
        await Promise.all(
          THEFTS.map(([, query, codes]) => refused(target, open(target, seat, query(thief, seat)), codes)),
        );
      }),
  },
  {
    name: 'a seat that its owner has not taken yet',
    async run(target) {
      const arena = await target.arena();
      for (const path of [`joinById/${arena.battleId}`, 'joinOrCreate/matchmaking']) {
        const owner = target.user();
        const seat = await target.seat(owner, path);
        await refused(
          target,
          open(target, seat, { sessionId: seat.sessionId, _authToken: target.user().token }),
          [403],
        );
        await refused(target, open(target, seat, { sessionId: seat.sessionId }), [401]);
        await refused(
          target,
          open(target, seat, { sessionId: seat.sessionId, _authToken: FORGED[0]![1] }),
          [401],
        );
        (await target.connect(owner, seat)).close();
      }
      target.leave(arena);
    },
  },
  {
    name: 'a seat that its owner has not taken yet, by a path that the transport reads in its own way',
    async run(target) {
      const arena = await target.arena();
      const owner = target.user();
      const seat = await target.seat(owner, `joinById/${arena.battleId}`);
      for (const before of ['x/', 'x/y/', '/', '%2f'])
        for (const { token } of [{ token: '' }, target.user()]) {
          const { processId, sessionId } = seat;
          const odd = { ...seat, processId: before + processId };
          await refused(target, open(target, odd, { sessionId, _authToken: token }), [400]);
        }
      (await target.connect(owner, seat)).close();
      target.leave(arena);
    },
  },
  {
    name: "a seat that was the thief's own in another battle gives no side",
    async run(target) {
      const [mine, theirs] = [await target.arena(), await target.arena()];
      const seat = await target.seat(mine.users.p1, `joinById/${mine.battleId}`);
      const socket = await target.connect(mine.users.p1, { ...seat, roomId: theirs.battleId });
      const start = await socket.message('BATTLE_START');
      assert.equal(start['side'], null);
      assert.equal(start['request'], undefined);
      socket.close();
      target.leave(mine);
      target.leave(theirs);
    },
  },
  {
    name: "somebody else's reconnection token gives a seat of one's own",
    run: (target) =>
      withVictim(target, async ({ arena, seat, socket, thief }) => {
        const token = socket.received.flatMap((one) =>
          one.kind === 'joined' ? [one.reconnectionToken] : [],
        )[0]!;
        const own = await target.seat(thief, `reconnect/${arena.battleId}`, { reconnectionToken: token });
        assert.notEqual(own.sessionId, seat.sessionId);
        const watching = await target.connect(thief, own);
        assert.equal((await watching.message('BATTLE_START'))['side'], null);
        watching.close();
      }),
  },
  {
    name: 'rooms and sessions that are not there',
    async run(target) {
      const { processId } = await target.seat(target.user(), 'joinOrCreate/matchmaking');
      const { token } = target.user();
      for (const roomId of [
        'nothing',
        '__proto__',
        'constructor',
        'toString',
        'matchmaking',
        'x'.repeat(64),
      ]) {
        await refused(
          target,
          open(target, { processId, roomId }, { sessionId: 'abcdefghi', _authToken: token }),
          [NOT_ADMITTED],
        );
        await refused(
          target,
          open(
            target,
            { processId, roomId },
            { sessionId: 'abcdefghi', reconnectionToken: 'x', _authToken: token },
          ),
          [SEAT_UNKNOWN],
        );
      }
    },
  },
  {
    name: 'one side with five connections',
    async run(target) {
      const arena = await target.arena();
      const more = [];
      for (let count = 0; count < 4; count++) more.push(await target.watch(arena.users.p1, arena.battleId));
      assert.equal(await arena.p1.closed, OVER, 'the oldest goes');
      for (const socket of more) await socket.ping();
      for (const socket of more) socket.close();
      target.leave(arena);
    },
  },
  {
    name: 'upgrades from pages of other origins',
    async run(target) {
      const user = target.user();
      const seat = await target.seat(user, 'joinOrCreate/matchmaking');
      for (const Origin of FOREIGN) {
        const query = { sessionId: seat.sessionId, _authToken: user.token };
        await refused(target, open(target, seat, query, { headers: { Origin } }), [403]);
        await refused(
          target,
          RawSocket.open(target.url.replace('http', 'ws'), {
            headers: { Origin },
            localAddress: target.address(),
          }),
          [403],
        );
      }
      const socket = await target.connect(user, seat, { headers: { Origin: 'http://localhost:5173' } });
      await socket.ping();
      socket.close();
    },
  },
  {
    name: 'requests from pages of other origins',
    async run(target) {
      for (const origin of FOREIGN)
        for (const request of [
          { method: 'GET', path: '/formats' }, { method: 'OPTIONS', path: '/teams' }, { method: 'OPTIONS', path: '/matchmake/joinOrCreate/matchmaking' },
          post('/matchmake/joinOrCreate/matchmaking', {}), post('/auth/guest', {}),
        ]) {
          const answer = await target.http({ ...request, headers: { ...('headers' in request && request.headers), origin } });
          assert.ok(answer !== 'cut');
          assert.equal(answer.headers['access-control-allow-origin'], undefined, `${request.method} ${request.path} from ${origin}`);
          assert.equal(answer.headers['access-control-allow-credentials'], undefined);
        }
    }, // prettier-ignore
  },
  {
    name: 'fifty sockets without a session',
    async run(target) {
      const sockets = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          RawSocket.open(target.url.replace('http', 'ws'), { localAddress: `127.0.1.${1 + index}` }),
        ),
      );
      const codes = await Promise.all(sockets.map(({ closed }) => closed));
      assert.ok(codes.every((code) => code === 1000));
    },
  },
];
