import assert from 'node:assert/strict';
import { tallyBattles, type TalliedRoom } from '../../src/rooms/battle-tally.ts';

interface Standing {
  readonly isLive?: boolean;
  readonly hasEnded?: boolean;
  readonly startedAt?: number;
  readonly clients?: number;
  readonly spectators?: number;
}

const NOW = 1_000_000;

function room({
  isLive = false,
  hasEnded = false,
  startedAt = 0,
  clients = 0,
  spectators = 0,
}: Standing): TalliedRoom {
  return {
    session: { isLive, hasEnded, logged: { startedAt }, deadlines: { storeNow: () => NOW } },
    clients: { length: clients },
    describe: () => ({ spectators }),
  };
}

const NONE = { battles: 0, meanAgeMs: null, players: 0, spectators: 0 };

describe('tallyBattles', () => {
  it('counts nothing where nothing is played', () => {
    assert.deepEqual(tallyBattles([]), { playing: NONE, paused: NONE, ended: NONE });
  });

  it('counts battles by how they stand, with their mean age and their connections', () => {
    const tally = tallyBattles([
      room({ isLive: true, startedAt: NOW - 60_000, clients: 5, spectators: 3 }),
      room({ isLive: true, startedAt: NOW - 20_000, clients: 1 }),
      room({ startedAt: NOW - 5_000, clients: 2 }),
      room({ hasEnded: true, startedAt: NOW - 90_000, clients: 2, spectators: 1 }),
    ]);
    assert.deepEqual(tally, {
      playing: { battles: 2, meanAgeMs: 40_000, players: 3, spectators: 3 },
      paused: { battles: 1, meanAgeMs: 5_000, players: 2, spectators: 0 },
      ended: { battles: 1, meanAgeMs: 90_000, players: 1, spectators: 1 },
    });
  });

  it('takes a battle that has no entry yet for new', () => {
    assert.equal(tallyBattles([room({})]).paused.meanAgeMs, 0);
  });
});
