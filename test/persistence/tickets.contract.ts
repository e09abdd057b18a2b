/** What every ticket store must do. Each adapter's test file calls this with a way to make one. */
import assert from 'node:assert/strict';
import type { BattleId, FormatId, PackedTeam, UserId } from '../../src/battle/ids.ts';
import type { QueueRules, TicketDraft, TicketStore } from '../../src/persistence/tickets/tickets.ts';

export interface TicketsUnderTest {
  readonly store: TicketStore;
  /** Lets this much of the store's time go by. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What the store under test is made with. */
export const CONTRACT_RULES: QueueRules = {
  lapseMs: 1_000,
  matchMs: 1_500,
  penaltyMs: 3_000,
  lastFoeMs: 6_000,
  queueBound: 5,
};

const OU = 'gen9ou' as FormatId;
const RANDOM = 'gen9randombattle' as FormatId;
const user = (name: string): UserId => name as UserId;
const battle = (name: string): BattleId => name as BattleId;
const [ann, bob, cat] = ['ann', 'bob', 'cat'].map(user) as [UserId, UserId, UserId];

function draft(userId: UserId, format = OU): TicketDraft {
  return { userId, name: `${userId}!`, elo: 1000, format, team: `${userId}'s team` as PackedTeam };
}

export function testTicketStore(adapter: string, create: () => Promise<TicketsUnderTest>): void {
  describe(`TicketStore: ${adapter}`, () => {
    let tested: TicketsUnderTest;
    let store: TicketStore;

    beforeEach(async () => {
      tested = await create();
      store = tested.store;
    });
    afterEach(() => tested.close());

    const joinAll = async (...users: UserId[]): Promise<void> => {
      for (const userId of users) assert.equal((await store.join(draft(userId), false)).kind, 'joined');
    };
    const order = async (format = OU): Promise<UserId[]> =>
      (await store.waiting(format)).tickets.map(({ userId }) => userId);
    const positionOf = async (userId: UserId): Promise<number | undefined> =>
      (await store.placing(userId))?.position;
    const matchAnnAndBob = async (): Promise<void> => {
      await joinAll(ann, bob);
      assert.ok(await store.match(battle('b1'), OU, [ann, bob]));
    };

    describe('join', () => {
      it('queues in order of arrival', async () => {
        await joinAll(ann, bob, cat);
        assert.deepEqual(await order(), [ann, bob, cat]);
        const result = await store.placing(cat);
        assert.deepEqual({ format: result?.format, position: result?.position }, { format: OU, position: 3 });
        assert.deepEqual(await store.formats(), [OU]);
      });

      it('gives a user one ticket over all formats', async () => {
        await joinAll(bob, ann);
        for (const format of [OU, RANDOM]) {
          const again = await store.join(draft(ann, format), false);
          assert.ok(again.kind === 'already');
          assert.deepEqual({ ...again.placing, joinedAt: 0 }, { format: OU, position: 2, joinedAt: 0 });
        }
        assert.deepEqual(await order(RANDOM), []);
      });

      it('lets one of many simultaneous joins through', async () => {
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, n) => store.join(draft(ann, n % 2 ? OU : RANDOM), false)),
        );
        assert.equal(results.filter(({ kind }) => kind === 'joined').length, 1);
        assert.equal((await order()).length + (await order(RANDOM)).length, 1);
      });

      it('takes over the old place with the new team', async () => {
        await joinAll(ann, bob);
        const before = await store.placing(ann);
        await tested.pass(500);
        const result = await store.join({ ...draft(ann), team: 'other' as PackedTeam, elo: 1200 }, true);
        assert.deepEqual(result, { kind: 'joined', placing: before });
        await tested.pass(900);
        assert.deepEqual(await order(), [ann], 'taking over renews');
        const ticket = await store.leave(ann);
        assert.deepEqual([ticket?.team, ticket?.elo], ['other', 1200]);
      });

      it('lets a ticket of another format go, when there is a place', async () => {
        await joinAll(ann);
        for (const name of ['a', 'b', 'c', 'd', 'e'])
          assert.equal((await store.join(draft(user(name), RANDOM), false)).kind, 'joined');
        assert.equal((await store.join(draft(ann, RANDOM), true)).kind, 'full');
        assert.equal(await positionOf(ann), 1);
        await store.leave(user('b'));
        const moved = await store.join(draft(ann, RANDOM), true);
        assert.deepEqual(moved, { kind: 'joined', placing: await store.placing(ann) });
        assert.deepEqual(await order(), []);
        assert.deepEqual(await order(RANDOM), ['a', 'c', 'd', 'e', ann]);
      });

      it('leaves a paired ticket as it is, and keeps it alive', async () => {
        await matchAnnAndBob();
        await tested.pass(1_200);
        const taken = await store.join({ ...draft(ann, RANDOM), elo: 1200 }, true);
        assert.deepEqual(taken, { kind: 'joined', placing: await store.placing(ann) });
        assert.equal(taken.placing.position, 0);
        await store.giveBack(battle('b1'), [ann, bob]);
        assert.deepEqual(await order(), [ann]);
        assert.equal((await store.leave(ann))?.elo, 1000);
      });

      it('does not take over what has lapsed', async () => {
        await joinAll(cat);
        const before = await store.placing(cat);
        await tested.pass(1_000);
        const afresh = await store.join(draft(cat), true);
        assert.ok(afresh.kind === 'joined' && before);
        assert.ok(afresh.placing.joinedAt >= before.joinedAt + 1_000);
      });

      it('refuses the one above the bound, and takes him when there is a place again', async () => {
        await joinAll(...['a', 'b', 'c', 'd', 'e'].map(user));
        assert.equal((await store.join(draft(user('f')), false)).kind, 'full');
        assert.equal((await store.join(draft(user('f'), RANDOM), false)).kind, 'joined');
        await store.leave(user('a'));
        assert.equal((await store.join(draft(user('g')), false)).kind, 'joined');
      });
    });

    describe('leave', () => {
      it('takes the ticket away, once', async () => {
        await joinAll(ann, bob);
        assert.equal((await store.leave(ann))?.userId, ann);
        assert.equal(await store.leave(ann), null);
        assert.equal(await positionOf(bob), 1);
        assert.equal(await store.placing(ann), null);
      });

      it('comes too late for a paired ticket', async () => {
        await matchAnnAndBob();
        assert.equal(await store.leave(ann), null);
        assert.equal(await positionOf(ann), 0);
      });
    });

    describe('lapse', () => {
      it('keeps who is renewed and no one else', async () => {
        await joinAll(ann, bob);
        await tested.pass(600);
        await store.renew([bob, cat]);
        await tested.pass(600);
        assert.deepEqual(await order(), [bob]);
        assert.equal(await store.placing(ann), null);
        assert.equal(await store.leave(ann), null);
      });

      it('does not bring a lapsed ticket back', async () => {
        await joinAll(ann);
        await tested.pass(1_000);
        await store.renew([ann]);
        assert.deepEqual(await order(), []);
      });

      it('sweeps each lapsed ticket once', async () => {
        await joinAll(ann, bob);
        await tested.pass(600);
        await store.renew([bob]);
        await tested.pass(600);
        const swept = await Promise.all([store.sweepLapsed(), store.sweepLapsed()]);
        assert.deepEqual(
          swept.flat().map(({ userId }) => userId),
          [ann],
        );
        assert.equal(await positionOf(bob), 1);
      });
    });

    describe('match', () => {
      it('takes two tickets, whole', async () => {
        await joinAll(ann, bob, cat);
        const match = await store.match(battle('b1'), OU, [bob, ann]);
        assert.deepEqual(
          match?.tickets.map(({ userId, name, elo, format, team }) => ({ userId, name, elo, format, team })),
          [draft(bob), draft(ann)],
        );
        assert.deepEqual([match?.battleId, match?.format], ['b1', OU]);
        assert.deepEqual(await order(), [cat]);
        assert.equal(await positionOf(cat), 1);
      });

      it('takes both or neither', async () => {
        await joinAll(ann, bob);
        await store.join(draft(cat, RANDOM), false);
        const rows: [UserId, UserId][] = [
          [ann, cat],
          [cat, ann],
          [ann, user('nobody')],
          [ann, ann],
        ];
        for (const users of rows) assert.equal(await store.match(battle('b1'), OU, users), null);
        assert.deepEqual(await order(), [ann, bob]);
        assert.equal(await positionOf(cat), 1);
      });

      it('takes no lapsed ticket', async () => {
        await joinAll(ann);
        await tested.pass(600);
        await joinAll(bob);
        await tested.pass(600);
        assert.equal(await store.match(battle('b1'), OU, [ann, bob]), null);
        assert.deepEqual(await order(), [bob]);
      });

      it('answers a match that there is, and only to who asks for that one', async () => {
        await joinAll(ann, bob, cat);
        const match = await store.match(battle('b1'), OU, [ann, bob]);
        await tested.pass(500);
        assert.deepEqual(await store.match(battle('b1'), OU, [ann, bob]), match);
        for (const users of [
          [bob, ann],
          [ann, cat],
        ] as const)
          assert.equal(await store.match(battle('b1'), OU, users), null);
        assert.equal(await store.match(battle('b1'), RANDOM, [ann, bob]), null);
        assert.deepEqual(await order(), [cat]);
      });

      it('puts nobody into two of many simultaneous matches', async () => {
        await joinAll(ann, bob, cat);
        const couples: [UserId, UserId][] = [
          [ann, bob],
          [bob, cat],
          [cat, ann],
          [ann, bob],
        ];
        const made = await Promise.all(couples.map((users, n) => store.match(battle(`b${n}`), OU, users)));
        assert.equal(made.filter((match) => match !== null).length, 1);
        assert.equal((await order()).length, 1);
      });
    });

    describe('complete', () => {
      it('frees both and remembers each as the other’s last opponent, for a while', async () => {
        await matchAnnAndBob();
        await store.complete(battle('b1'));
        await store.complete(battle('b1'));
        assert.equal(await store.placing(ann), null);
        await joinAll(ann, cat);
        const foes = async (): Promise<(UserId | undefined)[]> =>
          (await store.waiting(OU)).tickets.map(({ lastFoe }) => lastFoe);
        assert.deepEqual(await foes(), [bob, undefined]);
        await tested.pass(CONTRACT_RULES.lastFoeMs);
        await joinAll(bob);
        assert.deepEqual(await foes(), [undefined]);
      });

      it('ends the match for the sweep too', async () => {
        await matchAnnAndBob();
        await store.complete(battle('b1'));
        await tested.pass(1_500);
        assert.deepEqual(await store.sweepMatches(), []);
      });
    });

    describe('giveBack', () => {
      it('puts the named one back at the old place and lets the other go', async () => {
        await joinAll(ann, bob, cat);
        const before = await store.placing(bob);
        await store.match(battle('b1'), OU, [ann, bob]);
        await joinAll(user('dan'));
        await store.giveBack(battle('b1'), [bob]);
        await store.giveBack(battle('b1'), [bob, ann]);
        assert.deepEqual(await order(), [bob, cat, 'dan']);
        assert.deepEqual(await store.placing(bob), { ...before, position: 1 });
        assert.equal(await store.placing(ann), null);
      });

      it('makes no last opponents', async () => {
        await matchAnnAndBob();
        await store.giveBack(battle('b1'), [ann, bob]);
        assert.ok((await store.waiting(OU)).tickets.every(({ lastFoe }) => lastFoe === undefined));
      });

      it('puts only the living back; a paired ticket is renewed as any other', async () => {
        await matchAnnAndBob();
        await tested.pass(600);
        await store.renew([bob]);
        await tested.pass(600);
        await store.giveBack(battle('b1'), [ann, bob]);
        assert.deepEqual(await order(), [bob]);
        assert.equal((await store.join(draft(ann), false)).kind, 'joined');
      });
    });

    describe('sweepMatches', () => {
      it('hands an overdue match to one caller, and again when its time is up again', async () => {
        await matchAnnAndBob();
        assert.deepEqual(await store.sweepMatches(), []);
        for (let round = 0; round < 2; round++) {
          await tested.pass(1_500);
          const swept = (await Promise.all([store.sweepMatches(), store.sweepMatches()])).flat();
          assert.deepEqual(
            swept.map(({ battleId, tickets }) => [battleId, ...tickets.map(({ userId }) => userId)]),
            [['b1', ann, bob]],
          );
        }
      });
    });

    describe('no-show', () => {
      it('keeps the absent out for the time of the penalty', async () => {
        await store.penalise(ann);
        await tested.pass(1_000);
        const result = await store.join(draft(ann), false);
        assert.ok(result.kind === 'penalty');
        assert.ok(result.retryAfterMs > 0 && result.retryAfterMs <= 2_000);
        assert.equal(await store.placing(ann), null);
        await tested.pass(result.retryAfterMs);
        assert.equal((await store.join(draft(ann), false)).kind, 'joined');
      });

      it('puts the present at the head, each further one before the last', async () => {
        await joinAll(ann);
        await tested.pass(500);
        const placing = await store.joinAtHead(draft(bob));
        assert.deepEqual(placing, { ...(await store.placing(ann)), position: 1 });
        await store.joinAtHead(draft(cat));
        assert.deepEqual(await order(), [cat, bob, ann]);
      });

      it('leaves a user who has a ticket where he is', async () => {
        await joinAll(ann, bob);
        assert.equal((await store.joinAtHead(draft(bob))).position, 2);
        assert.deepEqual(await order(), [ann, bob]);
      });
    });
  });
}
