/** The brains by their names. */
import type { BotKind } from '../battle/bot-seat.ts';
import type { Brain } from './brain.ts';
import { chooseByDamage } from './greedy.ts';
import { chooseLookingAhead } from './looking-ahead.ts';
import { chooseAtRandom } from './random.ts';

export const BRAINS: Readonly<Record<BotKind, Brain>> = {
  random: chooseAtRandom,
  greedy: chooseByDamage,
  'looking-ahead': chooseLookingAhead,
};
