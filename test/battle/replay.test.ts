import assert from 'node:assert/strict';
import type { Entry, Input } from '../../src/battle/input.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { Divergence, replay } from '../../src/battle/replay.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';
import { probesFor } from './replay-probes.ts';
import { proveReplay } from './replay.proof.ts';
import { TRAP_TEAMS } from './traps-teams.ts';

describe('a battle and its log', () => {
  it('are the same battle, whole and cut anywhere', () => {
    const figures = proveReplay({ battles: 24, seed: 'small' });
    assert(figures.formats >= 12, `only ${figures.formats} formats`);
  }).timeout(60_000);
});

describe('a log that was tampered with', () => {
  const { format, teams } = TRAP_TEAMS.arenaTrap;
  const recording = new Recording(openingFor(format, 'tampered', teams));
  playOut(recording, seededRandom(3), { turnsMax: 12, probes: probesFor });
  const { opening, entries } = recording;
  const firstOf = (type: Input['type']): number => entries.findIndex(({ input }) => input.type === type);
  const changed = (index: number, input: Partial<Input>): Entry[] =>
    entries.map((entry, at) =>
      at === index ? { ...entry, input: { ...entry.input, ...input } as Input } : entry,
    );
  const choice = firstOf('choice');
  const refused = firstOf('refused');
  const { text } = entries[choice]!.input as { text: string };

  it('has entries of each kind to tamper with', () => {
    assert(choice >= 0 && refused >= 0 && firstOf('forfeit') === entries.length - 1);
    assert(replay(opening, entries).battle.outcome);
  });

  const rows: readonly (readonly [string, readonly Entry[]])[] = [
    ['a choice that is none', changed(choice, { text: 'move 9' })],
    ['a refused answer that stands', changed(refused, { text: 'default' })],
    ['a choice of the side that has answered', [...entries.slice(0, choice + 1), ...entries.slice(choice)]],
    ['a choice for another request', changed(choice, { rqid: 9 })],
    ['a choice dropped', entries.filter((_, at) => at !== choice)],
    ['a refusal twice', [...entries.slice(0, refused + 1), ...entries.slice(refused)]],
    ['two entries in the other order', swapped(entries, refused)],
    ['entries after the end', [...entries, entries.at(-1)!]],
    ['a fingerprint changed', entries.map((entry, at) => (at === 5 ? { ...entry, print: '1.x' } : entry))],
  ];
  for (const [name, tampered] of rows) {
    it(`diverges: ${name}`, () => {
      assert.throws(() => replay(opening, tampered), Divergence);
    });
  }

  it('diverges: another legal choice, at the latest when the turn was played', () => {
    const other = text === 'move 1' ? 'move 2' : 'move 1';
    assert.throws(() => replay(opening, changed(choice, { text: other })), Divergence);
  });

  it('diverges: another seed', () => {
    const seed = opening.seed.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    assert.throws(() => replay({ ...opening, seed }, entries), { name: 'Divergence', index: 0 });
  });

  it('says which entry it was', () => {
    const at = choice;
    assert.throws(() => replay(opening, changed(at, { text: 'move 9' })), { name: 'Divergence', index: at });
  });
});

function swapped(entries: readonly Entry[], at: number): Entry[] {
  const before = entries.slice(0, at);
  // A refusal and the choice of the same side: once it has answered it owes nothing.
  const rest = entries.slice(at);
  const answer = rest.findIndex(
    ({ input }) => input.type === 'choice' && 'side' in rest[0]!.input && input.side === rest[0]!.input.side,
  );
  return [...before, ...rest.slice(1, answer + 1), rest[0]!, ...rest.slice(answer + 1)];
}
