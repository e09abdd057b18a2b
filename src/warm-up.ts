/** Plays a few battles to nobody before anybody comes: the first ones of a process are ten times as slow as the rest. */
import { Battle } from './battle/battle.ts';
import { ENGINE_VERSION, FORMATS, generateTeam, type Format } from './battle/format.ts';
import { SIDE_IDS, type BattleId, type UserId } from './battle/ids.ts';
import { randomChoice } from './battle/legal-choice.ts';
import type { Opening } from './battle/opening.ts';
import { seededRandom } from './battle/random.ts';

/** Enough to meet every generation once; a start after a crash is to be quick. Milliseconds. */
const BUDGET_MS = 400;
/** A battle has shown what is to be compiled long before its end. */
const TURNS_MAX = 12;

/** Newest generations first, again and again until the time is up. Answers how many battles it played. */
export function warmUp(now: () => number): number {
  const until = now() + BUDGET_MS;
  const formats = [...FORMATS.values()].filter(({ teamRequired }) => !teamRequired);
  let battles = 0;
  while (now() < until) playOne(formats[battles % formats.length]!, battles++);
  return battles;
}

function playOne(format: Format, number: number): void {
  const battle = new Battle(openingOf(format, number));
  const random = seededRandom(number);
  while (!battle.outcome && battle.turn <= TURNS_MAX) {
    const side = SIDE_IDS.find((id) => battle.owes(id))!;
    const text = randomChoice(battle.request(side)!, random);
    // Nobody minds that what a request does not tell refuses an answer.
    const answer = battle.stage(side, text).kind === 'staged' ? text : 'default';
    if (answer === 'default') battle.stage(side, answer);
    battle.apply({ type: 'choice', side, text: answer, rqid: battle.rqid });
  }
}

function openingOf(format: Format, number: number): Opening {
  const seed = (side: number): string => `sodium,${(number * 4 + side).toString(16).padStart(32, '0')}`;
  return {
    id: 'warm-up' as BattleId,
    format: format.id,
    engine: ENGINE_VERSION,
    seed: seed(0),
    rated: false,
    timer: { turnMs: 0, warnMs: 0, absenceMs: 0, joinMs: 0 },
    sides: SIDE_IDS.map((side, index) => ({
      side,
      userId: side as string as UserId,
      name: side,
      elo: 0,
      team: generateTeam(format, seed(index + 1)),
    })),
  };
}
