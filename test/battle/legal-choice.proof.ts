/**
 * The proof that a random legal choice is legal: battles of the bare sim in every format on offer, every request of
 * every side answered by `randomChoice`, not one refused, and every kind of answer seen.
 */
import assert from 'node:assert/strict';
import { isChoiceText } from '../../src/battle/choice.ts';
import { FORMATS, type Format, generateTeam } from '../../src/battle/format.ts';
import { SIDE_IDS } from '../../src/battle/ids.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { pick, type Random, seededRandom } from '../../src/battle/random.ts';
import { checkTeam } from '../../src/battle/team.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import { BareBattle } from '../support/bare-battle.ts';
import { ANSWER_KINDS, type AnswerKind, kindsOf } from '../support/answer-kinds.ts';

export interface LegalChoiceFigures {
  readonly requests: number;
  readonly refused: number;
  readonly byKind: Readonly<Record<AnswerKind, number>>;
  readonly perFormat: Readonly<Record<string, number>>;
}

type Chooser = (request: BattleRequest, random: Random) => string;

interface Run {
  requests: number;
  refused: number;
  readonly byKind: Record<AnswerKind, number>;
  readonly perFormat: Record<string, number>;
  readonly seed: string;
  readonly choose: Chooser;
}

/** A battle of two teams that bring out what ordinary ones seldom do. */
interface Scenario {
  readonly format: string;
  readonly teams: readonly [string, string];
}

/** Enough of each scenario for what it is there to show; some would go on for a thousand turns. */
const SCENARIO_ROUNDS = 12;
const SCENARIO_REQUESTS = 12;

const set = (species: string, item: string, ability: string, moves: string): string =>
  `${species}||${item}|${ability}|${moves}|Serious|1,,,,,|||||`;

const SCENARIOS: readonly Scenario[] = [
  // An Assault Vest forbids what this Blissey can do: Struggle from the first turn. Imprison hides disabled moves.
  {
    format: 'gen9ubers',
    teams: [
      `${set('Blissey', 'AssaultVest', 'NaturalCure', 'SoftBoiled')}]${set('Chansey', '', 'NaturalCure', 'SoftBoiled')}`,
      `${set('Gengar', '', 'CursedBody', 'Imprison,ShadowBall')}]${set('Gastly', '', 'Levitate', 'Imprison')}`,
    ],
  },
  {
    format: 'gen9ubers',
    teams: [
      `${set('Gengar', '', 'CursedBody', 'Imprison,ShadowBall,Toxic')}]${set('Gastly', '', 'Levitate', 'Imprison,Toxic')}`,
      `${set('Mismagius', '', 'Levitate', 'ShadowBall,Toxic,WillOWisp')}]${set('Gastly', '', 'Levitate', 'Curse,Toxic')}`,
    ],
  },
  // Dugtrio may have Arena Trap until it is shown, so its foe is perhaps trapped. An Ultra Burst.
  {
    format: 'gen7ubers',
    teams: [
      `${set('Dugtrio', '', 'SandVeil', 'SandTomb,Toxic')}]${set('Wobbuffet', '', 'ShadowTag', 'Counter,Encore')}`,
      `${set('Necrozma-Dusk-Mane', 'UltranecroziumZ', 'PrismArmor', 'PhotonGeyser,Rest')}]${set('Snorlax', '', 'Immunity', 'HyperBeam,Rest')}`,
    ],
  },
  // A Commander in its Dondozo, revivals, two replacements with one left. Random formats have no team preview.
  {
    format: 'gen9randomdoublesbattle',
    teams: [
      `${set('Dondozo', '', 'Unaware', 'OrderUp,WaveCrash')}]${set('Tatsugiri', '', 'Commander', 'Memento,MuddyWater')}]${set('Rabsca', '', 'Telepathy', 'RevivalBlessing,Psychic')}`,
      `${set('Electrode', '', 'Static', 'Explosion')}]${set('Golem', '', 'RockHead', 'Explosion')}]${set('Pawmot', '', 'IronFist', 'RevivalBlessing')}]${set('Glimmora', '', 'ToxicDebris', 'Explosion,PowerGem')}`,
    ],
  },
  // Asleep in generation 1 there is but one button.
  {
    format: 'gen1ou',
    teams: [
      `${set('Gengar', '', '', 'Hypnosis,NightShade')}]${set('Jynx', '', '', 'LovelyKiss,IcePunch')}`,
      `${set('Gengar', '', '', 'Hypnosis,NightShade')}]${set('Jynx', '', '', 'LovelyKiss,IcePunch')}`,
    ],
  },
  // Something extra for each slot.
  {
    format: 'gen7doublesou',
    teams: [
      `${set('Metagross', 'Metagrossite', 'ClearBody', 'IronHead,Protect')}]${set('Zapdos', 'ElectriumZ', 'Pressure', 'Thunderbolt,Roost')}`,
      `${set('Zapdos', 'ElectriumZ', 'Pressure', 'HeatWave,Thunderbolt')}]${set('Charizard', 'CharizarditeY', 'Blaze', 'HeatWave,Protect')}`,
    ],
  },
];

/**
 * Plays until `requests` requests have been answered, and every format and kind has had its share. Throws when an
 * answer was refused, when a seed did not give the same answer twice, or when a kind never came up.
 */
export function proveLegalChoices(size: {
  requests: number;
  seed: string;
  choose?: Chooser;
}): LegalChoiceFigures {
  const run: Run = {
    requests: 0,
    refused: 0,
    byKind: Object.fromEntries(ANSWER_KINDS.map((kind) => [kind, 0])) as Record<AnswerKind, number>,
    perFormat: Object.fromEntries([...FORMATS.keys()].map((id) => [id, 0])),
    seed: size.seed,
    choose: size.choose ?? randomChoice,
  };
  for (let round = 0; round < SCENARIO_ROUNDS; round++) {
    for (const scenario of SCENARIOS) play(run, scenario.format, scenario.teams, SCENARIO_REQUESTS);
  }
  // The share bounds long battles, so that each format gets one of at least this many requests.
  const share = Math.ceil(size.requests / FORMATS.size);
  for (let round = 0; run.requests < size.requests; round++) {
    for (const format of FORMATS.values()) playFormat(run, format, round, share);
  }
  verify(run);
  return run;
}

function playFormat(run: Run, format: Format, round: number, share: number): void {
  const random = seededRandom(`${run.seed} ${format.id} ${round}`);
  play(run, format.id, [teamOf(format, random), teamOf(format, random)], share);
}

function teamOf(format: Format, random: Random): string {
  if (!format.teamRequired) return generateTeam(format, simSeed(random));
  const checked = checkTeam(format.id, pick(random, teamsFor(format.id)));
  assert(checked.ok, `no valid team for ${format.id}`);
  return checked.packed;
}

/** One battle, to its end or to `limit` requests. */
function play(run: Run, format: string, teams: readonly [string, string], limit: number): void {
  const battle = new BareBattle({
    format,
    seed: simSeed(seededRandom(`${run.seed} ${run.requests}`)),
    names: { p1: 'One', p2: 'Two' },
    teams: { p1: teams[0], p2: teams[1] },
  });
  for (let answered = 0; !battle.ended && answered < limit;) {
    for (const side of SIDE_IDS) {
      const request = battle.owes(side) ? battle.request(side) : null;
      if (!request) continue;
      const choice = answer(run, format, request);
      answered++;
      if (battle.choose(side, choice)) continue;
      run.refused++;
      assert.fail(
        `${format}: ${choice} was refused: ${battle.errors.at(-1)?.text} ${JSON.stringify(request)}`,
      );
    }
  }
  assert.deepEqual(battle.errors, []);
}

function answer(run: Run, format: string, request: BattleRequest): string {
  const seed = `${run.seed} ${run.requests}`;
  const choice = run.choose(request, seededRandom(seed));
  assert.equal(run.choose(request, seededRandom(seed)), choice);
  assert(isChoiceText(choice), `${choice} is not on the whitelist`);
  run.requests++;
  run.perFormat[format] = (run.perFormat[format] ?? 0) + 1;
  for (const kind of kindsOf(request, choice)) run.byKind[kind]++;
  return choice;
}

function verify(run: Run): void {
  assert.equal(run.refused, 0);
  const missing = ANSWER_KINDS.filter((kind) => run.byKind[kind] === 0);
  assert.deepEqual(missing, [], 'kinds of answer that never came up');
  const unplayed = Object.entries(run.perFormat).filter(([, requests]) => requests === 0);
  assert.deepEqual(unplayed, [], 'formats that were not played');
}

function simSeed(random: Random): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  return `sodium,${digits.join('')}`;
}
