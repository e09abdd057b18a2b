/** Challenges while a store does not answer, and when a process dies of one: with real stores in memory. */
import assert from 'node:assert/strict';
import type { Identity } from '../../src/auth/token.ts';
import type { BattleId, ChallengeId, UserId } from '../../src/battle/ids.ts';
import { CodedError } from '../../src/errors.ts';
import type { ChallengeNote } from '../../src/matchmaking/challenge-notes.ts';
import { Challenges, type ChallengePorts } from '../../src/matchmaking/challenges.ts';
import { MemoryChallenges } from '../../src/persistence/challenges/memory.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { createBuckets } from '../../src/rate-limit.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';
import { ann, bob, cat, OU, QueueHall, TEAM } from './queue-hall.ts';

const me = (id: UserId): Identity => ({ id, name: id, expiresAt: Number.MAX_SAFE_INTEGER });

class ChallengeHallOfTest {
  readonly queue = new QueueHall();
  readonly scheduler = new FakeScheduler();
  readonly notes: ChallengeNote[] = [];
  readonly faults: unknown[] = [];
  readonly store = new MemoryChallenges(this.queue.tickets, () => this.queue.now);
  reach: ChallengePorts['blocks']['reach'] = async () => 'open';
  team: ChallengePorts['team'] = async () => TEAM;
  readonly challenges = new Challenges(
    {
      store: this.store,
      blocks: { reach: (...users) => this.reach(...users) },
      scheduler: this.scheduler,
      pace: createBuckets({ perMinute: 60, burst: 60, now: () => 0 }),
      newChallengeId: () => 'c1' as ChallengeId,
      newBattleId: () => 'b1' as BattleId,
      battleOf: async (userId) => this.queue.battles.get(userId) ?? null,
      team: (...wish) => this.team(...wish),
      elo: async () => 1000,
      received: () => {},
    },
    {
      isHere: () => true,
      tell: () => {},
      note: async (note) => {
        this.notes.push(note);
        this.challenges.hear(note);
      },
      open: (match) => this.queue.matchmaker.open(match),
      failed: (error) => void this.faults.push(error),
    },
  );
}

describe('challenges, when something fails', () => {
  let hall: ChallengeHallOfTest;
  beforeEach(() => {
    hall = new ChallengeHallOfTest();
  });

  it('are refused while nobody knows who has blocked whom', async () => {
    hall.reach = () => Promise.reject(new Error('The database is away.'));
    await assert.rejects(hall.challenges.send(me(ann), { format: OU, to: bob }), StoreAway);
    hall.reach = () => new Promise(() => {});
    const sending = assert.rejects(hall.challenges.send(me(ann), { format: OU, to: bob }), StoreAway);
    await hall.scheduler.pass(2_000);
    await sending;
    assert.equal(await hall.store.sentBy(ann), null);
    assert.equal(hall.faults.length, 1);
    assert.equal(hall.scheduler.pending, 0);
  });

  it('by link are sent then, and not accepted', async () => {
    hall.reach = () => Promise.reject(new Error('The database is away.'));
    const { challengeId } = await hall.challenges.send(me(ann), { format: OU });
    await assert.rejects(hall.challenges.accept(me(bob), challengeId, undefined), StoreAway);
    assert.notEqual(await hall.store.sentBy(ann), null);
  });

  it('look at the team of nobody who may not accept them', async () => {
    hall.reach = async () => 'blocked';
    await hall.challenges.send(me(ann), { format: OU, to: bob });
    hall.team = () => Promise.reject(new CodedError('INVALID_TEAM'));
    for (const user of [ann, bob, cat])
      await assert.rejects(hall.challenges.accept(me(user), 'c1', undefined), {
        code: 'CHALLENGE_NOT_FOUND',
      });
  });

  it('come to their battle though whoever accepted them could not open it', async () => {
    const { openBattle } = hall.queue;
    hall.queue.openBattle = () => Promise.reject(new StoreAway('Gone.'));
    await hall.challenges.send(me(ann), { format: OU, to: bob });
    await hall.challenges.accept(me(bob), 'c1', undefined);
    await hall.queue.matchmaker.settled();
    assert.deepEqual(hall.queue.told, []);
    hall.queue.openBattle = openBattle;
    await hall.queue.pass(16);
    assert.deepEqual(hall.queue.told, ['matched b1 ann bob']);
    assert.equal(hall.queue.matches[0]!.tickets[0].challenge, 'c1');
  });

  it('leave nobody in the queue when their battle cannot be opened at all', async () => {
    hall.queue.openBattle = () => Promise.reject(new Error('No such format.'));
    await hall.challenges.send(me(ann), { format: OU, to: bob });
    await hall.challenges.accept(me(bob), 'c1', undefined);
    await hall.queue.pass(40);
    for (const user of [ann, bob]) assert.equal(await hall.queue.tickets.placing(user), null);
    assert.deepEqual(
      hall.queue.told.filter((told) => !told.startsWith('failed')),
      ['given back b1'],
    );
  });

  it('tell both of them', async () => {
    await hall.challenges.send(me(ann), { format: OU, to: bob });
    const accepted = await hall.store.accept('c1' as ChallengeId, 'b1' as BattleId, {
      userId: bob,
      name: 'Bob',
      elo: 1000,
      format: OU,
      team: TEAM,
    });
    assert(accepted.kind === 'accepted');
    await hall.challenges.ended(accepted.match, 'busy');
    assert.deepEqual(hall.notes.at(-1), {
      kind: 'closed',
      challengeId: 'c1',
      users: [ann, bob],
      reason: 'busy',
    });
  });
});
