/** What is tried for a side whose time is up. */
import type { Battle } from '../battle/battle.ts';
import type { SideId } from '../battle/ids.ts';
import { randomChoice } from '../battle/legal-choice.ts';
import type { Random } from '../battle/random.ts';

/** How often a random choice is drawn before the sim's own default is taken. */
const DRAWS = 10;

/** One after the other until one is taken: what the request does not tell may refuse the first ones, and change it. */
export function* drawChoices(battle: Battle, side: SideId, random: Random): Generator<string, void> {
  for (let draw = 0; draw < DRAWS; draw++) yield randomChoice(battle.request(side)!, random);
  yield 'default';
}
