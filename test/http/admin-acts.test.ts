/** What the operator does, and that it is logged. */
import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { answering, aside as asideBattle, GOOD, PASSWORD } from './admin-answers.ts';
import { fakeAdmin } from './fake-admin.ts';
import { assertError, startHttp, type TestServer } from './http-server.ts';

describe('acts of the operator', function () {
  this.timeout(60_000);
  const asked: unknown[][] = [];
  let server: TestServer;
  before(async () => {
    server = await startHttp({ admin: answering(asked) });
  });
  after(() => server.stop());
  beforeEach(() => {
    server.clock.at += 3_600_000;
    asked.length = 0;
  });

  for (const [to, winner, reason] of [
    ['void', null, 'void'],
    ['p1', 'p1', 'forfeit'],
    ['p2', 'p2', 'forfeit'],
  ] as const) {
    it(`POST /admin/battles/:id/end ends a battle: ${to}`, async () => {
      const payload = { to, note: 'stalled on purpose, é' };
      const { body } = await server.call('POST', '/admin/battles/b1/end', { headers: GOOD, payload });
      assert.deepEqual(body, { battleId: 'b1', winner, reason });
      assert.deepEqual(asked, [['end', 'b1', winner, payload.note]]);
    });
  }

  it('end no battle without being told how and why', async () => {
    const note = 'n';
    const wrong = [
      undefined,
      {},
      { to: 'void' },
      { to: 'p3', note },
      { to: 'p1', note: '' },
      { to: 'p1', note: 'a\nb' },
      { to: 'p1', note: 'x'.repeat(LIMITS.operatorNoteChars + 1) },
      { to: 'p1', note, force: true },
    ];
    for (const payload of wrong)
      assertError(
        await server.call('POST', '/admin/battles/b1/end', { headers: GOOD, payload }),
        'INVALID_MESSAGE',
      );
    const good = { to: 'p1', note: 'x'.repeat(LIMITS.operatorNoteChars) };
    const { status } = await server.call('POST', '/admin/battles/b1/end', { headers: GOOD, payload: good });
    assert.equal(status, 200);
    assert.equal(asked.length, 1);
  });

  it('POST /admin/announce tells everybody, of something', async () => {
    const payload = { message: 'Back in five minutes.', startsAt: 1_800_000_000_000 };
    const { status, body } = await server.call('POST', '/admin/announce', { headers: GOOD, payload });
    assert.deepEqual([status, body], [202, payload]);
    assert.deepEqual(asked, [['announce', payload.message, payload.startsAt]]);
    for (const wrong of [
      {},
      { message: payload.message },
      { ...payload, message: '' },
      { ...payload, message: 'a\nb' },
      { ...payload, message: 'x'.repeat(LIMITS.operatorNoteChars + 1) },
      { ...payload, startsAt: 'now' },
    ])
      assertError(
        await server.call('POST', '/admin/announce', { headers: GOOD, payload: wrong }),
        'INVALID_MESSAGE',
      );
    assert.equal(asked.length, 1);
  });

  it('log each act in one line, with what came of it', async () => {
    const acts = (): unknown[] =>
      server.logLines
        .splice(0)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => msg === 'the operator acted')
        .map(({ level: _level, time: _time, msg: _msg, requestId: _id, ...act }) => act);
    acts();
    const post = (path: string, payload?: unknown) =>
      server.call('POST', path, { headers: GOOD, ...(payload !== undefined && { payload }) });
    const who = { by: 'admin', from: '127.0.0.1' };
    const payload = { to: 'p2', note: 'left' };
    await post('/admin/battles/b1/end', payload);
    assertError(await post('/admin/battles/over/end', payload), 'BATTLE_ENDED');
    assertError(await post('/admin/battles/broken/end', payload), 'SERVER_ERROR');
    await post('/admin/processes/p-1/drain');
    assertError(await post('/admin/processes/p-9/drain'), 'NOT_FOUND');
    await post('/admin/announce', { message: 'soon', startsAt: 5 });
    await post('/admin/outbox/b9/retry');
    assertError(await post('/admin/outbox/b1/retry'), 'BATTLE_NOT_FOUND');
    await post('/admin/outbox/retry');
    await post('/health/cleanup?dryRun=1');
    assert.deepEqual(acts(), [
      { ...who, act: 'end', on: 'b1', ...payload, result: 'done' },
      { ...who, act: 'end', on: 'over', ...payload, result: 'BATTLE_ENDED' },
      { ...who, act: 'end', on: 'broken', ...payload, result: 'SERVER_ERROR' },
      { ...who, act: 'drain', on: 'p-1', result: 'done' },
      { ...who, act: 'drain', on: 'p-9', result: 'NOT_FOUND' },
      { ...who, act: 'announce', message: 'soon', startsAt: 5, result: 'done' },
      { ...who, act: 'retry', on: 'b9', result: 'done' },
      { ...who, act: 'retry', on: 'b1', result: 'BATTLE_NOT_FOUND' },
      { ...who, act: 'retry', result: 'done' },
      { ...who, act: 'cleanup', dryRun: true, result: 'done' },
    ]);
  });

  it('try again all that is set aside, by pages, and nothing twice', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `b${index}` as BattleId);
    const aside = [...ids];
    const retried: BattleId[] = [];
    const admin = fakeAdmin(PASSWORD, {
      outbox: async () => {
        const items = aside.slice(0, 100).map((battleId) => ({ ...asideBattle, battleId }));
        return { waiting: 0, aside: aside.length, oldestMs: null, items };
      },
      retry: async (id) => {
        retried.push(id);
        aside.splice(aside.indexOf(id), 1);
        // It fails again soon.
        aside.push(id);
        return id !== 'b7';
      },
    });
    const other = await startHttp({ admin });
    const { body } = await other.call('POST', '/admin/outbox/retry', { headers: GOOD });
    assert.deepEqual(retried, ids);
    assert.deepEqual(body, { retried: ids.filter((id) => id !== 'b7') });
    await other.stop();
  });
});
