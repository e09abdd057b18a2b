/** What a player is told that another process, or the end of a battle, has to say. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import type { FormatId, UserId } from '../../src/battle/ids.ts';
import { EventBus } from '../../src/cluster/event-bus.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';
import { abandonAll, Player, startDuel } from '../support/player.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

/** The time of another process. */
const AT = 1_800_000_000_000;

/** Of another process. */
function otherBus(): EventBus {
  return new EventBus({
    presence: matchMaker.presence,
    serverId: 'another',
    now: () => AT,
    scheduler: new FakeScheduler(),
    logger: createLogger('silent'),
  });
}

describe('notifications', () => {
  let server: TestServer;

  before(async function () {
    this.timeout(30_000);
    server = await startTestServer();
  });
  after(async () => {
    abandonAll();
    await server.dispose();
  });

  it('tell of an achievement, once, in the battle and in the queue, and the profile keeps it', async () => {
    const { battleId, p1, one, two } = await startDuel(server.url);
    const { format } = one.state;
    const queue = await p1.enterQueue();
    two.send('FORFEIT');
    const told = { type: 'achievement_unlocked', achievement: 'first_win', points: 10 };
    for (const { at, ...notification } of [
      await one.next('NOTIFICATION'),
      await queue.next('NOTIFICATION'),
    ]) {
      assert.deepEqual(notification, told);
      assert(at > 0);
    }
    const profile = await fetch(`${server.url}/users/${encodeURIComponent(p1.id)}`);
    const { achievements, battles } = (await profile.json()) as { achievements: object[]; battles: number };
    assert.equal(battles, 1);
    const [{ at: _, ...kept }] = achievements as [{ at: number }];
    assert.deepEqual(kept, { kind: 'first_win', points: 10, format, battleId });
    assert.equal(achievements.length, 1);
  });

  it('tell everybody of maintenance that another process announces', async () => {
    const other = otherBus();
    const { battleId, p1, one, two } = await startDuel(server.url);
    const watching = await new Player(server.url).join(battleId);
    const queue = await p1.enterQueue();
    const told = { type: 'maintenance', message: 'Back in five minutes.', startsAt: 5 } as const;
    await other.start();
    await other.publish('system:events', told);
    await other.close();
    for (const each of [one, two, watching])
      assert.deepEqual(await each.next('NOTIFICATION'), { ...told, at: AT });
    assert.deepEqual(await queue.next('NOTIFICATION'), { ...told, at: AT });
  });

  it('come from other processes too, and to nobody else', async () => {
    const other = otherBus();
    const { p1, p2, two } = await startDuel(server.url);
    const challenge = {
      type: 'challenge_received',
      challengerId: 'brock' as UserId,
      format: 'gen9ou' as FormatId,
    } as const;
    await other.start();
    await other.publish('player:notifications', { ...challenge, playerId: p1.id as UserId });
    await other.publish('player:notifications', {
      ...challenge,
      playerId: p2.id as UserId,
      challengerId: 'misty' as UserId,
    });
    await other.close();
    const first = await two.next('NOTIFICATION');
    assert.deepEqual(first, { ...challenge, challengerId: 'misty', at: AT });
  });
});
