/** What a server says on the event bus, as another process hears it. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import { EventBus } from '../../src/cluster/event-bus.ts';
import type { BusEvent } from '../../src/cluster/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';
import { abandonAll, startDuel } from '../support/player.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('the announcements of a server', () => {
  let server: TestServer;
  let witness: EventBus;
  const heard: BusEvent['payload'][] = [];

  before(async function () {
    this.timeout(30_000);
    server = await startTestServer();
    witness = new EventBus({
      presence: matchMaker.presence,
      serverId: 'witness',
      now: Date.now,
      scheduler: new FakeScheduler(),
      logger: createLogger('silent'),
    });
    await witness.start();
    witness.subscribeAll(({ payload }) => void heard.push(payload));
  });
  after(async () => {
    abandonAll();
    await server.dispose();
  });

  it('tell of a battle when it starts and when it ends, of ranks, and of the process when it goes away', async () => {
    const { battleId, p1, p2, one, two } = await startDuel(server.url);
    const players = { p1: p1.id, p2: p2.id };
    const match = { matchId: battleId, format: one.state.format, players };
    const ranks = Promise.withResolvers<void>();
    witness.subscribe('leaderboard:updates', ({ payload }) => {
      if (payload.playerId === p2.id) ranks.resolve();
    });
    two.send('FORFEIT');
    await one.next('BATTLE_END');
    // Counted after the end was told: a server that is stopped at once may not come to it.
    await ranks.promise;
    const { processId } = matchMaker;
    const rankUpdate = (playerId: string, newRank: number, ratingChange: number) => ({
      format: match.format,
      playerId,
      affectedPlayers: [],
      rankChanges: { oldRank: null, newRank, ratingChange },
      fullRefresh: true,
    });
    await server.stop();
    assert.deepEqual(heard, [
      { type: 'started', ...match },
      { type: 'completed', ...match, winner: 'p1', ratingChanges: { p1: 40, p2: 0 } },
      { type: 'achievement_unlocked', playerId: p1.id, achievement: 'first_win', points: 10 },
      rankUpdate(p1.id, 1, 40),
      rankUpdate(p2.id, 2, 0),
      { type: 'process_draining', processId },
      { type: 'process_down', processId },
    ]);
  });
});
