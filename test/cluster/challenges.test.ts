/** Challenges between users at two real server processes, over real Redis. */
import assert from 'node:assert/strict';
import { connect, type Battle } from '../../client/src/endure.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { abandonAll, Player, tokenOf, type InQueue } from '../support/player.ts';

const FORMAT = 'gen9randombattle';

describe('challenges in a cluster', function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  before(async () => {
    silenceSdk();
    cluster = await startCluster(2);
  });
  afterEach(() => abandonAll());
  after(() => cluster.dispose());

  /** A user at each of the processes. */
  async function pair(names: readonly [string, string]): Promise<[Player, Player, InQueue, InQueue]> {
    const [one, two] = names.map((name, index) => new Player(cluster.servers[index]!.url, name)) as [
      Player,
      Player,
    ];
    await Promise.all([one, two].map((player) => player.call('GET', '/me')));
    return [one, two, await one.enterQueue(), await two.enterQueue()];
  }

  async function challenge(queue: InQueue, to?: string): Promise<string> {
    queue.send('CHALLENGE', { format: FORMAT, ...(to !== undefined && { to }) });
    return (await queue.next('CHALLENGE_SENT')).challengeId;
  }

  /** One has challenged the other, both through the client package. Answers what takes it into its battle. */
  async function clientPair(): Promise<() => Promise<void>> {
    const [cat, dan] = await Promise.all(
      ['cat-3', 'dan-3'].map((id) => connect({ url: cluster.url, token: tokenOf(id) })),
    );
    const [hers, his] = [cat!.challenges(), dan!.challenges()];
    const received = new Promise((resolve) => void his.on('received', resolve));
    const { challengeId } = await hers.send(FORMAT, { to: dan!.user.id });
    await received;
    const matched = new Promise<Battle>((resolve) => void hers.on('matched', resolve));
    return async () => {
      const [first, second] = await Promise.all([matched, his.accept(challengeId)]);
      assert.equal(first.id, second.id);
      for (const client of [cat!, dan!]) client.close();
    };
  }

  it('reach a user at another process, and end for both', async () => {
    const [, bob, hers, his] = await pair(['ann-1', 'bob-1']);
    const challengeId = await challenge(hers, bob.id);
    assert.equal((await his.next('CHALLENGE_RECEIVED')).challengeId, challengeId);
    assert.equal((await his.next('NOTIFICATION')).type, 'challenge_received');
    his.send('CHALLENGE_DECLINE', { challengeId });
    for (const queue of [hers, his])
      assert.deepEqual(await queue.next('CHALLENGE_CLOSED'), { challengeId, reason: 'declined' });
  });

  it('go to one of two who accept at once at two processes', async () => {
    const [, , hers, his] = await pair(['ann-2', 'bob-2']);
    const other = await new Player(cluster.servers[0]!.url, 'cat-2').enterQueue();
    const challengeId = await challenge(hers);
    const outcomes = Promise.all(
      [his, other].map((queue) =>
        Promise.race([
          queue.next('MATCH_FOUND').then(() => 'found'),
          queue.next('ERROR').then(({ code }) => code),
        ]),
      ),
    );
    for (const queue of [his, other]) queue.send('CHALLENGE_ACCEPT', { challengeId });
    assert.deepEqual((await outcomes).sort(), ['CHALLENGE_NOT_FOUND', 'found']);
    assert.equal((await hers.next('CHALLENGE_CLOSED')).reason, 'accepted');
    await hers.next('MATCH_FOUND');
  });

  it('outlive the process of their challenger, who finds them at another one', async () => {
    const [ann, bob, hers, his] = await pair(['ann-3', 'bob-3']);
    const challengeId = await challenge(hers, bob.id);
    const followed = await clientPair();
    hers.abandon();
    await cluster.servers[0]!.kill('SIGKILL');
    const again = await new Player(cluster.servers[1]!.url, ann.id).enterQueue();
    assert.equal((await again.next('CHALLENGE_SENT')).challengeId, challengeId);
    his.send('CHALLENGE_ACCEPT', { challengeId });
    const seats = await Promise.all([again, his].map((queue) => queue.next('MATCH_FOUND')));
    assert.equal(seats[0]!.battleId, seats[1]!.battleId);
    const battle = await bob.consume(seats[1]!.seat);
    assert.equal((await battle.next('BATTLE_START')).side, 'p2');
    await followed();
  });
});
