/**
 * Plays battles with random legal choices on the bare sim, feeds `PublicFacts` the spectators' lines, and compares it
 * with the sim's own objects after every update. What is shown must be true; what is public must be known.
 */
import assert from 'node:assert/strict';
import { extractChannelMessages, type Pokemon, type Side } from '@pkmn/sim';
import { SIDE_IDS } from '../../src/battle/ids.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { PublicFacts } from '../../src/battle/public-facts.ts';
import type { PokemonFacts } from '../../src/battle/public-facts/pokemon-facts.ts';
import type { SideFacts } from '../../src/battle/public-facts/side-facts.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { BareBattle } from '../support/bare-battle.ts';
import { simSeed, teamFor } from './public-facts.teams.ts';

/** Random teams, people's teams of `test/data/teams`, and custom games in which anything meets anything. */
const PROVEN_FORMATS = [
  'gen9randombattle', 'gen9vgc2025regi', 'gen1ou', 'gen8vgc2022', 'gen9doublescustomgame', 'gen7ou',
  'gen1randombattle', 'gen9doublesou', 'gen4randombattle', 'gen8randombattle', 'gen2ou', 'gen6ou',
  'gen9ou', 'gen3randombattle', 'gen8doublescustomgame', 'gen9randomdoublesbattle', 'gen5randombattle', 'gen9nationaldex',
  'gen2randombattle', 'gen9customgame', 'gen1customgame', 'gen7doublescustomgame', 'gen9vgc2024regg', 'gen8ou',
  'gen7randombattle', 'gen4customgame', 'gen6randombattle', 'gen8nationaldex', 'gen8randomdoublesbattle', 'gen9ubers',
  'gen2customgame', 'gen3customgame', 'gen5doublescustomgame', 'gen6customgame', 'gen4doublescustomgame', 'gen3doublescustomgame',
] as const; // prettier-ignore

/** Conditions of a side or the field that last for part of a turn and that no line names as such. */
const MOMENTARY: ReadonlySet<string> = new Set([
  'quickguard', 'wideguard', 'matblock', 'craftyshield', 'echoedvoice', 'fairylock', 'iondeluge',
]); // prettier-ignore

const SILENT_HEALING: ReadonlySet<string> = new Set(['regenerator', 'naturalcure']);

export interface FactsProof {
  readonly battles: number;
  readonly formats: number;
  readonly turns: number;
  /** Updates after which everything was compared. */
  readonly comparisons: number;
  readonly pokemonCompared: number;
  /** Mean cost of `apply` in milliseconds per turn. */
  readonly msPerTurn: number;
}

/** Throws at the first mismatch, with format, seed, turn and the last lines. */
export function proveFacts({ battles, seed }: { battles: number; seed: string }): FactsProof {
  const formats = new Set<string>();
  const total = { turns: 0, comparisons: 0, pokemonCompared: 0, applyMs: 0 };
  for (let i = 0; i < battles; i++) {
    const format = PROVEN_FORMATS[i % PROVEN_FORMATS.length]!;
    formats.add(format);
    const played = playAndCompare(format, `${seed}/${i}`);
    total.turns += played.turns;
    total.comparisons += played.comparisons;
    total.pokemonCompared += played.pokemonCompared;
    total.applyMs += played.applyMs;
  }
  const { turns, comparisons, pokemonCompared, applyMs } = total;
  return { battles, formats: formats.size, turns, comparisons, pokemonCompared, msPerTurn: applyMs / turns };
}

const TURNS_MAX = 150;
/** Lines that a mismatch is reported with. */
const LINES_SHOWN = 40;

class Comparison {
  readonly facts = new PublicFacts();
  readonly #battle: BareBattle;
  /** Who has had an ability that heals on the bench, where no line tells: also by Trace or Transform. */
  readonly #silentHealers = new Set<Pokemon>();
  #linesApplied = 0;
  comparisons = 0;
  pokemonCompared = 0;
  applyMs = 0;

  constructor(battle: BareBattle) {
    this.#battle = battle;
  }

  catchUp(): void {
    const text = this.#battle.lines.slice(this.#linesApplied).join('\n');
    if (text === '') return;
    this.#linesApplied = this.#battle.lines.length;
    const lines = extractChannelMessages(text, [0])[0];
    const startedAt = performance.now();
    for (const line of lines) this.facts.apply(line);
    this.applyMs += performance.now() - startedAt;
    this.#compare();
  }

  #compare(): void {
    const { facts } = this;
    const { sim } = this.#battle;
    const { field } = sim;
    this.comparisons += 1;
    assert.equal(facts.turn, sim.turn, 'turn');
    assert.equal(
      facts.phase,
      sim.ended ? 'ended' : sim.requestState === 'teampreview' ? 'teamPreview' : 'turn',
      'phase',
    );
    assert.equal(facts.weather, field.weather, 'weather');
    assert.equal(facts.terrain, field.terrain, 'terrain');
    const pseudoWeather = Object.keys(field.pseudoWeather).filter(
      (id) => !MOMENTARY.has(id) && !sim.ruleTable.has(id),
    );
    assert.deepEqual([...facts.pseudoWeather].sort(), pseudoWeather.sort(), 'pseudo weather');
    for (const id of SIDE_IDS) this.#compareSide(facts.sides[id], sim.getSide(id));
  }

  #compareSide(facts: SideFacts, side: Side): void {
    const conditions = Object.entries(side.sideConditions).filter(([id]) => !MOMENTARY.has(id));
    const layers = Object.fromEntries(conditions.map(([id, state]) => [id, Number(state['layers'] ?? 1)]));
    assert.deepEqual(Object.fromEntries(facts.sideConditions), layers, `side conditions of ${side.id}`);
    if (this.facts.phase === 'teamPreview') return;
    assert.equal(facts.teamSize, side.pokemon.length, `team size of ${side.id}`);
    side.active.forEach((pokemon, slot) => {
      const shown = facts.slots[slot];
      assert.ok(shown, `nobody in slot ${slot} of ${side.id}`);
      // Who faints in disguise is named by the disguise to the end, though the sim has dropped it.
      if (!pokemon.fainted)
        assert.equal(shown.ident, `${side.id}: ${(pokemon.illusion ?? pokemon).name}`, 'ident');
      this.pokemonCompared += 1;
      if (SILENT_HEALING.has(pokemon.ability)) this.#silentHealers.add(pokemon);
      compareActive(shown, pokemon);
    });
    // Spectators cannot know who was in disguise, so what they hold for shown may be another one's.
    if (hasIllusion(side)) return;
    side.active.forEach((pokemon, slot) => compareHeld(facts.slots[slot]!, pokemon));
    side.pokemon.forEach((pokemon) => {
      const shown = facts.team.find(({ ident }) => ident === `${side.id}: ${pokemon.name}`);
      if (shown && !side.active.includes(pokemon))
        compareBenched(shown, pokemon, this.#mayHealInSilence(pokemon));
    });
  }

  /** Also who may have come and gone within one update, or copied such an ability. */
  #mayHealInSilence(pokemon: Pokemon): boolean {
    const { baseAbility, baseMoves } = pokemon;
    return (
      SILENT_HEALING.has(baseAbility) || baseMoves.includes('transform') || this.#silentHealers.has(pokemon)
    );
  }
}

function hasIllusion(side: Side): boolean {
  return side.pokemon.some(
    ({ baseAbility, ability }) => baseAbility === 'illusion' || ability === 'illusion',
  );
}

function compareActive(shown: PokemonFacts, pokemon: Pokemon): void {
  const name = shown.ident;
  assert.equal(shown.fainted, pokemon.fainted, `fainted of ${name}`);
  assert.equal(shown.active, !pokemon.fainted, `active of ${name}`);
  assert.equal(shown.hpPercent, sharedPercent(pokemon), `HP of ${name}`);
  if (pokemon.fainted) return;
  assert.equal(shown.status, pokemon.status, `status of ${name}`);
  const boosts = Object.fromEntries(Object.entries(pokemon.boosts).filter(([, stage]) => stage !== 0));
  assert.deepEqual({ ...shown.boosts }, boosts, `boosts of ${name}`);
  if (pokemon.illusion) return;
  assert.equal(shown.level, pokemon.level, `level of ${name}`);
  assert.equal(shown.gender, pokemon.gender === 'N' ? '' : pokemon.gender, `gender of ${name}`);
  assert.equal(shown.shiny, pokemon.set.shiny === true, `shiny of ${name}`);
  assert.equal(shown.species, shownSpecies(pokemon.species.name), `species of ${name}`);
  if (pokemon.terastallized) assert.equal(shown.teraType, pokemon.terastallized, `Tera type of ${name}`);
}

/** What is shown must be true; none of it must be shown. */
function compareHeld(shown: PokemonFacts, pokemon: Pokemon): void {
  const name = shown.ident;
  if (pokemon.fainted) return;
  if (shown.teraType !== '') assert.equal(shown.teraType, pokemon.teraType, `Tera type of ${name}`);
  // A Sticky Barb passes to who touches its holder, and no line tells.
  if (shown.item !== '' && shown.item !== 'stickybarb')
    assert.equal(shown.item, pokemon.item, `item of ${name}`);
  if (shown.ability !== '') assert.equal(shown.ability, shownId(pokemon.ability), `ability of ${name}`);
}

/** Both abilities called As One have ids that no line tells. */
function shownId(ability: string): string {
  return ability.startsWith('asone') ? 'asone' : ability;
}

/** Details leave these formes out, so that nobody is told an ability by them. */
function shownSpecies(species: string): string {
  return species === 'Greninja-Bond' || species === 'Rockruff-Dusk'
    ? species.slice(0, species.indexOf('-'))
    : species;
}

function compareBenched(shown: PokemonFacts, pokemon: Pokemon, mayHealInSilence: boolean): void {
  const name = `benched ${shown.ident}`;
  assert.equal(shown.active, false, `active of ${name}`);
  assert.equal(shown.fainted, pokemon.fainted, `fainted of ${name}`);
  assert.deepEqual({ ...shown.boosts }, {}, `boosts of ${name}`);
  if (pokemon.fainted || mayHealInSilence) return;
  assert.equal(shown.hpPercent, sharedPercent(pokemon), `HP of ${name}`);
  assert.equal(shown.status, pokemon.status, `status of ${name}`);
}

/** What spectators are shown of its HP, as a whole percentage. */
function sharedPercent(pokemon: Pokemon): number {
  if (!pokemon.hp) return 0;
  const [now = 0, full = 1] = pokemon
    .getHealth()
    .shared.split('/')
    .map((part) => Number.parseInt(part, 10));
  return now === full ? 100 : Math.min(99, Math.ceil((100 * now) / full));
}

interface Played {
  readonly turns: number;
  readonly comparisons: number;
  readonly pokemonCompared: number;
  readonly applyMs: number;
}

function playAndCompare(format: string, seed: string): Played {
  const random = seededRandom(seed);
  const battle = new BareBattle({
    format,
    seed: simSeed(random),
    names: { p1: 'One', p2: 'Two' },
    teams: { p1: teamFor(format, random), p2: teamFor(format, random) },
  });
  const comparison = new Comparison(battle);
  try {
    comparison.catchUp();
    while (!battle.ended && battle.sim.turn < TURNS_MAX) {
      for (const side of SIDE_IDS) {
        const request = battle.request(side);
        if (request && battle.owes(side)) {
          assert.ok(battle.choose(side, randomChoice(request, random)), battle.errors.at(-1)?.text);
        }
      }
      comparison.catchUp();
    }
  } catch (error) {
    const lines = battle.lines.slice(-LINES_SHOWN).join('\n');
    throw new Error(`${format} ${seed} turn ${battle.sim.turn}: ${String(error)}\n${lines}`, {
      cause: error,
    });
  }
  const { comparisons, pokemonCompared, applyMs } = comparison;
  return { turns: battle.sim.turn, comparisons, pokemonCompared, applyMs };
}
