import assert from 'node:assert/strict';
import type { Outcome } from '../../src/battle/outcome.ts';
import type { RatingChanges } from '../../src/persistence/results/results.ts';
import { Ending, type EndingParts } from '../../src/rooms/ending.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';

const WIN: Outcome = { winner: 'p1', reason: 'win' };
const CHANGES = [
  {
    side: 'p1',
    userId: 'ash',
    before: { elo: 1000, glicko: { rating: 1500, deviation: 130 } },
    after: { elo: 1039.6, glicko: { rating: 1540.2, deviation: 122.8 } },
  },
] as unknown as RatingChanges;
const RATINGS = {
  ash: { format: 'gen9ou', elo: [1000, 1040], glicko: { rating: 1540, deviation: 123 }, gxe: 55 },
};
const TOLD = ['BATTLE_END', { reason: 'win' }];
const TOLD_WITH = ['BATTLE_END', { reason: 'win', ratings: RATINGS }];

describe('the ending of a battle', () => {
  let scheduler: FakeScheduler;
  let told: unknown[];
  let known: PromiseWithResolvers<RatingChanges | undefined>;

  function create(opening = { id: 'b', format: 'gen9ou', rated: true }): Ending {
    scheduler = new FakeScheduler();
    told = [];
    known = Promise.withResolvers();
    return new Ending({
      session: { battle: { opening } },
      audience: {
        tellEach: (type: string, payload: (side: null) => unknown) => told.push([type, payload(null)]),
        tell: (_: unknown, type: string, payload: unknown) => told.push([type, payload]),
      },
      view: { end: ({ reason }: Outcome) => ({ reason }) },
      scheduler,
      ratings: (signal: AbortSignal) => {
        signal.addEventListener('abort', () => known.resolve(undefined));
        return known.promise;
      },
    } as unknown as EndingParts);
  }

  it('waits for the ratings, and tells them with the end', async () => {
    const ending = create();
    ending.begin(WIN);
    await scheduler.pass(1_900);
    assert.deepEqual(told, []);
    known.resolve(CHANGES);
    await settle();
    assert.deepEqual(told, [TOLD_WITH]);
    await scheduler.pass(10_000);
    assert.equal(told.length, 1);
    assert.equal(scheduler.pending, 0);
  });

  it('does not wait for longer than two seconds: the ratings follow', async () => {
    const ending = create();
    ending.begin(WIN);
    await scheduler.pass(2_000);
    assert.deepEqual(told, [TOLD]);
    known.resolve(CHANGES);
    await settle();
    assert.deepEqual(told, [TOLD, ['RATINGS', { battleId: 'b', ratings: RATINGS }]]);
  });

  it('does not wait where nothing moves', () => {
    const unrated = create({ id: 'b', format: 'gen9ou', rated: false });
    unrated.begin(WIN);
    assert.deepEqual(told, [TOLD]);
    const broken = create();
    broken.begin({ winner: null, reason: 'void' });
    assert.deepEqual(told, [['BATTLE_END', { reason: 'void' }]]);
  });

  it('tells the end alone where a rated battle moved nothing after all', async () => {
    const ending = create();
    ending.begin(WIN);
    known.resolve(null);
    await settle();
    assert.deepEqual(told, [TOLD]);
  });

  it('tells it at once when the process goes away, and once', async () => {
    const ending = create();
    ending.now();
    assert.deepEqual(told, [], 'there is no end');
    ending.begin(WIN);
    ending.now();
    ending.now();
    assert.deepEqual(told, [TOLD]);
    ending.stop();
    await settle();
    assert.deepEqual(told, [TOLD]);
    assert.equal(scheduler.pending, 0);
  });

  it('is told to who comes later, with what is known by then', async () => {
    const ending = create();
    const late = {} as Parameters<Ending['tell']>[0];
    ending.tell(late, null);
    ending.begin(WIN);
    ending.tell(late, null);
    assert.deepEqual(told, [], 'it hears of it with the others');
    await scheduler.pass(2_000);
    known.resolve(CHANGES);
    await settle();
    told.length = 0;
    ending.tell(late, null);
    assert.deepEqual(told, [TOLD_WITH]);
  });
});
