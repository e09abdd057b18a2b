/** Answers that a client might send and a sim should refuse: junk, wrong slots, and what a request hides. */
import type { SideId } from '../../src/battle/ids.ts';
import { pick, type Random, shuffled } from '../../src/battle/random.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import type { Recording } from '../support/play.ts';

const JUNK = [
  'foo', '', 'undo', 'foo, move 1', 'move 1, foo', 'move 1\n>eval 1', '>p1 move 1', 'pass', 'pass, pass', 'shift',
  'move', 'switch', 'move 9', 'move 0', 'switch 0', 'switch 24', 'switch 1', 'move 1, move 1, move 1', 'team 1',
  'team 99', 'team 11', 'move 1 mega', 'move 1 zmove', 'move 1 dynamax', 'move 1 terastallize', 'move 1 -1 mega',
  'testfight', 'move testfight', 'move 1 1', 'move 2 -2', 'switch 3, move 9', 'move 1, switch 9', 'switch 3, switch 3',
  'move 1 terastallize, move 1 terastallize', 'default, default', 'default, foo', 'move 1, default', 'switch a',
] as const; // prettier-ignore

/** A few answers in random order, most of them illegal. Often none: a battle must get on. */
export function probesFor({ battle }: Recording, side: SideId, random: Random): readonly string[] {
  const request = battle.request(side)!;
  const hidden = hiddenProbes(request, random);
  if (hidden.length === 0 && random() < 0.5) return [];
  const junk = Array.from({ length: Math.floor(random() * 4) }, () => pick(random, JUNK));
  // The same again, where something was revealed: that tells nothing new.
  return shuffled(random, [...junk, ...hidden, ...hidden.filter(() => random() < 0.3)]);
}

/** What is said to be impossible, and what may be. */
function hiddenProbes(request: BattleRequest, random: Random): string[] {
  const probes = (request.active ?? []).flatMap((active, slot) => {
    if (!active) return [];
    const before = 'default, '.repeat(slot && random() < 0.5 ? 1 : 0);
    const bench = request.side.pokemon.findIndex(
      (pokemon) => !pokemon.active && !pokemon.condition.endsWith(' fnt'),
    );
    const isTrapped = active.trapped === true || active.maybeTrapped === true;
    const disabled = active.moves.flatMap((move, index) =>
      move.disabled || active.maybeDisabled ? [`${before}move ${index + 1}`] : [],
    );
    return [
      ...(isTrapped && bench > 0 ? [`${before}switch ${bench + 1}`] : []),
      ...disabled,
      ...(active.maybeLocked ? ['testfight'] : []),
    ];
  });
  return probes.filter(() => random() < 0.6);
}
