/** The operator's command line against the real routes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { COMMANDS } from '../../scripts/admin/commands.ts';
import { runAdmin } from '../../scripts/admin/run.ts';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { CodedError } from '../../src/errors.ts';
import type { Admin } from '../../src/http/admin-ports.ts';
import { fakeAdmin } from '../http/fake-admin.ts';
import { startHttp, type TestServer } from '../http/http-server.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryDirectory } from '../support/postgres.ts';

const PASSWORD = 'of the operator';
const MAIN = new URL('../../scripts/admin.ts', import.meta.url).pathname;
const AT = Date.UTC(2027, 0, 15, 8, 30);

const players = [
  { side: 'p1', userId: 'ash' as UserId },
  { side: 'p2', userId: 'gary' as UserId },
] as const;
const format = 'gen9ou' as FormatId;
const info = { host: '10.0.0.7', port: 2567, engine: 'e', battles: 2, connections: 4, isDraining: false };

const parts: Partial<Admin> = {
  processes: async () => ({ items: [{ ...info, id: 'p-1', startedAt: AT }], asked: 'p-1' }),
  battles: async ({ processId = 'any', limit }) => ({
    items: [
      {
        battleId: `of-${processId}-${limit}` as BattleId,
        format,
        processId: null,
        epoch: 2,
        crashes: 0,
        players,
        turn: 12,
        startedAt: AT,
        spectators: null,
      },
    ],
    total: 3,
  }),
  battle: async (battleId) =>
    battleId === 'b1'
      ? {
          battleId,
          state: 'ended',
          format,
          players,
          engine: null,
          epoch: null,
          crashes: null,
          owner: null,
          result: { winner: 'p1', reason: 'forfeit', why: null, note: 'stalled' },
          listing: null,
        }
      : null,
  events: async (battleId, limit) => [
    {
      battleId,
      kind: 'reconnected',
      at: AT,
      processId: 'p-1',
      userId: `ash-${limit}` as UserId,
      side: 'p1',
      afterMs: 61_000,
      code: null,
    },
  ],
  user: async (userId) => ({
    userId,
    name: 'Ash \u001b[2J\nroot',
    battleId: null,
    processId: null,
    queue: { format, position: 3, joinedAt: AT },
    connections: [{ room: 'matchmaking', battleId: null, processId: 'p-1' }],
  }),
  online: async () => ({
    users: [
      {
        userId: 'ash' as UserId,
        name: 'Ash',
        connections: [{ room: 'battle', battleId: 'b1' as BattleId, processId: 'p-1' }],
      },
    ],
    silent: ['p-2'],
  }),
  queues: async () => [
    {
      format,
      waiting: 1,
      longestMs: 3_900_000,
      tickets: [{ userId: 'ash' as UserId, elo: 1000, waitedMs: 5 }],
    },
  ],
  end: async (id, winner, note) => {
    if (id !== 'b1') throw new CodedError('BATTLE_ENDED', undefined, { winner, note });
  },
  drain: async () => {},
  announce: async () => {},
  cleanUp: async (isDryRun) => ({ tickets: isDryRun ? 2 : 3, battles: 0 }),
  outbox: async () => ({
    waiting: 4,
    aside: 1,
    oldestMs: 90_000,
    items: [{ battleId: 'b9' as BattleId, asideAt: AT, fault: 'too long', format, users: ['ash' as UserId] }],
  }),
  retry: async () => true,
};

describe('npm run admin', () => {
  let server: TestServer;
  before(async () => {
    server = await startHttp({ admin: fakeAdmin(PASSWORD, parts) });
  });
  after(() => server.stop());
  beforeEach(() => {
    server.clock.at += 3_600_000;
  });

  const run = (...args: string[]) => runAdmin(args, { ENDURE_URL: server.url, ADMIN_PASSWORD: PASSWORD });

  const SHOWN: readonly (readonly [line: string, shown: RegExp])[] = [
    [
      'processes',
      /^process +address.*\np-1 \* +10\.0\.0\.7:2567 +2 +4 +2027-01-15 08:30:00 +e +up\n\* answers\n$/,
    ],
    ['battles', /^battle .*\nof-any-20 +gen9ou +– +ash +gary +12 +– .*\n1 of 3; more with --offset 1\n$/],
    ['battles --process p-7 --limit 5', /\nof-p-7-5 /],
    [
      'battle b1',
      /^battle +b1\nstate +ended\nresult +p1 \(forfeit\)\nwhy +–\nnote +stalled\n[^]*\nowner +–\n/,
    ],
    ['events b1 --limit 7', /\n2027-01-15 08:30:00 +reconnected +p1 +ash-7 +– +1 min 1 s +p-1\n$/],
    ['users', /\nash +Ash +b1 @ p-1\nWithout an answer: p-2\n$/],
    ['user auth0|a/b', /^user +auth0\|a\/b\nname +Ash +root\nbattle +–\n[^]*place 3, since 2027/],
    ['queues', /\ngen9ou +1 +1 h 5 min +ash\n$/],
    ['end b1 --to p2 --note gone', /^b1 has ended: p2 has won\.\n$/],
    ['end b1 --to void --note gone', /^b1 has ended: void\.\n$/],
    ['drain p-1', /^p-1 drains and ends\.\n$/],
    ['announce --note soon', /^Everybody who is connected is told\.\n$/],
    ['announce --note soon --at 2030-01-31T20:00Z', /^Everybody/],
    ['cleanup', /^Would be removed .*\ntickets +2\n$/],
    ['cleanup --remove', /^Removed:\ntickets +3\n$/],
    [
      'outbox',
      /^4 wait to be recorded, the oldest for 1 min 30 s\.\n[^]*\nb9 .*2027-01-15 08:30:00 +too long\n$/,
    ],
    ['retry b9', /^1 tried again/],
    ['retry --all', /^1 tried again/],
  ];
  for (const [line, wanted] of SHOWN) {
    it(`shows ${line}`, async () => {
      const { status, out, err } = await run(...line.split(' '));
      assert.deepEqual([status, err], [0, '']);
      assert.match(stripVTControlCharacters(out), wanted);
    });
  }

  it('has no command that is not shown here', () => {
    const names = SHOWN.map(([line]) => line.split(' ')[0] ?? '');
    assert.deepEqual(new Set(names), new Set(Object.keys(COMMANDS)));
  });

  it('gives the answer of the server to scripts', async () => {
    const { out } = await run('outbox', '--json');
    assert.deepEqual(JSON.parse(out), await parts.outbox!());
  });

  const WRONG: readonly (readonly [line: string, said: RegExp])[] = [
    ['dance', /no command "dance"/],
    ['constructor', /no command "constructor"/],
    ['battle', /BATTLE is missing/],
    ['battle b1 b2', /Too many arguments/],
    ['queues b1', /Too many arguments/],
    ['battles --to p1', /--to is no option of this command/],
    ['battles --colour red', /--colour/],
    ['end b1 --note x', /--to must be p1, p2 or void/],
    ['end b1 --to p1', /--note must say why/],
    ['announce', /--note must say what/],
    ['announce --note x --at soon', /--at must be a time/],
    ['retry', /Say which battle, or --all/],
    ['retry b1 --all', /Say which battle, or --all/],
    ['queues --url ftp://x', /must begin with http/],
    ['queues --url http://admin:secret@x', /No password in the URL/],
    ['queues --password-file /nowhere', /cannot be read: ENOENT/],
  ];
  for (const [line, said] of WRONG) {
    it(`does not understand ${line}`, async () => {
      const { status, out, err } = await run(...line.split(' '));
      assert.deepEqual([status, out], [2, '']);
      assert.match(err, said);
    });
  }

  it('says what the server refused, and keeps the password to itself', async () => {
    const refused = await run('end', 'b2', '--to', 'p1', '--note', 'gone');
    assert.deepEqual([refused.status, refused.out], [1, '']);
    assert.match(refused.err, /^BATTLE_ENDED: .*"winner":"p1"/);
    assert.equal((await run('battle', 'b2')).err.split(':')[0], 'BATTLE_NOT_FOUND');
    const stranger = await runAdmin(['queues'], { ENDURE_URL: server.url, ADMIN_PASSWORD: 'wrong one' });
    assert.equal(stranger.status, 1);
    assert.match(stranger.err, /^AUTH_FAILED: /);
    assert(!stranger.err.includes('wrong one'));
  });

  it('takes an id that begins with a dash', async () => {
    const drained = await run('drain', '-1es2TeWZ', '--json');
    assert.deepEqual([drained.status, drained.err], [0, '']);
    assert.equal((await run('drain', '--jsn')).status, 2);
  });

  it('says that nobody answers, or somebody else', async () => {
    const nobody = await run('queues', '--url', `http://127.0.0.1:${await freePort()}`);
    assert.equal(nobody.status, 3);
    assert.match(nobody.err, /does not answer: connect ECONNREFUSED/);
    const { status, err } = await runAdmin(['queues'], { ENDURE_URL: server.url });
    assert.deepEqual([status, /ADMIN_PASSWORD/.test(err)], [2, true]);
  });

  it('is a program, with the password in a file', async () => {
    const file = join(await temporaryDirectory(), 'password');
    await writeFile(file, `${PASSWORD}\n`);
    const env = { ENDURE_URL: server.url, ADMIN_PASSWORD_FILE: file, NO_COLOR: '1' };
    const program = promisify(execFile);
    const { stdout } = await program(process.execPath, [MAIN, 'queues'], { env });
    assert.match(stdout, /^format /);
    await assert.rejects(program(process.execPath, [MAIN, 'battle', 'b2'], { env }), { code: 1 });
    const { stdout: help } = await program(process.execPath, [MAIN], { env });
    for (const name of Object.keys(COMMANDS)) assert(help.includes(`\n  ${name}`), name);
  });
});
