import assert from 'node:assert/strict';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { pick, type Random } from '../../src/battle/random.ts';
import type { BattleRequest, RequestPokemon } from '../../src/battle/request.ts';
import { canGoBack, choiceOf, openDraft, stepOf, take, type Draft, type DraftAction } from '../../web/src/battle/draft.ts'; // prettier-ignore
import { proveLegalChoices } from '../battle/legal-choice.proof.ts';

const MOVE = { move: 'Tackle', id: 'tackle', pp: 5, maxpp: 8, target: 'normal', disabled: false };
const STATS = { atk: 1, def: 1, spa: 1, spd: 1, spe: 1 };
const OFF = { ...MOVE, disabled: true };

function request(change: Partial<BattleRequest>, conditions = ['9/9', '9/9', '9/9', '9/9']): BattleRequest {
  const pokemon = conditions.map((condition, index): RequestPokemon => {
    const active = index < (change.active?.length ?? 1);
    return {
      ident: `p1: ${index}`,
      details: 'Mew',
      condition,
      active,
      moves: [],
      item: '',
      stats: STATS,
      baseAbility: '',
    };
  });
  return { rqid: 1, ...change, side: { name: 'One', id: 'p1', pokemon } };
}

function after(asked: BattleRequest, ...actions: readonly DraftAction[]): Draft {
  return actions.reduce(take, openDraft(asked));
}

/** What the page lets a person do. */
function offered(draft: Draft): DraftAction[] {
  const step = stepOf(draft);
  switch (step.kind) {
    case 'team':
      return [
        ...draft.request.side.pokemon.flatMap((_, index): DraftAction[] =>
          step.picks.includes(index) ? [] : [{ type: 'pick', index }],
        ),
        { type: 'finish' },
      ];
    case 'target':
      return step.targets.map((target) => ({ type: 'target', target }));
    case 'switch':
      return [
        ...step.switches.map(({ index }): DraftAction => ({ type: 'switch', index })),
        ...(step.mayPass ? [{ type: 'pass' } as const] : []),
      ];
    case 'move':
      return [
        ...step.moves.flatMap(({ slot, isDisabled }): DraftAction[] =>
          isDisabled ? [] : [{ type: 'move', slot }],
        ),
        ...step.switches.flatMap(({ index, isDisabled }): DraftAction[] =>
          // A refusal that reveals why is what the sim does, and no fault of the draft's.
          isDisabled || draft.request.active![step.slot]!.maybeTrapped ? [] : [{ type: 'switch', index }],
        ),
        ...step.extras.map(({ event }): DraftAction => ({ type: 'extra', event })),
      ];
    default:
      return [];
  }
}

/** Somebody who presses whatever can be pressed. */
function clickedChoice(asked: BattleRequest, random: Random): string {
  if (asked.active?.some((active) => active?.maybeDisabled)) return randomChoice(asked, random);
  let draft = openDraft(asked);
  for (let clicks = 0; choiceOf(draft) === null; clicks++) {
    assert(clicks < 200, `no end of clicking: ${JSON.stringify(asked)}`);
    const isBack = random() < 0.1 && canGoBack(draft);
    const extras = offered(draft).filter(
      ({ type }) => type === 'extra' && draft.extra === null && random() < 0.5,
    );
    draft = take(
      draft,
      isBack ? { type: 'back' } : pick(random, extras.length > 0 ? extras : offered(draft)),
    );
  }
  return choiceOf(draft)!;
}

describe('a choice in the making', () => {
  it('becomes text that the sim takes, whatever is pressed, in every format and kind of choice', () => {
    const figures = proveLegalChoices({ requests: 1500, seed: 'the page', choose: clickedChoice });
    assert.equal(figures.refused, 0);
  }).timeout(60_000);

  const twoMoves = { moves: [MOVE, MOVE] };
  const rows: [string, BattleRequest, DraftAction[], string | null][] = [
    ['a move', request({ active: [twoMoves] }), [{ type: 'move', slot: 1 }], 'move 2'],
    ['no disabled move', request({ active: [{ moves: [OFF, MOVE] }] }), [{ type: 'move', slot: 0 }], null],
    ['a switch', request({ active: [twoMoves] }), [{ type: 'switch', index: 2 }], 'switch 3'],
    ['no switch while trapped', request({ active: [{ ...twoMoves, trapped: true }] }), [{ type: 'switch', index: 2 }], null], // prettier-ignore
    ['no switch to who fainted', request({ active: [twoMoves] }, ['9/9', '0 fnt']), [{ type: 'switch', index: 1 }], null], // prettier-ignore
    ['an extra', request({ active: [{ ...twoMoves, canTerastallize: 'Fire' }] }), [{ type: 'extra', event: 'terastallize' }, { type: 'move', slot: 0 }], 'move 1 terastallize'], // prettier-ignore
    ['an extra taken back', request({ active: [{ ...twoMoves, canTerastallize: 'Fire' }] }), [{ type: 'extra', event: 'terastallize' }, { type: 'extra', event: 'terastallize' }, { type: 'move', slot: 0 }], 'move 1'], // prettier-ignore
    ['two slots with targets', request({ active: [twoMoves, twoMoves] }), [{ type: 'move', slot: 0 }, { type: 'target', target: 2 }, { type: 'move', slot: 1 }, { type: 'target', target: 1 }], 'move 1 2, move 2 1'], // prettier-ignore
    ['not the same switch twice', request({ active: [twoMoves, twoMoves] }), [{ type: 'switch', index: 2 }, { type: 'switch', index: 2 }], null], // prettier-ignore
    ['a pass for a fainted slot', request({ active: [twoMoves, twoMoves] }, ['0 fnt', '9/9', '9/9']), [{ type: 'switch', index: 2 }], 'pass, switch 3'], // prettier-ignore
    ['an empty place where too few are left', request({ active: [twoMoves, twoMoves], forceSwitch: [true, true] }, ['0 fnt', '0 fnt', '9/9']), [{ type: 'pass' }, { type: 'switch', index: 2 }], 'pass, switch 3'], // prettier-ignore
    ['the team as picked, then the rest', request({ teamPreview: true }), [{ type: 'pick', index: 2 }, { type: 'finish' }], 'team 3124'], // prettier-ignore
    ['a pick undone by the same pick', request({ teamPreview: true }), [{ type: 'pick', index: 2 }, { type: 'pick', index: 2 }, { type: 'finish' }], 'team 1234'], // prettier-ignore
    ['part of a team', request({ teamPreview: true, maxChosenTeamSize: 2 }), [{ type: 'pick', index: 3 }, { type: 'pick', index: 0 }], 'team 41'], // prettier-ignore
    ['nothing while it waits', request({ wait: true }), [{ type: 'move', slot: 0 }], null],
  ];
  for (const [name, asked, actions, choice] of rows)
    it(`gives ${name}`, () => assert.equal(choiceOf(after(asked, ...actions)), choice));

  it('goes back a step at a time, over slots that decide nothing', () => {
    const asked = request({ active: [{ moves: [MOVE] }, { moves: [MOVE] }] });
    const aimed = after(
      asked,
      { type: 'move', slot: 0 },
      { type: 'target', target: 1 },
      { type: 'move', slot: 0 },
    );
    const back = take(aimed, { type: 'back' });
    assert.equal(stepOf(back).kind, 'move');
    assert.deepEqual(take(back, { type: 'back' }), openDraft(asked));
    const passing = request({ active: [{ moves: [MOVE] }, { moves: [MOVE] }] }, ['0 fnt', '9/9', '9/9']);
    assert.equal(canGoBack(openDraft(passing)), false);
  });
});
