/**
 * What a request hides from its own side: that it is trapped, or a move disabled, by something of the foe's which has not
 * been shown. The sim looks for that before it looks whether the rest of an answer makes sense, so an answer that is
 * refused in any case would tell.
 */
import type { Battle } from '@pkmn/sim';

type SimSide = Battle['sides'][number];

/** Does something to a side as though nothing were hidden from it. */
export function withoutHidden<Result>(side: SimSide, act: () => Result): Result {
  const restores = side.active.flatMap((pokemon) => {
    if (!pokemon) return [];
    const { trapped } = pokemon;
    const moves = pokemon.moveSlots.filter((move) => move.disabled === 'hidden');
    if (trapped === 'hidden') pokemon.trapped = false;
    for (const move of moves) move.disabled = false;
    return () => {
      pokemon.trapped = trapped;
      for (const move of moves) move.disabled = 'hidden';
    };
  });
  try {
    return act();
  } finally {
    for (const restore of restores) restore();
  }
}

export function hidesAnything(side: SimSide): boolean {
  return side.active.some(
    (pokemon) =>
      pokemon?.trapped === 'hidden' || pokemon?.moveSlots.some((move) => move.disabled === 'hidden'),
  );
}
