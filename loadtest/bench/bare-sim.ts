/** The sim alone, driven directly, with every request written as JSON as it does for its stream: what ours is held against. */
import { Battle, type PRNGSeed } from '@pkmn/sim';
import type { Opening } from '../../src/battle/opening.ts';
import type { Answer, Script } from './script.ts';

export function openBare({ format, seed, rated, sides }: Opening): Battle {
  const battle = new Battle({
    formatid: format as string as Battle['format']['id'],
    seed: seed as PRNGSeed,
    rated,
    send: () => {},
  });
  for (const { side, name, team, elo } of sides) battle.setPlayer(side, { name, team, rating: elo });
  battle.sendUpdates();
  return battle;
}

export function answerBare(battle: Battle, { side, text }: Answer): void {
  battle.choose(side, text);
  battle.sendUpdates();
}

/** Plays a script to its end. Throws when it comes out otherwise than written. */
export function playBare({ opening, answers, turns }: Script): Battle {
  const battle = openBare(opening);
  for (const answer of answers) answerBare(battle, answer);
  if (!battle.ended || battle.turn !== turns)
    throw new Error(`${opening.format}: the bare sim played another battle`);
  return battle;
}
