/** Random sequences of calls on one battle, answered by the log and by the few lines that say what it means. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { NewEntry } from '../../src/battle/input.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import { choice, ENGINE, FORFEIT, RESUME, sampleOpening, sampleRecord } from './sample.ts';

const ENTRIES: readonly NewEntry[] = [RESUME, FORFEIT, choice(1), choice(2)];

/** `off` is how far the caller's epoch or length is from the true one. */
type Call =
  | { readonly call: 'claim'; readonly off: number; readonly owner: string }
  | { readonly call: 'append'; readonly off: number; readonly lengthOff: number; readonly entry: number }
  | { readonly call: 'release'; readonly off: number }
  | { readonly call: 'finish'; readonly off: number };

const off = fc.constantFrom(0, 0, 0, 0, -1, 1);
const CALLS: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ call: fc.constant('claim' as const), off, owner: fc.constantFrom('ann', 'bob') }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      call: fc.constant('append' as const),
      off,
      lengthOff: fc.constantFrom(0, 0, 0, -1, -2, 1),
      entry: fc.nat(ENTRIES.length - 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('release' as const), off }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('finish' as const), off }) },
);

class Model {
  epoch = 0;
  owner: string | null = null;
  isReplaying = false;
  crashes = 0;
  deaths = 0;
  hasEnded = false;
  readonly entries: NewEntry[] = [];

  claim(seen: number, owner: string): string {
    if (this.hasEnded) return 'missing';
    if (seen !== this.epoch) return 'lost';
    this.epoch += 1;
    if (this.owner !== null && this.owner !== owner) {
      this.deaths += 1;
      if (this.isReplaying) this.crashes += 1;
    }
    this.owner = owner;
    this.isReplaying = true;
    return 'claimed';
  }

  append(epoch: number, length: number, entry: NewEntry): string {
    if (this.hasEnded || epoch !== this.epoch) return 'fenced';
    if (length === this.entries.length) {
      this.entries.push(entry);
      this.isReplaying = false;
      if (entry !== RESUME) this.crashes = this.deaths = 0;
      return 'appended';
    }
    return length === this.entries.length - 1 && this.entries.at(-1) === entry ? 'appended' : 'conflict';
  }

  release(epoch: number): string {
    if (this.hasEnded || epoch !== this.epoch) return 'fenced';
    this.owner = null;
    return 'released';
  }

  finish(epoch: number): string {
    if (this.hasEnded) return 'finished';
    if (epoch !== this.epoch) return 'fenced';
    this.hasEnded = true;
    return 'finished';
  }
}

export function inputLogModel(log: () => InputLog): void {
  it('answers any sequence of calls as the model does', async () => {
    const sequences = fc.array(CALLS, { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(sequences, (calls) => compare(log(), calls)),
      {
        seed: 20_261_121,
        numRuns: 60,
      },
    );
  });
}

async function compare(log: InputLog, calls: readonly Call[]): Promise<void> {
  const opening = sampleOpening();
  const { id } = opening;
  const model = new Model();
  await log.open(opening);
  for (const call of calls) {
    const epoch = model.epoch + call.off;
    if (call.call === 'claim') {
      const answer = await log.claim(id, epoch, call.owner, ENGINE);
      assert.equal(answer.kind, model.claim(epoch, call.owner));
      if (answer.kind !== 'claimed') continue;
      const { entries, ...claim } = answer.claim;
      const { crashes, deaths } = model;
      assert.deepEqual(claim, { epoch: model.epoch, opening, crashes, deaths });
      assert.deepEqual(
        entries.map(({ input, print }) => ({ input, print })),
        model.entries,
      );
    } else if (call.call === 'append') {
      const entry = ENTRIES[call.entry]!;
      const length = Math.max(0, model.entries.length + call.lengthOff);
      const expected = model.append(epoch, length, entry);
      assert.equal((await log.append(id, epoch, length, entry)).kind, expected);
    } else if (call.call === 'release') {
      assert.equal((await log.release(id, epoch)).kind, model.release(epoch));
    } else {
      assert.equal((await log.finish(id, epoch, sampleRecord(opening))).kind, model.finish(epoch));
    }
  }
}
