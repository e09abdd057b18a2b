/**
 * Lines that show an item or an ability. Many lines name one as their cause (`[from] item: Leftovers`), and then whose
 * it is depends on the kind of line: `[of]` is sometimes the holder and sometimes only the other party.
 */
import type { BattleFacts } from './battle-facts.ts';
import type { LineHandler, LineHandlers } from './line-handler.ts';
import type { PokemonFacts } from './pokemon-facts.ts';
import { forgetAbility, showStone } from './presence-lines.ts';
import type { LineParts } from './protocol-line.ts';
import { effectId, tagOf, toId } from './protocol-line.ts';

/** Abilities that give their owner another one. */
const COPYING: ReadonlySet<string> = new Set(['trace', 'receiver', 'powerofalchemy']);
/** As One announces itself and then acts under the names of the abilities that it contains. */
const PARTS_OF_AS_ONE: ReadonlySet<string> = new Set(['unnerve', 'chillingneigh', 'grimneigh']);
/** Moves that exchange items; both announce themselves as Trick. */
const EXCHANGES: ReadonlySet<string> = new Set(['trick', 'switcheroo']);
/** Kinds of line whose cause is always the subject's own: their `[of]` is who set it off. */
const OWN_CAUSE: ReadonlySet<string> = new Set(['-heal', '-item', '-immune', '-copyboost']);
/** Abilities that make `-heal` or `-item` lines about somebody else. */
const CAUSE_OF_OTHER: ReadonlySet<string> = new Set(['hospitality', 'frisk']);
/** Kinds of line whose cause their own handler deals with. */
const TELLS_ITSELF: ReadonlySet<string> = new Set(['-ability', '-enditem', '-transform']);
/** Kinds of line that name their effect in the second field (`-activate|p1a: X|ability: Sturdy`). */
const NAMES_EFFECT: ReadonlySet<string> = new Set(['-activate', '-start', '-end', '-block', 'cant']);

export const HELD_LINES: LineHandlers = {
  '-item'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    const item = toId(parts[3] ?? '');
    const from = effectId(tagOf(parts, '[from] '));
    // A White Herb may be gained and used up before the line that tells the exchange.
    const isUsedUp = EXCHANGES.has(from) && pokemon?.lostItem === item;
    if (pokemon && !isUsedUp) gainItem(pokemon, item);
    const victim = from === 'frisk' ? undefined : facts.edit(tagOf(parts, '[of] '));
    // Gen 2 tells a theft by this line alone.
    if (victim && victim !== pokemon) victim.item = '';
  },
  '-enditem'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (!pokemon) return;
    pokemon.lostItem = toId(parts[3] ?? '');
    // Cud Chew "ends" a berry that is long gone, perhaps beside another item.
    if (pokemon.item === pokemon.lostItem) pokemon.item = '';
  },
  '-ability'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (pokemon) announceAbility(pokemon, parts);
  },
  '-endability'(facts, parts) {
    const pokemon = facts.edit(parts[2]);
    if (pokemon) borrowAbility(pokemon, '');
  },
  '-mega': evolve,
  '-primal': evolve,
  '-burst': evolve,
  '-activate'(facts, parts) {
    const effect = parts[3] ?? '';
    if (effect === 'move: Trick') beginExchange(facts, parts);
    else if (effect === 'Skill Swap' || effect === 'move: Skill Swap') swapAbilities(facts, parts);
    else if (effect === 'ability: Symbiosis') giveItem(facts, parts);
    else if (effect === 'ability: Mummy' || effect === 'ability: Lingering Aroma')
      spreadAbility(facts, parts);
    else if (effect === 'move: Haze') easeToxic(facts);
  },
};

/** Notes the item or ability that a line of any kind names as its cause or effect. */
export function noteCause(facts: BattleFacts, parts: LineParts): void {
  const kind = parts[1] ?? '';
  if (NAMES_EFFECT.has(kind)) noteEffect(facts, parts, parts[3] ?? '', kind === '-block');
  if (TELLS_ITSELF.has(kind)) return;
  const cause = tagOf(parts, '[from] ');
  if (cause === '') return;
  const isOwn = OWN_CAUSE.has(kind) && !CAUSE_OF_OTHER.has(effectId(cause));
  noteEffect(facts, parts, cause, !isOwn);
}

function noteEffect(facts: BattleFacts, parts: LineParts, effect: string, mayBeOfOther: boolean): void {
  const isAbility = effect.startsWith('ability: ');
  if (!isAbility && !effect.startsWith('item: ')) return;
  const other = mayBeOfOther ? tagOf(parts, '[of] ') : '';
  const holder = facts.edit(other === '' ? parts[2] : other);
  if (!holder) return;
  const id = effectId(effect);
  if (isAbility) showAbility(holder, id);
  // An eaten berry may be another's (Fling, Bug Bite), and what it does is told after its end.
  else if (id !== holder.lostItem && !id.endsWith('berry')) holder.item = id;
}

/** From here on each loses only what it gains or gives now. */
function beginExchange(facts: BattleFacts, parts: LineParts): void {
  for (const pokemon of [facts.edit(parts[2]), facts.edit(tagOf(parts, '[of] '))]) {
    if (pokemon) pokemon.lostItem = '';
  }
}

function gainItem(pokemon: PokemonFacts, item: string): void {
  pokemon.item = item;
  pokemon.lostItem = '';
}

function showAbility(pokemon: PokemonFacts, id: string): void {
  if (pokemon.ability === 'asone' && PARTS_OF_AS_ONE.has(id)) return;
  // Its own ability may act once more in the moment in which it is replaced.
  if (pokemon.hasBorrowedAbility && pokemon.ownAbility === id) return;
  pokemon.ability = id;
  if (!pokemon.hasBorrowedAbility) pokemon.ownAbility = id;
}

function borrowAbility(pokemon: PokemonFacts, id: string): void {
  pokemon.ability = id;
  pokemon.hasBorrowedAbility = true;
}

function announceAbility(pokemon: PokemonFacts, parts: LineParts): void {
  const id = toId(parts[3] ?? '');
  const cause = tagOf(parts, '[from] ');
  if (!cause.startsWith('move: ') && !cause.startsWith('ability: ')) {
    showAbility(pokemon, id);
    return;
  }
  if (COPYING.has(effectId(cause))) showAbility(pokemon, effectId(cause));
  borrowAbility(pokemon, id);
}

function evolve(...[facts, parts]: Parameters<LineHandler>): void {
  const pokemon = facts.edit(parts[2]);
  if (!pokemon) return;
  forgetAbility(pokemon);
  showStone(pokemon, parts[1] === '-primal' ? parts[3] : parts[4]);
}

function swapAbilities(facts: BattleFacts, parts: LineParts): void {
  const [one, other] = [facts.edit(parts[2]), facts.edit(tagOf(parts, '[of] '))];
  if (!one || !other) return;
  const [gained, given] = [toId(parts[4] ?? ''), toId(parts[5] ?? '')];
  const [ofOne, ofOther] = [given || one.ability, gained || other.ability];
  showAbility(one, ofOne);
  showAbility(other, ofOther);
  borrowAbility(one, ofOther);
  borrowAbility(other, ofOne);
}

/** `-activate|p2a: Holder|ability: Mummy|p1a: Victim|[ability] Its Own`. */
function spreadAbility(facts: BattleFacts, parts: LineParts): void {
  const victim = facts.edit(parts[4]);
  if (!victim) return;
  showAbility(victim, toId(tagOf(parts, '[ability] ')));
  borrowAbility(victim, effectId(parts[3] ?? ''));
}

function giveItem(facts: BattleFacts, parts: LineParts): void {
  const [giver, receiver] = [facts.edit(parts[2]), facts.edit(tagOf(parts, '[of] '))];
  if (giver) giver.item = '';
  if (receiver) gainItem(receiver, toId(parts[4] ?? ''));
}

/** This line exists in gen 1 only, where Haze silently makes its user's bad poisoning an ordinary one. */
function easeToxic(facts: BattleFacts): void {
  for (const pokemon of facts.editActive()) if (pokemon.status === 'tox') pokemon.status = 'psn';
}
