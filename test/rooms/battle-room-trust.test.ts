/** What a connection gets from a process that the others may have given up: what had been told before, and no more. */
import assert from 'node:assert/strict';
import type { UserId } from '../../src/battle/ids.ts';
import { settle } from '../support/fake-scheduler.ts';
import { openingFor } from '../support/play.ts';
import { RecordedBattle, type Message } from '../support/recording-room.ts';

type Start = Extract<Message, { type: 'BATTLE_START' }>['payload'];

describe('a room whose process may have been given up', () => {
  let recorded: RecordedBattle;
  let users: readonly UserId[];

  beforeEach(async () => {
    const opening = openingFor('gen9randombattle', 'trust');
    users = opening.sides.map(({ userId }) => userId);
    recorded = await RecordedBattle.open(opening);
    await recorded.join('one', users[0]!);
    await recorded.join('two', users[1]!);
    await recorded.send('two', 'MOVE', { choice: 'default', rqid: 1 });
    await recorded.advance(1_000);
  });
  afterEach(() => recorded.close());

  function startOf(name: string): Start {
    const [first] = recorded.takeMessages(name);
    assert.equal(first?.type, 'BATTLE_START');
    return first.payload;
  }

  function typesFor(name: string): string[] {
    return recorded.takeMessages(name).map(({ type }) => type);
  }

  /** The turn has been played and logged, and nobody has been told. */
  async function withhold(): Promise<void> {
    for (const name of ['one', 'two']) recorded.take(name);
    recorded.isTrusted = false;
    await recorded.send('one', 'MOVE', { choice: 'default', rqid: 1 });
    assert.equal(recorded.room.session.battle.rqid, 2);
  }

  async function wake(): Promise<void> {
    recorded.isTrusted = true;
    recorded.room.session.wake();
    await settle();
  }

  it('gives a new join the lines that were told, without a request, and the rest when it is trusted again', async () => {
    await recorded.join('before', 'watcher');
    const { lines } = startOf('before');
    await withhold();
    await recorded.join('again', users[0]!);
    await recorded.join('after', 'other watcher');
    const [start, ...standing] = recorded.takeMessages('again');
    assert.equal(start?.type, 'BATTLE_START');
    assert.deepEqual(
      standing.map(({ type }) => type),
      ['BATTLE_PAUSED'],
    );
    assert.equal(start.payload.request, undefined);
    assert.deepEqual(startOf('after').lines, lines);
    await wake();
    const [accepted, update, resumed] = recorded.takeMessages('again');
    assert.deepEqual(accepted, { type: 'MOVE_ACCEPTED', payload: { rqid: 1, choice: 'default' } });
    assert(update?.type === 'BATTLE_UPDATE' && resumed?.type === 'BATTLE_RESUMED');
    assert.equal(update.payload.from, start.payload.lines.length);
    assert.equal(update.payload.request?.rqid, 2);
    assert.deepEqual(typesFor('after'), ['BATTLE_UPDATE', 'BATTLE_RESUMED']);
  });

  it('gives the open request to who joins while an answer of its side is withheld, and the answer later', async () => {
    const other = openingFor('gen9randombattle', 'half');
    const half = await RecordedBattle.open({ ...other, id: `${other.id}-half` as never });
    try {
      await half.join('one', users[0]!);
      half.isTrusted = false;
      await half.send('one', 'MOVE', { choice: 'default', rqid: 1 });
      await half.join('again', users[0]!);
      await half.join('two', users[1]!);
      for (const name of ['again', 'two']) {
        const [start, paused, ...more] = half.takeMessages(name);
        assert.equal((start!.payload as Start).request?.rqid, 1, name);
        assert.deepEqual([paused?.type, more.length], ['BATTLE_PAUSED', 0], name);
      }
      assert.equal(half.room.state.sides.get('p1')!.hasChosen, false);
      half.isTrusted = true;
      half.room.session.wake();
      await settle();
      assert.deepEqual(
        half.takeMessages('again').map(({ type }) => type),
        ['MOVE_ACCEPTED', 'BATTLE_RESUMED'],
      );
      assert.deepEqual(
        half.takeMessages('two').map(({ type }) => type),
        ['BATTLE_RESUMED'],
      );
      assert.equal(half.room.state.sides.get('p1')!.hasChosen, true);
    } finally {
      await half.close();
    }
  });

  it('answers REQUEST_STATE with what was told', async () => {
    await recorded.send('one', 'REQUEST_STATE', { from: 0 });
    const before = recorded.takeMessages('one').at(-1);
    await withhold();
    await recorded.send('one', 'REQUEST_STATE', { from: 0 });
    const after = recorded.takeMessages('one').at(-1);
    assert(before?.type === 'BATTLE_UPDATE' && after?.type === 'BATTLE_UPDATE');
    assert.deepEqual(after.payload.lines, before.payload.lines);
    assert.equal(after.payload.request, undefined);
  });

  it('keeps the state as it was while somebody comes and goes', async () => {
    const before = recorded.room.state.toJSON();
    await withhold();
    await recorded.join('phone', users[0]!);
    await recorded.drop('phone');
    const sides = (state: unknown): unknown =>
      JSON.parse(JSON.stringify(state, (key, value: unknown) => (key === 'deadlineAt' ? undefined : value)));
    assert.deepEqual(sides(recorded.room.state.toJSON()), sides(before));
  });

  it('says nothing to those who are there', async () => {
    await withhold();
    assert.deepEqual(typesFor('one'), ['BATTLE_PAUSED']);
    assert.deepEqual(typesFor('two'), ['BATTLE_PAUSED']);
  });
});
