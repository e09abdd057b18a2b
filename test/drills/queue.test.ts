/** The queue of several real processes: who loses his process finds his place at another one. */
import assert from 'node:assert/strict';
import { signedAccounts } from '../../loadtest/accounts.ts';
import type { UserId } from '../../src/battle/ids.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { RedisTickets } from '../../src/persistence/tickets/redis.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { abandonAll, Player, type InQueue } from '../support/player.ts';
import { DURABLE } from '../support/redis.ts';
import { TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { WATCHED } from './pairing-watch.ts';
import { proveQueue } from './queue.proof.ts';
import { Seeker, type Fate } from './seeker.ts';
import { proveThirdProcess } from './third-process.proof.ts';

describe('the queue of a cluster', () => {
  let cluster: TestCluster;
  before(async function () {
    this.timeout(60_000);
    cluster = await startCluster(2, {}, { ...DURABLE, ...WATCHED });
  });
  afterEach(abandonAll);
  after(async function () {
    this.timeout(60_000);
    await cluster.dispose();
  });

  /** Each test has a format of its own: a ticket outlives its connection, and would be matched by the next test. */
  async function queueAt(
    { url }: ServerProcess,
    id: string,
    format: string,
  ): Promise<{ queue: InQueue; joinedAt: number }> {
    const queue = await new Player(url, id).enterQueue();
    // What it would do by itself is not what is asked here.
    queue.room.reconnection.enabled = false;
    queue.send('JOIN_QUEUE', { format });
    return { queue, joinedAt: (await queue.next('QUEUE_JOINED')).joinedAt };
  }

  it('has the place of a user whose process stands still, also in another queue', async () => {
    const [one, other] = cluster.servers as [ServerProcess, ServerProcess];
    const { joinedAt } = await queueAt(one, 'cat', 'gen2randombattle');
    one.signal('SIGSTOP');
    try {
      const back = await queueAt(other, 'cat', 'gen2randombattle');
      assert.equal(back.joinedAt, joinedAt);
      const moved = await new Player(other.url, 'cat').enterQueue();
      moved.send('JOIN_QUEUE', { format: 'gen1randombattle' });
      assert.equal((await moved.next('ERROR')).code, 'ALREADY_IN_QUEUE');
      await back.queue.leave();
      moved.send('JOIN_QUEUE', { format: 'gen1randombattle' });
      assert.equal((await moved.next('QUEUE_JOINED')).format, 'gen1randombattle');
      await moved.request('LEAVE_QUEUE', {});
    } finally {
      one.signal('SIGCONT');
    }
  });

  it('gives a new process its share of the battles', async function () {
    this.timeout(60_000);
    await proveThirdProcess(cluster, { crowd: 20, loadMs: 1_000, windowMs: 4_000 }, 1, () => {});
  });

  it('matches everybody who stays, and nobody wrongly, while processes die', async function () {
    this.timeout(90_000);
    await proveQueue(cluster, { users: 60, crowd: 20, kills: 1, drains: 0 }, 1, () => {});
  });

  it('owes no place to who has asked to leave when his process dies, but to everybody else', async function () {
    this.timeout(30_000);
    const [one] = cluster.servers as [ServerProcess];
    const accounts = signedAccounts(TEST_SECRET);
    const seekerOf = async (format: string, fate: Fate): Promise<Seeker> =>
      new Seeker({ url: one.url, account: await accounts.take(), format, fate, patienceMs: 500 });
    const seekers = [
      await seekerOf('gen9randomdoublesbattle', 'leaves'),
      await seekerOf('gen8randomdoublesbattle', 'stays'),
    ];
    const [leaver, stayer] = seekers as [Seeker, Seeker];
    const sought = Promise.all(seekers.map((seeker) => seeker.seek()));
    await until(() => leaver.isWaiting && stayer.isWaiting, 'nobody has a place');
    // As if it were to die between taking the tickets away and saying so.
    one.signal('SIGSTOP');
    await until(() => leaver.hasAskedToLeave, 'nobody asks to leave');
    const tickets = new RedisTickets(cluster.redis.connect(), redisKeys('endure:'));
    for (const { id } of seekers) await tickets.leave(id as UserId);
    await one.kill('SIGKILL');
    await one.start();
    const isPlaced = (): boolean => stayer.placesKept + stayer.faults.length > 0;
    await until(() => leaver.hasLeft && isPlaced(), 'nobody is back');
    stayer.stop();
    await sought;
    assert.deepEqual(leaver.faults, []);
    assert.match(stayer.faults.join(), /^lost its place/);
  });

  it('has the place of a user whose process was killed', async () => {
    const [one, other] = cluster.servers as [ServerProcess, ServerProcess];
    const { queue, joinedAt } = await queueAt(one, 'bob', 'gen3randombattle');
    await one.kill('SIGKILL');
    await queue.closed;
    assert.equal((await queueAt(other, 'bob', 'gen3randombattle')).joinedAt, joinedAt);
  });

  it('has the place of a user whose process drains', async function () {
    this.timeout(30_000);
    const [, one, other] = cluster.servers as [ServerProcess, ServerProcess, ServerProcess];
    const { queue, joinedAt } = await queueAt(one, 'ann', 'gen4randombattle');
    const stopped = one.kill('SIGTERM');
    assert.deepEqual(await queue.next('QUEUE_LEFT'), { format: 'gen4randombattle', reason: 'shutdown' });
    assert.equal(await queue.closed, 4010);
    const back = await queueAt(other, 'ann', 'gen4randombattle');
    assert.equal(back.joinedAt, joinedAt);
    await stopped;
  });
});
