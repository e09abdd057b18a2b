/** Battles played once and written down, so that every way of playing them again does the same work. */
import { Battle } from '../../src/battle/battle.ts';
import type { ChoiceInput, RefusedInput } from '../../src/battle/input.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { openingFor, playOut, Recording } from '../../test/support/play.ts';

/** An answer that the sim was asked to take; `refused` ones too, for they correct the request. */
export type Answer = ChoiceInput | RefusedInput;

export interface Script {
  readonly opening: Opening;
  readonly answers: readonly Answer[];
  readonly turns: number;
  /** Turn and random state at the end. */
  readonly print: string;
}

/** Whole battles of random legal answers. The same format and seed give the same battles. */
export function scripts(format: string, count: number, seed: string): Script[] {
  return Array.from({ length: count }, (_, index) => script(format, `${seed} ${index}`));
}

function script(format: string, seed: string): Script {
  const recording = new Recording(openingFor(format, seed));
  // The sim itself calls a tie after 1,000 turns.
  playOut(recording, seededRandom(`answers ${format} ${seed}`), { turnsMax: Infinity });
  const { opening, battle, entries } = recording;
  const answers = entries
    .map(({ input }) => input)
    .filter((input): input is Answer => input.type === 'choice' || input.type === 'refused');
  return { opening, answers, turns: battle.turn, print: battle.fingerprint() };
}

export function turnsOf(played: readonly Script[]): number {
  return played.reduce((total, { turns }) => total + turns, 0);
}

/** Plays a script with the core, as a session does but for the log. `onApplied` is called after each choice. */
export function playCore({ opening, answers }: Script, onApplied?: (battle: Battle) => void): Battle {
  const battle = new Battle(opening);
  for (const input of answers) {
    battle.fingerprint();
    battle.stage(input.side, input.text);
    battle.apply(input);
    onApplied?.(battle);
  }
  return battle;
}
