/** The state of a ladder room as a client decodes it, patch by patch. */
import assert from 'node:assert/strict';
import { Decoder, Encoder } from '@colyseus/schema';
import fc from 'fast-check';
import type { UserId } from '../../src/battle/ids.ts';
import type { LadderRow } from '../../src/persistence/database/stores.ts';
import { gxe } from '../../src/ratings/gxe.ts';
import { copyRows, LadderState } from '../../src/rooms/ladder-state.ts';

function rowsOf(users: readonly { readonly id: number; readonly elo: number }[]): LadderRow[] {
  return users.map(({ id, elo }, index) => ({
    rank: index + 1,
    user: { id: `user-${id}` as UserId, name: `Name ${id}` },
    elo,
    glicko: { rating: 1500 + id, deviation: 100 },
    wins: id,
    losses: elo % 7,
    ties: 0,
  }));
}

/** A client that has joined, and how many bytes each patch takes. */
class Watcher {
  readonly state = new LadderState();
  readonly #encoder = new Encoder(this.state);
  readonly #seen = new LadderState();
  readonly #decoder = new Decoder(this.#seen);

  constructor() {
    this.#decoder.decode(this.#encoder.encodeAll());
  }

  show(rows: readonly LadderRow[]): number {
    copyRows(this.state, rows);
    const patch = this.#encoder.encode();
    this.#decoder.decode(patch);
    this.#encoder.discardChanges();
    return patch.length;
  }

  get entries(): unknown[] {
    const { entries } = this.#seen.toJSON() as unknown as { entries?: { rank: number }[] };
    return (entries ?? []).toSorted((one, other) => one.rank - other.rank);
  }
}

const entriesOf = (rows: readonly LadderRow[]): unknown[] =>
  rows.map(({ rank, user, elo, glicko, wins, losses, ties }) => ({
    rank,
    userId: user.id,
    name: user.name,
    elo: Math.round(elo),
    ...glicko,
    gxe: gxe(glicko.rating, glicko.deviation),
    wins,
    losses,
    ties,
  }));

describe('the state of a ladder room', () => {
  it('is what was shown last, whoever comes, goes and moves', () => {
    const id = fc.integer({ min: 1, max: 12 });
    const user = fc.record({ id, elo: fc.integer({ min: 1000, max: 1500 }) });
    const ladder = fc.uniqueArray(user, { selector: (one) => one.id });
    const property = fc.property(fc.array(ladder, { minLength: 1 }), (ladders) => {
      const watcher = new Watcher();
      for (const rows of ladders.map(rowsOf)) {
        watcher.show(rows);
        assert.deepEqual(watcher.entries, entriesOf(rows));
      }
    });
    fc.assert(property, { seed: 4, numRuns: 200 });
  });

  it('costs few bytes where two change places, and one for each who is passed by', () => {
    const users = Array.from({ length: 100 }, (_, index) => ({ id: index + 1, elo: 2_000 - index }));
    const watcher = new Watcher();
    const all = watcher.show(rowsOf(users));
    assert.equal(watcher.show(rowsOf(users)), 0);
    const swapped = [users[1]!, users[0]!, ...users.slice(2)];
    const two = watcher.show(rowsOf(swapped));
    assert.ok(two < 20, `${two} bytes`);
    const climbed = [users[99]!, ...swapped.slice(0, 99)];
    const hundred = watcher.show(rowsOf(climbed));
    assert.ok(hundred < all / 8, `${hundred} bytes of ${all}`);
  });
});
