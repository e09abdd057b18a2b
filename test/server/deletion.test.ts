import assert from 'node:assert/strict';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import type { CodedError } from '../../src/errors.ts';
import { MemoryChallenges } from '../../src/persistence/challenges/memory.ts';
import { MemoryTickets } from '../../src/persistence/tickets/memory.ts';
import { createDeletion } from '../../src/server/deletion.ts';

const [ASH, FOE] = ['ash', 'foe'] as const as readonly [UserId, UserId];
const FORMAT = 'gen9ou' as FormatId;

function start(where: { playing?: string; unrecorded?: string } = {}) {
  const done: string[] = [];
  const tickets = new MemoryTickets(() => 1_000_000);
  const remove = createDeletion({
    challenges: new MemoryChallenges(tickets, () => 1_000_000),
    tickets,
    log: { battleOf: async () => (where.playing ?? null) as BattleId | null },
    users: { erase: async (id) => void done.push(`erase ${id}`) },
    unrecorded: async () => (where.unrecorded ?? null) as BattleId | null,
    deleted: (id) => void done.push(`deleted ${id}`),
  });
  const join = (userId: UserId) =>
    tickets.join({ userId, name: userId, elo: 1000, format: FORMAT, team: null }, false);
  return { done, tickets, remove, join };
}

describe('the deletion of a user', () => {
  it('leaves the queue, erases, and tells', async () => {
    const { done, tickets, remove, join } = start();
    await join(ASH);
    await remove(ASH);
    assert.equal(await tickets.placing(ASH), null);
    assert.deepEqual(done, ['erase ash', 'deleted ash']);
  });

  for (const where of [{ playing: 'b-1' }, { unrecorded: 'b-1' }]) {
    it(`is refused to who is ${Object.keys(where).join()}`, async () => {
      const { done, remove } = start(where);
      await assert.rejects(remove(ASH), ({ code, details }: CodedError) => {
        assert.deepEqual([code, details], ['ALREADY_IN_BATTLE', { battleId: 'b-1' }]);
        return true;
      });
      assert.deepEqual(done, []);
    });
  }

  it('is refused to who is paired', async () => {
    const { done, tickets, remove, join } = start();
    await join(ASH);
    await join(FOE);
    await tickets.match('b-1' as BattleId, FORMAT, [ASH, FOE]);
    await assert.rejects(remove(ASH), ({ code, details }: CodedError) => {
      assert.deepEqual([code, details], ['ALREADY_IN_QUEUE', { format: FORMAT, position: 0 }]);
      return true;
    });
    assert.deepEqual(done, []);
  });
});
