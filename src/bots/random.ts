/** Plays anything that is allowed. */
import { randomChoice } from '../battle/legal-choice.ts';
import type { Brain } from './brain.ts';

export const chooseAtRandom: Brain = ({ request }, { random }) => randomChoice(request, random);
