/** What kinds of answer a choice holds, read from the request and the choice text, for counting in proofs. */
import type { BattleRequest } from '../../src/battle/request.ts';

export const ANSWER_KINDS = [
  'team order',
  'team order, part of the team',
  'move',
  'move at a foe',
  'move at an ally or self',
  'move while locked in',
  'move while trapped',
  'move while perhaps trapped',
  'move among disabled ones',
  'first move that works',
  'Struggle',
  'Fight',
  'mega',
  'ultra',
  'zmove',
  'dynamax',
  'max move',
  'terastallize',
  'extras of two slots',
  'switch',
  'two switches',
  'forced switch',
  'forced switch of two',
  'too few left to switch in',
  'revive',
  'pass of a fainted slot',
  'pass of a commanding slot',
] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

const EXTRAS = ['mega', 'ultra', 'zmove', 'dynamax', 'terastallize'] as const;

/** Each kind at most once. */
export function kindsOf(request: BattleRequest, choice: string): ReadonlySet<AnswerKind> {
  const words = choice.split(', ').map((part) => part.split(' '));
  if (request.teamPreview) {
    return new Set(request.maxChosenTeamSize ? ['team order, part of the team'] : ['team order']);
  }
  if (request.forceSwitch) return new Set(forcedKinds(request, request.forceSwitch, words));
  const switches = words.filter(([verb]) => verb === 'switch').length;
  const extras = words.filter((part) => EXTRAS.some((extra) => part.includes(extra))).length;
  return new Set([
    ...words.flatMap((part, slot) => slotKinds(request, slot, part)),
    ...(switches > 1 ? (['two switches'] as const) : []),
    ...(extras > 1 ? (['extras of two slots'] as const) : []),
  ]);
}

function forcedKinds(request: BattleRequest, flags: readonly boolean[], words: string[][]): AnswerKind[] {
  const forced = flags.filter(Boolean).length;
  const isRevival = flags.some((isForced, slot) => isForced && request.side.pokemon[slot]?.reviving);
  if (isRevival) return ['revive'];
  const passes = words.filter(([verb], slot) => verb === 'pass' && flags[slot]).length;
  return [
    ...(passes < forced ? (['forced switch'] as const) : []),
    ...(forced > 1 && passes === 0 ? (['forced switch of two'] as const) : []),
    ...(passes > 0 ? (['too few left to switch in'] as const) : []),
  ];
}

function slotKinds(request: BattleRequest, slot: number, words: readonly string[]): AnswerKind[] {
  const verb = words[0];
  const pokemon = request.side.pokemon[slot];
  if (verb === 'switch') return ['switch'];
  if (verb === 'default') return ['first move that works'];
  if (verb === 'pass') return [pokemon?.commanding ? 'pass of a commanding slot' : 'pass of a fainted slot'];
  return moveKinds(request, slot, words);
}

function moveKinds(request: BattleRequest, slot: number, words: readonly string[]): AnswerKind[] {
  const active = request.active?.[slot];
  const move = active?.moves[Number(words[1]) - 1];
  if (!active || !move) throw new Error(`${words.join(' ')} names no move`);
  const target = words.slice(2).find((word) => /^-?\d$/.test(word));
  const kinds: [boolean, AnswerKind][] = [
    [true, 'move'],
    [target !== undefined && !target.startsWith('-'), 'move at a foe'],
    [target?.startsWith('-') === true, 'move at an ally or self'],
    [active.trapped === true && move.pp === undefined && move.id !== 'struggle', 'move while locked in'],
    [active.trapped === true, 'move while trapped'],
    [active.maybeTrapped === true, 'move while perhaps trapped'],
    [active.moves.some(({ disabled }) => disabled), 'move among disabled ones'],
    [move.id === 'struggle', 'Struggle'],
    [move.id === 'fight', 'Fight'],
    [active.maxMoves !== undefined && !active.canDynamax, 'max move'],
  ];
  return [
    ...kinds.filter(([holds]) => holds).map(([, kind]) => kind),
    ...EXTRAS.filter((extra) => words.includes(extra)),
  ];
}
