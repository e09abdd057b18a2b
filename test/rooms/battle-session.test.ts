import assert from 'node:assert/strict';
import type { SideId } from '../../src/battle/ids.ts';
import { verdictFor } from '../../src/battle/input.ts';
import { replay } from '../../src/battle/replay.ts';
import { openingFor, Recording } from '../support/play.ts';
import { TRAP_TEAMS } from '../battle/traps-teams.ts';
import { codeOf, SessionTable } from './battle-session-table.ts';

describe('a battle session', () => {
  it('begins with `resume` and publishes what is there', async () => {
    const table = new SessionTable();
    await table.session.start();
    assert.deepEqual(
      table.log.entries.map(({ input }) => input),
      [{ type: 'resume' }],
    );
    assert.deepEqual(table.heard(), ['updated']);
    assert(table.session.isLive);
  });

  it('logs, then plays, then tells; the turn with the last answer', async () => {
    const table = await SessionTable.live();
    const first = await table.session.choose('p1', 'move 1', 1);
    assert.deepEqual(first, { kind: 'accepted', rqid: 1, choice: 'move 1' });
    assert.deepEqual(table.heard(), ['accepted p1 1 move 1', 'updated']);
    assert.equal(table.session.battle.rqid, 1);
    await table.session.choose('p2', 'default', 1);
    assert.deepEqual(table.heard(), ['accepted p2 1 default', 'updated']);
    assert.equal(table.session.battle.rqid, 2);
    assert.deepEqual(
      table.log.entries.map(({ input }) => input.type),
      ['resume', 'choice', 'choice'],
    );
  });

  it('measures what it logs, plays and tells, in that order', async () => {
    const table = await SessionTable.live();
    table.meter.told.length = 0;
    await table.session.choose('p1', 'move 1', 1);
    const told = ['took append 0', 'accepted choice', 'took publish 0', 'took answer 0'];
    assert.deepEqual(table.meter.told.splice(0), told);
    const release = table.log.hold();
    const reply = table.session.choose('p2', 'default', 1);
    await table.scheduler.pass(20);
    release();
    await reply;
    assert.deepEqual(table.meter.told.splice(0), [
      'took append 20',
      'accepted choice',
      'took commit 0',
      'took publish 0',
      'took answer 20',
    ]);
    await table.session.choose('p1', 'foo', 2);
    assert.deepEqual(table.meter.told, ['took answer 0']);
  });

  it('logs a refusal that corrected the request, and no other', async () => {
    const { format, teams } = TRAP_TEAMS.arenaTrapGen4;
    const table = await SessionTable.live({ opening: openingFor(format, '1', teams) });
    const trapped = await table.session.choose('p2', 'switch 2', 1);
    assert(trapped.kind === 'refused');
    assert.equal(trapped.error.code, 'INVALID_MOVE');
    assert.equal(trapped.error.rqid, 1);
    assert.deepEqual(
      [
        trapped.error.request?.update,
        trapped.error.request?.active?.[0]?.trapped,
        trapped.error.request?.rqid,
      ],
      [true, true, 1],
    );
    assert.equal(table.log.entries.length, 2);
    for (const text of ['switch 2', 'switch 9', 'foo']) {
      assert.equal(codeOf(await table.session.choose('p2', text, 1)), 'INVALID_MOVE', text);
    }
    assert.equal(table.log.entries.length, 2);
    assert.deepEqual(table.heard(), []);
  });

  for (const side of ['p1', 'p2'] as const) {
    it(`ends when ${side} gives up, and records it once`, async () => {
      const table = await SessionTable.live();
      assert.equal(codeOf(await table.session.forfeit(side)), 'accepted');
      const winner = side === 'p1' ? 'p2' : 'p1';
      assert.deepEqual(table.heard(), ['updated', `ended ${winner} forfeit`]);
      assert.equal(codeOf(await table.session.forfeit(side)), 'BATTLE_ENDED');
      const [record] = table.log.records;
      assert.equal(table.log.records.length, 1);
      assert.deepEqual(record?.outcome, { winner, reason: 'forfeit' });
      assert.deepEqual(record?.entries, table.log.entries);
      assert.deepEqual(record?.lines, table.session.battle.channels.spectator);
      assert.equal(record?.startedAt, table.log.entries[0]!.at);
      assert.equal(record?.endedAt, table.log.entries.at(-1)!.at);
      assert.equal(table.scheduler.pending, 0);
    });
  }

  it('ends by the word of the operator, which is an input like any other', async () => {
    for (const [winner, ended] of [
      ['p1', 'ended p1 forfeit'],
      ['p2', 'ended p2 forfeit'],
      [null, 'ended nobody void'],
    ] as const) {
      const table = await SessionTable.live();
      const verdict = verdictFor(winner, 'stalled');
      assert.equal(codeOf(await table.session.end(verdict)), 'accepted');
      assert.deepEqual(table.heard(), ['updated', ended]);
      assert.deepEqual(table.log.entries.at(-1)?.input, verdict);
      assert.deepEqual(table.log.records[0]?.entries, table.log.entries);
      assert.equal(codeOf(await table.session.end(verdict)), 'BATTLE_ENDED');
      assert.equal(table.log.records.length, 1);
      const { battle } = replay(table.session.battle.opening, table.log.entries);
      assert.deepEqual(battle.outcome, table.session.battle.outcome);
      // The owner died between the verdict and its recording.
      const recording = new Recording(openingFor('gen9randombattle', 'session'));
      recording.log({ type: 'resume' });
      recording.log(verdict);
      const next = new SessionTable(recording);
      await next.session.start();
      assert.deepEqual(next.heard(), [ended]);
    }
  });

  it('finishes a battle whose log replays to its end', async () => {
    // The owner died between the last append and the recording.
    const recording = new Recording(openingFor('gen9randombattle', 'session'));
    recording.log({ type: 'resume' });
    recording.log({ type: 'forfeit', side: 'p1', why: 'forfeit' });
    const table = new SessionTable(recording);
    await table.session.start();
    assert.deepEqual(table.heard(), ['ended p2 forfeit']);
    assert.equal(table.log.entries.length, 2);
    assert.equal(table.log.records.length, 1);
  });
});

/** Of both sides' first answers, in order, `p1`'s being the text `move 1`. */
type Story = 'nothing' | 'p1 chose' | 'both chose' | 'ended';

interface Row {
  readonly after: Story;
  readonly text: string;
  readonly rqid: number | undefined;
  readonly side?: SideId;
  readonly gets: string;
}

const ROWS: readonly Row[] = [
  { after: 'nothing', text: 'move 1', rqid: 1, gets: 'accepted' },
  { after: 'nothing', text: 'move 1', rqid: undefined, gets: 'accepted' },
  { after: 'nothing', text: 'move 1', rqid: 0, gets: 'STALE_REQUEST' },
  { after: 'nothing', text: 'move 1', rqid: 2, gets: 'INVALID_MESSAGE' },
  { after: 'nothing', text: 'move 9', rqid: 1, gets: 'INVALID_MOVE' },
  { after: 'nothing', text: 'move 9', rqid: 2, gets: 'INVALID_MESSAGE' },
  { after: 'p1 chose', text: 'move 1', rqid: 1, gets: 'accepted again' },
  { after: 'p1 chose', text: 'move 2', rqid: 1, gets: 'NOT_YOUR_TURN' },
  { after: 'p1 chose', text: 'move 9', rqid: 1, gets: 'NOT_YOUR_TURN' },
  { after: 'p1 chose', text: 'move 1', rqid: undefined, gets: 'NOT_YOUR_TURN' },
  { after: 'p1 chose', text: 'move 1', rqid: 2, gets: 'INVALID_MESSAGE' },
  { after: 'p1 chose', text: 'move 1', rqid: 1, side: 'p2', gets: 'accepted' },
  { after: 'both chose', text: 'move 1', rqid: 1, gets: 'accepted again' },
  { after: 'both chose', text: 'move 2', rqid: 1, gets: 'STALE_REQUEST' },
  { after: 'both chose', text: 'default', rqid: 2, gets: 'accepted' },
  { after: 'both chose', text: 'default', rqid: undefined, gets: 'accepted' },
  { after: 'both chose', text: 'move 1', rqid: 3, gets: 'INVALID_MESSAGE' },
  { after: 'both chose', text: 'move 1', rqid: 1, side: 'p2', gets: 'STALE_REQUEST' },
  { after: 'ended', text: 'default', rqid: 2, gets: 'BATTLE_ENDED' },
  { after: 'ended', text: 'default', rqid: undefined, gets: 'BATTLE_ENDED' },
  { after: 'ended', text: 'move 1', rqid: 1, gets: 'accepted again' },
  { after: 'ended', text: 'move 2', rqid: 1, gets: 'BATTLE_ENDED' },
  { after: 'ended', text: 'move 1', rqid: 9, gets: 'BATTLE_ENDED' },
];

describe('rqid', () => {
  for (const { after, text, rqid, side = 'p1', gets } of ROWS) {
    it(`after ${after}, ${side} sends ${text} for ${rqid ?? 'whatever is open'}: ${gets}`, async () => {
      const table = await SessionTable.live();
      await tell(table, after);
      const logged = table.log.entries.length;
      table.heard();
      const reply = await table.session.choose(side, text, rqid);
      const isRepeat = reply.kind === 'accepted' && reply.isRepeat === true;
      assert.equal(isRepeat ? 'accepted again' : codeOf(reply), gets);
      assert.equal(table.log.entries.length, logged + (gets === 'accepted' ? 1 : 0));
      if (gets !== 'accepted') assert.deepEqual(table.heard(), []);
      if (reply.kind === 'refused') checkRefusal(table, reply.error);
      if (isRepeat) assert.deepEqual([reply.rqid, reply.choice], [rqid, text]);
    });
  }

  it('is repeated across a change of owner as if nothing had happened', async () => {
    const before = await SessionTable.live();
    await before.session.choose('p1', 'move 1', 1);
    const table = await before.takenOver(3_000);
    const again = await table.session.choose('p1', 'move 1', 1);
    assert.deepEqual(again, { kind: 'accepted', rqid: 1, choice: 'move 1', isRepeat: true });
    assert.equal(codeOf(await table.session.choose('p1', 'move 2', 1)), 'NOT_YOUR_TURN');
    assert.equal(codeOf(await table.session.choose('p2', 'default', 1)), 'accepted');
    assert.equal(table.session.battle.rqid, 2);
  });
});

async function tell({ session }: SessionTable, story: Story): Promise<void> {
  if (story === 'nothing') return;
  await session.choose('p1', 'move 1', 1);
  if (story === 'p1 chose') return;
  await session.choose('p2', 'default', 1);
  assert.equal(session.battle.rqid, 2);
  if (story === 'ended') await session.forfeit('p2');
}

function checkRefusal(
  { session }: SessionTable,
  error: { code: string; rqid?: number; request?: unknown; details?: unknown },
): void {
  assert.equal(error.rqid, session.battle.rqid);
  assert.equal(error.request !== undefined, error.code === 'INVALID_MOVE');
  if (error.code === 'BATTLE_ENDED')
    assert.deepEqual(error.details, { winner: 'user-p1', reason: 'forfeit' });
}
