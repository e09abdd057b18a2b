import assert from 'node:assert/strict';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { targetsOf } from '../../src/battle/move-options.ts';
import { seededRandom } from '../../src/battle/random.ts';
import type { ActiveRequest, BattleRequest, RequestPokemon } from '../../src/battle/request.ts';
import { proveLegalChoices } from './legal-choice.proof.ts';

const MOVE = { move: 'Tackle', id: 'tackle', pp: 5, maxpp: 5, target: 'normal', disabled: false };
const OFF = { ...MOVE, disabled: true };

function pokemon(
  count: number,
  fainted: readonly number[] = [],
  change: Partial<RequestPokemon> = {},
): RequestPokemon[] {
  return Array.from({ length: count }, (_, index) => ({
    ident: `p1: ${index}`,
    details: 'Mew',
    condition: fainted.includes(index) ? '0 fnt' : '100/100',
    active: index === 0,
    moves: [],
    item: '',
    stats: { atk: 1, def: 1, spa: 1, spd: 1, spe: 1 },
    baseAbility: 'synchronize',
    ...(index === 0 && change),
  }));
}

function request(change: Partial<BattleRequest>, team = pokemon(3)): BattleRequest {
  return { rqid: 1, ...change, side: { name: 'One', id: 'p1', pokemon: team } };
}

function singles(active: ActiveRequest): BattleRequest {
  return request({ active: [active] });
}

/** All answers that 200 seeds give. */
function answers(asked: BattleRequest): Set<string> {
  return new Set(Array.from({ length: 200 }, (_, seed) => randomChoice(asked, seededRandom(seed))));
}

describe('a random legal choice', () => {
  it('is never refused in any format, and every kind of it comes up', () => {
    const figures = proveLegalChoices({ requests: 1500, seed: 'npm test' });
    assert(figures.requests >= 1500);
    assert.equal(figures.refused, 0);
  }).timeout(60_000);

  const rows: [string, BattleRequest, string[]][] = [
    [
      'uses a move that is not disabled',
      request({ active: [{ moves: [OFF, MOVE] }] }, pokemon(1)),
      ['move 2'],
    ],
    ['does not switch while trapped', singles({ moves: [MOVE], trapped: true }), ['move 1']],
    ['does not switch while perhaps trapped', singles({ moves: [MOVE], maybeTrapped: true }), ['move 1']],
    [
      'leaves it to the sim what works',
      singles({ moves: [MOVE, MOVE], maybeDisabled: true, trapped: true }),
      ['default'],
    ],
    [
      'does not switch to the fainted',
      request({ active: [{ moves: [MOVE] }] }, pokemon(3, [1])),
      ['move 1', 'switch 3'],
    ],
    [
      'goes to Mega X or Y',
      singles({ moves: [MOVE], trapped: true, canMegaEvoX: true, canMegaEvoY: true }),
      ['move 1', 'move 1 megax', 'move 1 megay'],
    ],
    [
      'chooses Z-Moves by their own list',
      singles({ moves: [MOVE, OFF], trapped: true, canZMove: [null, { move: 'Z', target: 'self' }] }),
      ['move 1', 'move 2 zmove'],
    ],
    [
      'chooses max moves by their own list',
      singles({
        moves: [MOVE, MOVE],
        trapped: true,
        canDynamax: true,
        maxMoves: {
          maxMoves: [
            { move: 'a', target: 'self', disabled: true },
            { move: 'b', target: 'self' },
          ],
        },
      }),
      ['move 1', 'move 2', 'move 2 dynamax'],
    ],
    [
      'uses max moves while dynamaxed',
      singles({
        moves: [MOVE, MOVE],
        trapped: true,
        maxMoves: {
          maxMoves: [
            { move: 'a', target: 'self', disabled: true },
            { move: 'b', target: 'self' },
          ],
        },
      }),
      ['move 2'],
    ],
    ['switches when it must', request({ forceSwitch: [true] }, pokemon(3, [0, 1])), ['switch 3']],
    [
      'replaces one of two when one is left',
      request({ forceSwitch: [true, true] }, pokemon(3, [0, 1])),
      ['switch 3, pass', 'pass, switch 3'],
    ],
    [
      'replaces only who must be',
      request({ forceSwitch: [false, true] }, pokemon(3, [1])),
      ['pass, switch 3'],
    ],
    [
      'revives the fainted',
      request({ forceSwitch: [true] }, pokemon(3, [2], { reviving: true })),
      ['switch 3'],
    ],
    [
      'revives an ally on the field',
      request({ forceSwitch: [true, false] }, pokemon(2, [1], { reviving: true })),
      ['switch 2, pass'],
    ],
    [
      'passes for the fainted',
      request({ active: [{ moves: [MOVE] }, { moves: [{ ...MOVE, target: 'self' }] }] }, pokemon(2, [0])),
      ['pass, move 1'],
    ],
    [
      'passes for a commander',
      request(
        { active: [{ moves: [MOVE] }, { moves: [{ ...MOVE, target: 'self' }] }] },
        pokemon(2, [], { commanding: true }),
      ),
      ['pass, move 1'],
    ],
    [
      'says nothing after `default`',
      request({ active: [{ moves: [MOVE], maybeDisabled: true }, { moves: [MOVE] }] }, pokemon(2, [1])),
      ['default'],
    ],
    [
      'brings as many as are asked for',
      request({ teamPreview: true, maxChosenTeamSize: 1 }),
      ['team 1', 'team 2', 'team 3'],
    ],
    ['orders the whole team otherwise', request({ teamPreview: true }, pokemon(2)), ['team 12', 'team 21']],
  ];
  for (const [sentence, asked, expected] of rows) {
    it(sentence, () => {
      assert.deepEqual([...answers(asked)].sort(), [...expected].sort());
    });
  }

  it('never sends two to one place, nor asks twice for what a side has once', () => {
    const active = { moves: [{ ...MOVE, target: 'self' }], canTerastallize: 'Fire' };
    const given = answers(request({ active: [active, active] }, pokemon(4)));
    for (const choice of given) {
      const [one, two] = choice.split(', ');
      if (one?.startsWith('switch')) assert.notEqual(one, two);
      assert((choice.match(/terastallize/g) ?? []).length <= 1, choice);
    }
    assert(given.has('switch 3, switch 4'));
    assert(given.has('move 1 terastallize, move 1'));
  });

  it('cannot be made for a request to wait', () => {
    assert.throws(() => randomChoice(request({ wait: true }), seededRandom(1)));
  });
});

describe('targets', () => {
  const rows: [string | undefined, number, number, number[]][] = [
    ['normal', 0, 1, []],
    ['normal', 0, 2, [-2, 1, 2]],
    ['any', 1, 2, [-1, 1, 2]],
    ['adjacentFoe', 0, 2, [1, 2]],
    ['adjacentAlly', 1, 2, [-1]],
    ['adjacentAllyOrSelf', 0, 2, [-2, -1]],
    ['allAdjacent', 0, 2, []],
    [undefined, 0, 2, []],
  ];
  for (const [target, slot, slots, expected] of rows) {
    it(`of ${target} from slot ${slot} of ${slots}`, () => {
      assert.deepEqual(
        [...new Set(targetsOf(target, slot, slots))].sort((a, b) => a - b),
        expected,
      );
    });
  }
});

describe('seeded random numbers', () => {
  it('are the same for the same seed, spread evenly, and never 1', () => {
    const [one, same, other] = [seededRandom('a'), seededRandom('a'), seededRandom('b')];
    const numbers = Array.from({ length: 10_000 }, one);
    assert.deepEqual(Array.from({ length: 10_000 }, same), numbers);
    assert.notDeepEqual(Array.from({ length: 10_000 }, other), numbers);
    assert(numbers.every((number) => number >= 0 && number < 1));
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
      assert(share > 900 && share < 1100, `${share} of 10000 in tenth ${tenth}`);
    }
  });
});
