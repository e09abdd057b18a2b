import { MemoryChallenges } from '../../src/persistence/challenges/memory.ts';
import { MemoryTickets } from '../../src/persistence/tickets/memory.ts';
import { CHALLENGE_CONTRACT_RULES, testChallengeStore } from './challenges.contract.ts';

testChallengeStore('memory', async () => {
  let now = 1_000_000;
  const tickets = new MemoryTickets(() => now);
  return {
    tickets,
    store: new MemoryChallenges(tickets, () => now, CHALLENGE_CONTRACT_RULES),
    pass: async (ms) => {
      now += ms;
    },
  };
});
