/**
 * Ratings counted again from a whole history, straight from glicko.pdf and Showdown's table of factors: by period, with
 * lists of battles and the paper's d², nothing carried along but what a period ended with.
 */
import { afterBattle, START } from '../../src/ratings/rating.ts';
import type { Rating, Score } from '../../src/ratings/rating.ts';

export type Player = 'ann' | 'bob' | 'cyd';

export interface Played {
  readonly first: Player;
  readonly second: Player;
  readonly score: Score;
  readonly at: number;
}

/** By the product's code, one battle after the other. */
export function played(battles: readonly Played[]): Readonly<Record<Player, Rating>> {
  const all: Record<Player, Rating> = { ann: START, bob: START, cyd: START };
  for (const { first, second, score, at } of battles) {
    [all[first], all[second]] = afterBattle(all[first], all[second], score, at);
  }
  return all;
}

interface Belief {
  readonly r: number;
  readonly rd: number;
}

interface Game {
  readonly foe: Belief;
  readonly s: number;
}

const q = Math.log(10) / 400;
const c = Math.sqrt((130 * 130 - 25 * 25) / 365);

function g(rd: number): number {
  return Math.pow(1 + (3 * q * q * rd * rd) / (Math.PI * Math.PI), -0.5);
}

/** Step 2 of the paper, all games of a period at once. */
function afterPeriod({ r, rd }: Belief, games: readonly Game[]): Belief {
  const E = games.map(({ foe }) => 1 / (1 + Math.exp(-g(foe.rd) * (r - foe.r) * q)));
  const dSquared =
    1 / (q * q * games.reduce((sum, { foe }, j) => sum + g(foe.rd) ** 2 * E[j]! * (1 - E[j]!), 0));
  const sum = games.reduce((total, { foe, s }, j) => total + g(foe.rd) * (s - E[j]!), 0);
  const precision = 1 / (rd * rd) + 1 / dSquared;
  return { r: r + (q / precision) * sum, rd: Math.max(25, Math.sqrt(1 / precision)) };
}

/** Step 1, a day at a time. */
function afterDays({ r, rd }: Belief, days: number): Belief {
  if (days === 0) return { r, rd };
  return afterDays({ r, rd: Math.min(130, Math.hypot(rd, c)) }, days - 1);
}

interface Stored {
  readonly day: number;
  readonly begun: Belief;
  readonly ended: Belief;
}

const NAMES: readonly Player[] = ['ann', 'bob', 'cyd'];
const UNKNOWN: Belief = { r: 1500, rd: 130 };

/** Of each player elo, provisional rating and deviation, and both at the beginning of their last period. */
export function recount(battles: readonly Played[]): Readonly<Record<Player, readonly number[]>> {
  const dayOf = ({ at }: Played): number => Math.floor((at / 3_600_000 - 9) / 24);
  const days = [...new Set(battles.map(dayOf))].toSorted((one, other) => one - other);
  const nobody: Stored = { day: days[0] ?? 0, begun: UNKNOWN, ended: UNKNOWN };
  const all: Record<Player, Stored> = { ann: nobody, bob: nobody, cyd: nobody };
  for (const day of days) {
    const today = battles.filter((battle) => dayOf(battle) === day);
    const begun = (name: Player): Belief => afterDays(all[name].ended, day - all[name].day);
    const bases = { ann: begun('ann'), bob: begun('bob'), cyd: begun('cyd') };
    for (const name of NAMES) {
      const games = gamesOf(name, today, bases);
      // Who does not play is stored as of their last battle.
      if (games.length > 0) {
        all[name] = { day, begun: bases[name], ended: afterPeriod(bases[name], games) };
      }
    }
  }
  const elos = recountElo(battles);
  const row = (name: Player): readonly number[] => {
    const { begun, ended } = all[name];
    return [elos[name], ended.r, ended.rd, begun.r, begun.rd];
  };
  return { ann: row('ann'), bob: row('bob'), cyd: row('cyd') };
}

function gamesOf(name: Player, battles: readonly Played[], bases: Readonly<Record<Player, Belief>>): Game[] {
  return battles.flatMap(({ first, second, score }) => {
    if (first === name) return [{ foe: bases[second], s: score }];
    return second === name ? [{ foe: bases[first], s: 1 - score }] : [];
  });
}

function recountElo(battles: readonly Played[]): Record<Player, number> {
  const elos: Record<Player, number> = { ann: 1000, bob: 1000, cyd: 1000 };
  for (const { first, second, score } of battles) {
    const chance = 1 / (1 + Math.exp((elos[second] - elos[first]) * q));
    const [one, other] = [elos[first], elos[second]];
    elos[first] = Math.max(1000, one + factor(one, score) * (score - chance));
    elos[second] = Math.max(1000, other + factor(other, 1 - score) * (chance - score));
  }
  return elos;
}

function factor(elo: number, score: number): number {
  if (elo > 1300) return 40;
  if (elo >= 1100) return 50;
  return { 0: 20 + ((elo - 1000) * 3) / 10, 0.5: 50, 1: 80 - ((elo - 1000) * 3) / 10 }[score] ?? Number.NaN;
}
