import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { UserId } from '../../src/battle/ids.ts';
import { pair, REMATCH_ALONE_MS, REMATCH_MS } from '../../src/matchmaking/pairing.ts';
import { ratingWindow, WINDOW_MAX, WINDOW_START } from '../../src/matchmaking/rating-window.ts';
import type { Waiting } from '../../src/persistence/tickets/tickets.ts';

const NOW = 10_000_000;
const RUNS = { numRuns: 300, seed: 20261101 };

const user = (n: number): UserId => `u${n}` as UserId;

/** Few users with few distinct ratings, so that rematches and ties are common. */
const queues = (size: number, eloMax = 2200): fc.Arbitrary<Waiting[]> =>
  fc
    .array(
      fc.record({
        elo: fc.integer({ min: 1000, max: eloMax }),
        waitedMs: fc.oneof(fc.nat(5_000), fc.nat(200_000), fc.nat(4_000_000)),
        foe: fc.option(fc.nat(size - 1)),
      }),
      { maxLength: size },
    )
    .map((rows) =>
      rows.map(({ elo, waitedMs, foe }, n) => ({
        userId: user(n),
        elo,
        joinedAt: NOW - waitedMs,
        place: n,
        ...(foe !== null && { lastFoe: user(foe) }),
      })),
    );

const wait = (ticket: Waiting): number => NOW - ticket.joinedAt;
const older = (a: Waiting, b: Waiting): number => a.joinedAt - b.joinedAt || a.place - b.place;
const isRematch = (a: Waiting, b: Waiting): boolean => a.lastFoe === b.userId || b.lastFoe === a.userId;
const isInWindow = (a: Waiting, b: Waiting): boolean =>
  Math.abs(a.elo - b.elo) <= ratingWindow(Math.max(wait(a), wait(b)));
const mayMeet = (a: Waiting, b: Waiting): boolean =>
  a.userId !== b.userId && !isRematch(a, b) && isInWindow(a, b);

function leftOver(tickets: readonly Waiting[], pairs: readonly (readonly [Waiting, Waiting])[]): Waiting[] {
  const paired = new Set(pairs.flat());
  return tickets.filter((ticket) => !paired.has(ticket));
}

/** The rule in its plainest words: the oldest, with the oldest other that it may meet. */
function pairPlainly(tickets: readonly Waiting[]): Waiting[][] {
  const queue = [...tickets].sort(older);
  const pairs: Waiting[][] = [];
  for (let first = queue.shift(); first; first = queue.shift()) {
    const ticket = first;
    const index = queue.findIndex((other) => mayMeet(ticket, other));
    if (index >= 0) pairs.push([ticket, ...queue.splice(index, 1)]);
  }
  return pairs;
}

describe('ratingWindow', () => {
  const rows = [
    [0, 100],
    [300, 101],
    [60_000, 300],
    [63_000, 301],
    [960_000, 600],
    [99_000_000, 600],
    [-5, 100],
  ] as const;
  for (const [waitedMs, window] of rows) {
    it(`reaches ${window} points after ${waitedMs} ms`, () => {
      assert.equal(ratingWindow(waitedMs), window);
    });
  }

  it('never shrinks and stays within its bounds', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(100_000), (waitedMs, more) => {
        assert.ok(ratingWindow(waitedMs + more) >= ratingWindow(waitedMs));
        assert.ok(ratingWindow(waitedMs) >= WINDOW_START && ratingWindow(waitedMs) <= WINDOW_MAX);
      }),
      RUNS,
    );
  });
});

describe('pair', () => {
  it('pairs strangers as the plain rule does', () => {
    fc.assert(
      fc.property(queues(40), (tickets) => {
        const strangers = pair(tickets, NOW).filter(([a, b]) => !isRematch(a, b));
        assert.deepEqual(strangers, pairPlainly(tickets));
      }),
      RUNS,
    );
  });

  it('pairs nobody twice, nobody with oneself, nobody outside the window', () => {
    fc.assert(
      fc.property(queues(40), (tickets) => {
        const pairs = pair(tickets, NOW);
        const users = pairs.flat().map(({ userId }) => userId);
        assert.equal(new Set(users).size, users.length);
        for (const [a, b] of pairs) assert.ok(isInWindow(a, b));
      }),
      RUNS,
    );
  });

  it('leaves no two waiting that may meet', () => {
    fc.assert(
      fc.property(queues(40), (tickets) => {
        const left = leftOver(tickets, pair(tickets, NOW));
        for (const a of left) for (const b of left) assert.ok(!mayMeet(a, b));
      }),
      RUNS,
    );
  });

  it('rematches only the patient, and only those whom no stranger is left for', () => {
    let rematches = 0;
    fc.assert(
      fc.property(queues(4, 1300), (tickets) => {
        const pairs = pair(tickets, NOW);
        const strangers = pairs.filter(([a, b]) => !isRematch(a, b));
        const left = leftOver(tickets, strangers);
        for (const [a, b] of pairs.filter(([a, b]) => isRematch(a, b))) {
          rematches++;
          assert.ok(Math.min(wait(a), wait(b)) >= (left.length === 2 ? REMATCH_ALONE_MS : REMATCH_MS));
          for (const other of left) assert.ok(!mayMeet(a, other) && !mayMeet(b, other));
        }
      }),
      { ...RUNS, numRuns: 3000 },
    );
    assert.ok(rematches > 50, `only ${rematches} rematches were seen`);
  });

  it('leaves no two rematchable for ever', () => {
    fc.assert(
      fc.property(queues(8), (tickets) => {
        const left = leftOver(tickets, pair(tickets, NOW)).filter((ticket) => wait(ticket) >= REMATCH_MS);
        for (const a of left) {
          for (const b of left) assert.ok(a.userId === b.userId || !isInWindow(a, b));
        }
      }),
      RUNS,
    );
  });

  it('does not depend on the order of the tickets', () => {
    fc.assert(
      fc.property(
        queues(30).chain((tickets) =>
          fc.tuple(fc.constant(tickets), fc.shuffledSubarray(tickets, { minLength: tickets.length })),
        ),
        ([tickets, shuffled]) => assert.deepEqual(pair(shuffled, NOW), pair(tickets, NOW)),
      ),
      RUNS,
    );
  });

  it('keeps a ticket from meeting another ticket of the same user', () => {
    const ticket = { userId: user(1), elo: 1000, joinedAt: 0, place: 1, lastFoe: user(1) };
    assert.deepEqual(pair([ticket, { ...ticket, place: 2 }], NOW), []);
  });

  it('pairs a full queue that all met the same opponent last', () => {
    const tickets = Array.from({ length: 10_000 }, (_, n): Waiting => ({
      userId: user(n),
      elo: 1000 + (n % 500),
      joinedAt: n,
      place: n,
      lastFoe: user(0),
    }));
    // The last two are that opponent and the odd one out, alone by then.
    assert.equal(pair(tickets, NOW).length, 5_000);
  });
});
