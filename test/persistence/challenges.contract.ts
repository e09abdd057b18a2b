/** What every challenge store must do beside its tickets. Each adapter's test file calls this with a way to make one. */
import assert from 'node:assert/strict';
import type { BattleId, ChallengeId, FormatId, PackedTeam, UserId } from '../../src/battle/ids.ts';
import type {
  ChallengeDraft,
  ChallengeRules,
  ChallengeStore,
} from '../../src/persistence/challenges/challenges.ts';
import type { TicketDraft, TicketStore } from '../../src/persistence/tickets/tickets.ts';

export interface ChallengesUnderTest {
  readonly store: ChallengeStore;
  readonly tickets: TicketStore;
  /** Lets this much of the store's time go by. */
  pass(ms: number): Promise<void>;
}

/** What the store under test is made with; the tickets have the rules of their own contract. */
export const CHALLENGE_CONTRACT_RULES: ChallengeRules = { lifeMs: 5_000, lapseMs: 1_000, receivedBound: 3 };

const OU = 'gen9ou' as FormatId;
const MATCH_MS = 15_000;
const [ann, bob, cat, dan] = ['ann', 'bob', 'cat', 'dan'] as [UserId, UserId, UserId, UserId];
const [b1, b2] = ['b1', 'b2'] as [BattleId, BattleId];
const id = (name: string): ChallengeId => name as ChallengeId;

function ticket(userId: UserId, elo = 1000 + 1 / 3): TicketDraft {
  return { userId, name: `${userId}!`, elo, format: OU, team: `${userId}'s team` as PackedTeam };
}

function draft(from: UserId, to: UserId | null = null, isMuted = false): ChallengeDraft {
  return { challengeId: id(`of-${from}`), from: ticket(from), to, isMuted };
}

export function testChallengeStore(adapter: string, create: () => Promise<ChallengesUnderTest>): void {
  describe(`ChallengeStore: ${adapter}`, () => {
    let tested: ChallengesUnderTest;
    let store: ChallengeStore;
    let tickets: TicketStore;

    beforeEach(async () => {
      tested = await create();
      ({ store, tickets } = tested);
    });

    const kindOf = async (answer: Promise<{ readonly kind: string }>): Promise<string> => (await answer).kind;

    it('keeps what was sent, to the last bit, until it ends', async () => {
      const sent = await store.send(draft(ann, bob));
      assert(sent.kind === 'sent');
      const { challenge } = sent;
      assert.deepEqual(challenge, { ...draft(ann, bob), expiresAt: challenge.expiresAt });
      assert.deepEqual(await store.get(id('of-ann')), challenge);
      assert.deepEqual(await store.sentBy(ann), challenge);
      assert.deepEqual(await store.receivedBy(bob), [challenge]);
      assert.deepEqual(await store.receivedBy(ann), []);
      assert.deepEqual(await store.close(id('of-ann')), challenge);
      for (const gone of [store.get(id('of-ann')), store.sentBy(ann), store.close(id('of-ann'))])
        assert.equal(await gone, null);
      assert.deepEqual(await store.receivedBy(bob), []);
      assert.equal(await kindOf(store.accept(id('of-ann'), b1, ticket(bob))), 'gone');
    });

    it('lets a user have one, whoever it is to', async () => {
      await store.send(draft(ann));
      const second = { ...draft(ann, bob), challengeId: id('second') };
      assert.deepEqual(await store.send(second), { kind: 'already', challengeId: 'of-ann' });
      assert.equal(await store.get(id('second')), null);
      await store.close(id('of-ann'));
      assert.equal(await kindOf(store.send(second)), 'sent');
    });

    it('lets one of many that are sent at once through', async () => {
      const all = Array.from({ length: 8 }, (_, n) => ({ ...draft(ann), challengeId: id(`c${n}`) }));
      const answers = await Promise.all(all.map((one) => store.send(one)));
      assert.equal(answers.filter(({ kind }) => kind === 'sent').length, 1);
    });

    it('hides a muted one from whom it names, and from nobody else', async () => {
      const { challengeId } = draft(ann);
      await store.send(draft(ann, bob, true));
      assert.deepEqual(await store.receivedBy(bob), []);
      assert.equal(await kindOf(store.accept(challengeId, b1, ticket(bob))), 'gone');
      assert.equal((await store.sentBy(ann))?.isMuted, true);
      assert.equal((await store.close(challengeId))?.to, bob);
    });

    it('bounds those that wait for one user, muted ones too', async () => {
      const senders = ['s1', 's2', 's3'] as UserId[];
      for (const sender of senders) assert.equal(await kindOf(store.send(draft(sender, bob))), 'sent');
      for (const isMuted of [false, true])
        assert.equal(await kindOf(store.send(draft(ann, bob, isMuted))), 'full');
      assert.equal(await store.sentBy(ann), null);
      assert.equal(await kindOf(store.send(draft(ann, cat))), 'sent');
      await store.close(id('of-s2'));
      assert.equal(await kindOf(store.send(draft(dan, bob))), 'sent');
      assert.deepEqual((await store.receivedBy(bob)).map(({ challengeId }) => challengeId).sort(), [
        'of-dan',
        'of-s1',
        'of-s3',
      ]);
    });

    it('makes a match of it, its sender first, which is the tickets’ own', async () => {
      await store.send(draft(ann, bob));
      const accepted = await store.accept(id('of-ann'), b1, ticket(bob, 1100));
      assert(accepted.kind === 'accepted');
      const { match } = accepted;
      assert.deepEqual([match.battleId, match.format], [b1, OU]);
      assert.deepEqual(
        match.tickets.map(({ userId, elo, team, challenge }) => [userId, elo, team, challenge]),
        [ticket(ann), ticket(bob, 1100)].map(({ userId, elo, team }) => [userId, elo, team, 'of-ann']),
      );
      for (const user of [ann, bob]) assert.equal((await tickets.placing(user))?.position, 0);
      for (const gone of [store.get(id('of-ann')), store.sentBy(ann)]) assert.equal(await gone, null);
      assert.deepEqual(await store.receivedBy(bob), []);
      assert.deepEqual((await tickets.waiting(OU)).tickets, []);
      assert.deepEqual(await tickets.formats(), []);
      await tested.pass(MATCH_MS);
      const [swept] = await tickets.sweepMatches();
      assert.deepEqual({ ...swept, until: 0 }, { ...match, until: 0 });
      await tickets.complete(b1);
      for (const user of [ann, bob]) assert.equal(await tickets.placing(user), null);
    });

    it('queues nobody when the match comes to nothing', async () => {
      await store.send(draft(ann));
      await store.accept(id('of-ann'), b1, ticket(bob));
      await tickets.giveBack(b1, [ann, bob]);
      for (const user of [ann, bob]) assert.equal(await tickets.placing(user), null);
      assert.deepEqual(await tickets.formats(), []);
    });

    it('gives an open one to one of many who accept it at once', async () => {
      await store.send(draft(ann));
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          store.accept(id('of-ann'), `b-${n}` as BattleId, ticket(`u-${n}` as UserId)),
        ),
      );
      assert.equal(answers.filter(({ kind }) => kind === 'accepted').length, 1);
      assert.equal(answers.filter(({ kind }) => kind === 'gone').length, 7);
    });

    it('takes a user into one of two matches at once', async () => {
      await store.send(draft(ann));
      await store.send(draft(bob));
      const answers = await Promise.all([
        store.accept(id('of-ann'), b1, ticket(cat)),
        store.accept(id('of-bob'), b2, ticket(cat)),
      ]);
      assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['accepted', 'queued']);
    });

    it('is for nobody but whom it is to, and never for its sender', async () => {
      await store.send(draft(ann, bob));
      for (const user of [ann, cat])
        assert.equal(await kindOf(store.accept(id('of-ann'), b1, ticket(user))), 'gone');
      await store.send(draft(dan));
      assert.equal(await kindOf(store.accept(id('of-dan'), b1, ticket(dan))), 'gone');
      assert.equal(await kindOf(store.accept(id('of-nobody'), b1, ticket(dan))), 'gone');
      assert.equal(await kindOf(store.accept(id('of-ann'), b1, ticket(bob))), 'accepted');
    });

    it('is neither sent nor accepted by who has a ticket', async () => {
      await store.send(draft(ann));
      await tickets.join(ticket(bob), false);
      for (const answer of [await store.send(draft(bob)), await store.accept(id('of-ann'), b1, ticket(bob))])
        assert.deepEqual({ ...answer, placing: 0 }, { kind: 'queued', placing: 0 });
      await tickets.leave(bob);
      assert.equal(await kindOf(store.accept(id('of-ann'), b1, ticket(bob))), 'accepted');
      assert.equal(await kindOf(store.send(draft(bob))), 'queued');
    });

    it('ends when its sender has a ticket by the time that it is accepted', async () => {
      await store.send(draft(ann, bob));
      await tickets.join(ticket(ann), false);
      const answer = await store.accept(id('of-ann'), b1, ticket(bob));
      assert(answer.kind === 'busy');
      assert.equal(answer.challenge.challengeId, 'of-ann');
      assert.equal(await store.get(id('of-ann')), null);
      assert.equal((await tickets.placing(ann))?.position, 1);
      assert.equal(await tickets.placing(bob), null);
    });

    it('expires in its time however often it is renewed, and lapses where it is not', async () => {
      const { lifeMs, lapseMs } = CHALLENGE_CONTRACT_RULES;
      await store.send(draft(ann, bob));
      await store.send(draft(cat, dan));
      for (let passed = 0; passed < lifeMs - lapseMs; passed += lapseMs - 1) {
        await store.renew([ann, bob]);
        await tested.pass(lapseMs - 1);
      }
      assert.equal((await store.get(id('of-ann')))?.challengeId, 'of-ann');
      for (const gone of [store.get(id('of-cat')), store.sentBy(cat), store.close(id('of-cat'))])
        assert.equal(await gone, null);
      assert.equal(await kindOf(store.accept(id('of-cat'), b1, ticket(dan))), 'gone');
      assert.deepEqual(await sweepNames(), ['of-cat disconnected']);
      await store.renew([ann]);
      await tested.pass(lapseMs);
      assert.equal(await store.sentBy(ann), null);
      assert.deepEqual(await store.receivedBy(bob), []);
      await store.renew([ann]);
      assert.equal(await store.sentBy(ann), null);
      const both = await Promise.all([sweepNames(), sweepNames()]);
      assert.deepEqual(both.flat(), ['of-ann expired']);
    });

    it('makes place for another one when it has lapsed, swept or not', async () => {
      await store.send(draft(ann, bob));
      await tested.pass(CHALLENGE_CONTRACT_RULES.lapseMs);
      const second = { ...draft(ann, bob), challengeId: id('second') };
      assert.equal(await kindOf(store.send(second)), 'sent');
      assert.deepEqual(await sweepNames(), ['of-ann disconnected']);
      assert.equal((await store.sentBy(ann))?.challengeId, 'second');
      assert.equal((await store.receivedBy(bob)).length, 1);
    });

    async function sweepNames(): Promise<string[]> {
      return (await store.sweep()).map(({ challenge, reason }) => `${challenge.challengeId} ${reason}`);
    }
  });
}
