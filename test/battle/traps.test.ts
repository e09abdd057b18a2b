/** What the sim does that a log could trip over. Each of these broke a replay, or would play an answer nobody logged. */
import assert from 'node:assert/strict';
import type { SideId } from '../../src/battle/ids.ts';
import { openingFor, Recording, standing } from '../support/play.ts';
import { proveCut } from './replay.proof.ts';
import { TRAP_TEAMS } from './traps-teams.ts';

type Answer = readonly [SideId, string];

function begin(name: keyof typeof TRAP_TEAMS, answers: readonly Answer[] = [], seed = '1'): Recording {
  const { format, teams } = TRAP_TEAMS[name];
  const recording = new Recording(openingFor(format, seed, teams));
  for (const answer of answers) staged(recording, answer);
  return recording;
}

function staged(recording: Recording, [side, text]: Answer): void {
  const result = recording.answer(side, text);
  assert.equal(result.kind, 'staged', `${side} ${text}: ${result.kind === 'refused' ? result.message : ''}`);
}

/** An owner may die anywhere. */
function proveEveryCut(recording: Recording): void {
  for (let cut = 0; cut <= recording.entries.length; cut++) proveCut(recording, cut);
}

/** Refused, and the battle as if nothing had been said. */
function refusedWithoutTrace(recording: Recording, side: SideId, text: string): void {
  const before = standing(recording.battle);
  const result = recording.answer(side, text);
  assert.equal(result.kind, 'refused', text);
  assert.equal(result.changed, false, text);
  assert.equal(standing(recording.battle), before, text);
}

const ONE_FAINTED: readonly Answer[] = [
  ['p1', 'move 2, move 2'],
  ['p2', 'move 1, move 2'],
];

describe('doubles with one of two fainted', () => {
  const HALF_REFUSED = [
    'foo, move 1',
    'move 1, foo',
    'move 1, move 1',
    'move 1, switch 1',
    'default, move 1',
    'pass',
  ];
  for (const text of HALF_REFUSED) {
    it(`a line of which a part is refused leaves no trace: ${text}`, () => {
      const recording = begin('revival', ONE_FAINTED);
      assert.match(recording.battle.request('p2')!.side.pokemon[0]!.condition, / fnt$/);
      refusedWithoutTrace(recording, 'p2', text);
      // Were it counted as done, this would play the turn with what was refused.
      staged(recording, ['p1', 'default']);
      assert.equal(recording.battle.rqid, 2);
      assert(recording.battle.owes('p2'));
      refusedWithoutTrace(recording, 'p2', text);
      staged(recording, ['p2', 'move 1']);
      assert.equal(recording.battle.rqid, 3);
      proveEveryCut(recording);
    });
  }
});

describe('Revival Blessing', () => {
  const REVIVING: readonly Answer[] = [...ONE_FAINTED, ['p1', 'move 1, move 1'], ['p2', 'move 1']];

  it('half-refused can still be used, as if nothing had been said', () => {
    const recording = begin('revival', REVIVING);
    const reviving = recording.battle.request('p1')!;
    assert.deepEqual(reviving.forceSwitch, [true, false]);
    assert.equal(reviving.side.pokemon[0]!.reviving, true);
    for (const text of ['switch 2, switch 3', 'switch 2, foo', 'switch 3', 'switch 1']) {
      refusedWithoutTrace(recording, 'p1', text);
    }
    staged(recording, ['p1', 'switch 2']);
    const heals = recording.battle.channels.spectator.filter((line) =>
      line.includes('move: Revival Blessing'),
    );
    assert.equal(heals.length, 1, 'nobody was revived');
    const unspoiled = begin('revival', [...REVIVING, ['p1', 'switch 2']]);
    assert.equal(standing(recording.battle), standing(unspoiled.battle));
    proveEveryCut(recording);
  });
});

describe('Wrap of generation 1', () => {
  it('replays from anywhere with `testfight` and `move fight` among the answers', () => {
    const texts = ['testfight', 'move fight', 'move 1', 'default'];
    const kinds = { testfight: 0, 'move fight': 0, refused: 0, maybeLocked: 0 };
    for (let seed = 1; seed <= 4; seed++) {
      const recording = begin('wrap', [], String(seed));
      const { battle } = recording;
      for (let step = 0; battle.turn < 15 && !battle.outcome; step++) {
        if (battle.owes('p1'))
          staged(recording, ['p1', battle.request('p1')!.forceSwitch ? 'default' : 'move 1']);
        if (!battle.owes('p2')) continue;
        if (battle.request('p2')!.active?.[0]?.maybeLocked) kinds.maybeLocked++;
        // Each in its turn comes first.
        const tries = texts.map((_, index) => texts[(index + step) % texts.length]!);
        const taken = tries.find((text) => recording.answer('p2', text).kind === 'staged');
        if (taken === 'testfight' || taken === 'move fight') kinds[taken]++;
      }
      kinds.refused += recording.entries.filter(({ input }) => input.type === 'refused').length;
      proveEveryCut(recording);
    }
    for (const [kind, count] of Object.entries(kinds)) assert(count > 0, `${kind} never happened`);
  }).timeout(20_000);
});

describe('Struggle until generation 4', () => {
  it('is announced to its side alone, which is no line of a channel', () => {
    const recording = begin('struggle', [
      ['p1', 'move 1'],
      ['p2', 'move 1'],
      ['p1', 'move 2'],
    ]);
    const { channels } = recording.battle;
    const before = [...channels.p2];
    staged(recording, ['p2', 'move 1']);
    const added = channels.p2.slice(before.length);
    assert.deepEqual(channels.p2.slice(0, before.length), before);
    assert(added.some((line) => line.startsWith('|move|p2a: Blissey|Struggle')));
    assert(!added.some((line) => line.startsWith('|-activate|p2a: Blissey|move: Struggle')));
    assert.equal(channels.p1.length, channels.spectator.length);
    proveEveryCut(recording);
  });
});

describe('an answer that is refused for what was hidden', () => {
  const TRAPPED: readonly (readonly [keyof typeof TRAP_TEAMS, readonly Answer[]])[] = [
    ['arenaTrapGen3', []],
    ['arenaTrapGen4', []],
    ['arenaTrap', [['p1', 'team 12'], ['p2', 'team 12']]],
  ]; // prettier-ignore
  for (const [name, answers] of TRAPPED) {
    it(`corrects the request and is logged, once: ${name}`, () => {
      const recording = begin(name, answers);
      const { battle } = recording;
      const { rqid } = battle;
      assert.equal(battle.request('p2')!.active![0]!.maybeTrapped, true);
      const first = recording.answer('p2', 'switch 2');
      assert.deepEqual(
        { kind: first.kind, changed: first.kind === 'refused' && first.changed },
        { kind: 'refused', changed: true },
      );
      const corrected = battle.request('p2')!;
      assert.equal(corrected.update, true);
      assert.equal(corrected.rqid, rqid);
      assert.equal(corrected.active![0]!.trapped, true);
      assert.equal(corrected.active![0]!.maybeTrapped, undefined);
      assert.deepEqual(recording.entries.at(-1)!.input, { type: 'refused', side: 'p2', text: 'switch 2' });
      refusedWithoutTrace(recording, 'p2', 'switch 2');
      staged(recording, ['p2', 'move 1']);
      staged(recording, ['p1', 'move 1']);
      assert.equal(battle.request('p2')!.update, undefined);
      proveEveryCut(recording);
    });
  }

  const IMPRISONED: readonly (readonly [keyof typeof TRAP_TEAMS, readonly Answer[]])[] = [
    ['imprisonGen4', [['p2', 'move 3'], ['p1', 'move 1']]],
    ['imprison', [['p1', 'team 12'], ['p2', 'team 12'], ['p2', 'move 3'], ['p1', 'move 1']]],
  ]; // prettier-ignore
  for (const [name, answers] of IMPRISONED) {
    it(`is logged for each thing that it reveals: ${name}`, () => {
      const recording = begin(name, answers);
      const { battle, entries } = recording;
      assert.equal(battle.request('p2')!.active![0]!.maybeDisabled, true);
      const logged = entries.length;
      for (const text of ['move 1', 'move 1', 'move 2', 'move 1', 'move 2']) {
        assert.equal(recording.answer('p2', text).kind, 'refused');
      }
      assert.deepEqual(
        entries.slice(logged).map(({ input }) => input.type === 'refused' && input.text),
        ['move 1', 'move 2'],
      );
      assert.deepEqual(
        battle.request('p2')!.active![0]!.moves.map(({ disabled }) => disabled),
        [true, true, false],
      );
      staged(recording, ['p2', 'move 3']);
      staged(recording, ['p1', 'move 3']);
      proveEveryCut(recording);
    });
  }
});

describe('an answer that is refused in any case', () => {
  it('does not tell whether a move is disabled behind the scenes', () => {
    const recording = begin('imprisonGen4', [
      ['p2', 'move 3'],
      ['p1', 'move 1'],
    ]);
    assert.equal(recording.battle.request('p2')!.active![0]!.maybeDisabled, true);
    // Moves 1 and 2 are disabled and move 3 is not; Mega Evolution does not exist here.
    for (const text of ['move 1 mega', 'move 2 mega', 'move 3 mega'])
      refusedWithoutTrace(recording, 'p2', text);
    staged(recording, ['p2', 'move 3']);
    staged(recording, ['p1', 'move 3']);
    proveEveryCut(recording);
  });
});

describe('`default` in doubles', () => {
  it('replays as it was sent', () => {
    const recording = begin('commander');
    const { battle } = recording;
    while (!battle.outcome && battle.turn < 10) {
      for (const side of ['p2', 'p1'] as const) if (battle.owes(side)) staged(recording, [side, 'default']);
    }
    assert(battle.turn >= 3);
    assert(recording.entries.every(({ input }) => input.type === 'choice' && input.text === 'default'));
    proveEveryCut(recording);
  });
});
