/**
 * What is done in both battles of a pair, written by playing it on the bare sim, and cut where the sim itself would tell
 * the two apart.
 */
import { extractChannelMessages } from '@pkmn/sim';
import type { SideId } from '../../src/battle/ids.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import type { Random } from '../../src/battle/random.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import { BareBattle } from '../support/bare-battle.ts';
import type { FactKind, Variants } from './hidden-facts.ts';

const TURNS_MAX = 25;

export type Step =
  | { readonly do: 'choose'; readonly side: SideId; readonly text: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'bad choice' | 'ask' | 'watch' | 'drop' | 'return' };

export interface Script {
  readonly steps: readonly Step[];
  readonly turns: number;
  readonly isOnField: boolean;
}

/** What both battles share besides the inputs. */
export interface Fixed {
  readonly seed: string;
  readonly p1: string;
}

/**
 * Inputs for both battles, up to where the sim would tell them apart. All kinds but `hp` ask that the omniscient logs
 * are equal; exact HP stands in that log, so there only what p1 and spectators may see of it must be.
 */
export function writeScript(kind: FactKind, variants: Variants, { seed, p1 }: Fixed, random: Random): Script {
  const { teams, format, ident } = variants;
  const battles = teams.map(
    (p2) => new BareBattle({ format: format.id, seed, names: { p1: 'Ash', p2: 'Gary' }, teams: { p1, p2 } }),
  ) as [BareBattle, BareBattle];
  const look = kind === 'hp' ? visible : omniscient;
  const steps: Step[] = [];
  const kept = { steps: 0, turns: 0, isOnField: false };
  let isOnField = false;
  const [one, other] = battles;
  const isSame = (): boolean => look(one) === look(other);
  while (isSame() && !one.ended && one.sim.turn <= TURNS_MAX) {
    kept.steps = steps.length;
    kept.turns = one.sim.turn;
    isOnField ||= one.sim.getSide('p2').active.some((pokemon) => pokemon?.fullname === ident);
    kept.isOnField = isOnField;
    steps.push(...asides(steps, random));
    for (const side of ['p1', 'p2'] as const) {
      const request = one.request(side);
      if (!request || !one.owes(side)) continue;
      const text = drawChoice(side, request, variants, random);
      if (text === null || !battles.every((battle) => battle.choose(side, text))) return cut(steps, kept);
      steps.push({ do: 'choose', side, text });
    }
  }
  return cut(steps, isSame() ? { steps: steps.length, turns: one.sim.turn, isOnField } : kept);
}

function cut(steps: readonly Step[], kept: { steps: number; turns: number; isOnField: boolean }): Script {
  return { steps: steps.slice(0, kept.steps), turns: kept.turns, isOnField: kept.isOnField };
}

function drawChoice(side: SideId, request: BattleRequest, variants: Variants, random: Random): string | null {
  for (let draw = 0; draw < 30; draw++) {
    const text = randomChoice(request, random);
    if (side === 'p1' || !variants.shows(request, text)) return text;
  }
  return null;
}

/** What happens beside choices: time, questions, spectators who come late, a p2 who goes and comes back. */
function asides(before: readonly Step[], random: Random): Step[] {
  const steps: Step[] = [{ do: 'wait', ms: 500 + Math.floor(random() * 4000) }];
  if (random() < 0.15) steps.push({ do: 'wait', ms: 31_000 });
  if (random() < 0.2) steps.push({ do: 'ask' });
  if (random() < 0.2) steps.push({ do: 'bad choice' });
  if (random() < 0.2 && !before.some((step) => step.do === 'watch')) steps.push({ do: 'watch' });
  if (random() < 0.1) steps.push({ do: 'drop' }, { do: 'wait', ms: 2000 }, { do: 'return' });
  return steps;
}

function omniscient({ lines }: BareBattle): string {
  return lines.filter((line) => !line.startsWith('|t:|')).join('\n');
}

function visible(battle: BareBattle): string {
  const channels = extractChannelMessages(omniscient(battle), [0, 1]);
  return [...channels[0], ...channels[1]].join('\n');
}
