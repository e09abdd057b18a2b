/**
 * The sim with a shorter way to the callbacks of an event. Looking for them is almost half of a turn's work: for each
 * event and everybody who may have a say in it the sim glues a name (`onFoe` + `ModifyAtk`) and looks for it on objects
 * that are each shaped like no other. Most have no such callback. Here names are glued and numbered once, which of them an
 * effect has is a set of bits, those of what a Pokémon is and carries are remembered together, and only where one has a
 * callback the sim is asked.
 *
 * The same handlers come in the same order, so the same battles are played: the proof of equality with the bare sim holds
 * this against the stock class. It rests on effects not changing once they are loaded.
 */
import { Battle, Pokemon } from '@pkmn/sim';

type Target = Parameters<Battle['findEventHandlers']>[0];
type Handlers = ReturnType<Battle['findEventHandlers']>;
type Effect = Parameters<Battle['getCallback']>[1];
type Side = Battle['sides'][number];

/** One name, such as `onFoeModifyAtk`, and its place among the bits. */
interface Hook {
  readonly name: string;
  readonly word: number;
  readonly bit: number;
}

/** For which names there is a callback: a bit for each name that was known when they were made. */
interface Answers {
  readonly known: number;
  readonly words: Uint32Array;
}

/** Those of a Pokémon's status, ability, item and species, for as long as it has these. */
interface OwnAnswers extends Answers {
  readonly status: Pokemon['status'];
  readonly ability: Pokemon['ability'];
  readonly item: Pokemon['item'];
  readonly species: Pokemon['baseSpecies'];
}

/** The hooks of one event, by whose effects they are. */
interface Hooks {
  readonly on: Hook;
  readonly ally: Hook;
  readonly foe: Hook;
  readonly any: Hook;
  readonly source: Hook;
}

/** Events that concern each Pokémon alone. */
const OWN_ONLY: ReadonlySet<string> = new Set([
  'BeforeTurn',
  'Update',
  'Weather',
  'WeatherChange',
  'TerrainChange',
]);

/** By event; as many as the sim has. */
const HOOKS = new Map<string, Hooks>();
/** Names by number. */
const NAMES: string[] = [];
const ANSWERS = new WeakMap<Effect, Answers>();

export class QuickBattle extends Battle {
  readonly #own = new Map<Pokemon, OwnAnswers>();

  override findEventHandlers(target: Target, eventName: string, source?: Pokemon | null): Handlers {
    // What concerns one Pokémon in play is nearly all. A list is taken apart by the sim, which comes back here.
    if (!(target instanceof Pokemon) || !(target.isActive || source?.isActive))
      return super.findEventHandlers(target, eventName, source);
    const hooks = hooksOf(eventName);
    const isShared = !OWN_ONLY.has(eventName);
    const found: Handlers = [];
    this.#askPokemon(found, target, hooks.on);
    if (isShared) {
      for (const ally of target.alliesAndSelf()) {
        this.#askPokemon(found, ally, hooks.ally);
        this.#askPokemon(found, ally, hooks.any);
      }
      for (const foe of target.foes()) {
        this.#askPokemon(found, foe, hooks.foe);
        this.#askPokemon(found, foe, hooks.any);
      }
      if (source) this.#askPokemon(found, source, hooks.source);
    }
    this.#askSides(found, target.side, hooks, isShared);
    if (this.#isFieldConcerned(hooks.on))
      found.push(...this.findFieldEventHandlers(this.field, hooks.on.name));
    found.push(...this.findBattleEventHandlers(hooks.on.name));
    return found;
  }

  #askPokemon(found: Handlers, pokemon: Pokemon, hook: Hook): void {
    if (this.#isConcerned(pokemon, hook)) found.push(...this.findPokemonEventHandlers(pokemon, hook.name));
  }

  #askSides(found: Handlers, own: Side, hooks: Hooks, isShared: boolean): void {
    for (const side of this.sides) {
      if (isEmpty(side.sideConditions) || (side.n >= 2 && side.allySide)) continue;
      const isOwn = side === own || side === own.allySide;
      if (isOwn) found.push(...this.findSideEventHandlers(side, hooks.on.name));
      else if (isShared) found.push(...this.findSideEventHandlers(side, hooks.foe.name));
      if (isShared) found.push(...this.findSideEventHandlers(side, hooks.any.name));
    }
  }

  #isConcerned(pokemon: Pokemon, hook: Hook): boolean {
    // Here abilities and items may answer with another callback of theirs.
    if (hook.name === 'onSwitchIn') return true;
    return (
      has(this.#ownAnswers(pokemon), hook) ||
      this.#isAnsweredByOne(hook, pokemon.volatiles) ||
      this.#isAnsweredByOne(hook, pokemon.side.slotConditions[pokemon.position])
    );
  }

  #ownAnswers(pokemon: Pokemon): OwnAnswers {
    const { status, ability, item, baseSpecies: species } = pokemon;
    const own = this.#own.get(pokemon);
    if (
      own?.known === NAMES.length &&
      own.status === status &&
      own.ability === ability &&
      own.item === item &&
      own.species === species
    )
      return own;
    const effects = [pokemon.getStatus(), pokemon.getAbility(), pokemon.getItem(), species];
    const made = { ...together(effects.map(answersOf)), status, ability, item, species };
    this.#own.set(pokemon, made);
    return made;
  }

  #isFieldConcerned(hook: Hook): boolean {
    const { field } = this;
    return (
      isAnswered(hook, field.getWeather()) ||
      isAnswered(hook, field.getTerrain()) ||
      this.#isAnsweredByOne(hook, field.pseudoWeather)
    );
  }

  /** `conditions` by id. */
  #isAnsweredByOne(hook: Hook, conditions: object | undefined): boolean {
    for (const id in conditions) if (isAnswered(hook, this.dex.conditions.getByID(id as never))) return true;
    return false;
  }
}

function isAnswered(hook: Hook, effect: Effect): boolean {
  return has(answersOf(effect), hook);
}

function has({ words }: Answers, { word, bit }: Hook): boolean {
  return (words[word]! & bit) !== 0;
}

function answersOf(effect: Effect): Answers {
  const made = ANSWERS.get(effect);
  if (made?.known === NAMES.length) return made;
  const words = new Uint32Array((NAMES.length + 31) >>> 5);
  for (const [number, name] of NAMES.entries())
    if ((effect as unknown as Record<string, unknown>)[name] !== undefined)
      words[number >>> 5]! |= 1 << (number & 31);
  const answers = { known: NAMES.length, words };
  ANSWERS.set(effect, answers);
  return answers;
}

function together(all: readonly Answers[]): Answers {
  const words = new Uint32Array(all[0]!.words.length);
  for (const one of all) for (const [index, word] of one.words.entries()) words[index]! |= word;
  return { known: all[0]!.known, words };
}

function hooksOf(event: string): Hooks {
  let hooks = HOOKS.get(event);
  if (!hooks) {
    const hook = (prefix: string): Hook => {
      const number = NAMES.push(prefix + event) - 1;
      return { name: prefix + event, word: number >>> 5, bit: 1 << (number & 31) };
    };
    hooks = {
      on: hook('on'),
      ally: hook('onAlly'),
      foe: hook('onFoe'),
      any: hook('onAny'),
      source: hook('onSource'),
    };
    HOOKS.set(event, hooks);
  }
  return hooks;
}

function isEmpty(conditions: object): boolean {
  for (const _ in conditions) return false;
  return true;
}
