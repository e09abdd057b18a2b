/** From opening and log to the battle as it stood: the one way to it, for new battles and recovered ones. */
import { Battle } from './battle.ts';
import { NO_CLOCK, advanceClock, type Clock } from './clock.ts';
import type { Entry } from './input.ts';
import type { Opening } from './opening.ts';

/** The log does not replay as it was played. `index` is the entry's. */
export class Divergence extends Error {
  override readonly name = 'Divergence';
  readonly index: number;

  constructor(index: number, what: string) {
    super(`entry ${index}: ${what}`);
    this.index = index;
  }
}

export interface Replayed {
  readonly battle: Battle;
  readonly clock: Clock;
}

/** Throws `Divergence` when an entry does not fit, and what the sim throws. */
export function replay(opening: Opening, entries: readonly Entry[]): Replayed {
  const steps = replaySteps(opening, entries);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, an entry at each step. */
export function* replaySteps(opening: Opening, entries: readonly Entry[]): Generator<undefined, Replayed> {
  const battle = new Battle(opening);
  let clock = NO_CLOCK;
  for (const [index, entry] of entries.entries()) {
    const fault = restage(battle, entry);
    if (fault) throw new Divergence(index, fault);
    const { rqid } = battle;
    battle.apply(entry.input);
    clock = advanceClock(clock, entry, battle.rqid !== rqid);
    yield;
  }
  return { battle, clock };
}

/** Does to the battle what was done before the entry was logged. Answers what is wrong with it, or null. */
function restage(battle: Battle, { input, print }: Entry): string | null {
  if (battle.outcome) return 'after the end';
  if (battle.fingerprint() !== print) return `fingerprint ${battle.fingerprint()} is not ${print}`;
  if (input.type === 'choice') {
    if (input.rqid !== battle.rqid || !battle.owes(input.side)) return 'a choice that nobody asked for';
    const staged = battle.stage(input.side, input.text);
    if (staged.kind === 'refused') return `"${input.text}" is refused: ${staged.message}`;
  } else if (input.type === 'refused') {
    if (!battle.owes(input.side)) return 'a refusal that nobody asked for';
    const staged = battle.stage(input.side, input.text);
    if (staged.kind !== 'refused' || !staged.changed) return `"${input.text}" is not refused as it was`;
  }
  return null;
}
