import assert from 'node:assert/strict';
import type { FormatId, UserId } from '../../src/battle/ids.ts';
import { MemoryTickets } from '../../src/persistence/tickets/memory.ts';
import { CONTRACT_RULES, testTicketStore } from './tickets.contract.ts';

testTicketStore('memory', async () => {
  let now = 1_000_000;
  return {
    store: new MemoryTickets(() => now, CONTRACT_RULES),
    pass: async (ms) => {
      now += ms;
    },
    close: async () => {},
  };
});

describe('MemoryTickets', () => {
  it('keeps joinedAt in the order of places when the clock is set back', async () => {
    let now = 1_000_000;
    const store = new MemoryTickets(() => now, CONTRACT_RULES);
    const format = 'gen9ou' as FormatId;
    for (const userId of ['ann', 'bob'] as UserId[]) {
      await store.join({ userId, name: userId, elo: 1000, format, team: null }, false);
      now -= 100;
    }
    const { tickets } = await store.waiting(format);
    assert.deepEqual(
      tickets.map(({ joinedAt }) => joinedAt),
      [1_000_000, 1_000_000],
    );
  });
});
