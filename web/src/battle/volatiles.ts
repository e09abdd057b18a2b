/**
 * What clings to who stands on a place until it leaves: confusion, a substitute, another type. From lines alone, and no
 * part of the public facts: it is only looked at.
 */
import type { SideId } from '../../../src/battle/ids.ts';
import { statName } from './effect-names.ts';

/** What another one takes over by Baton Pass. */
const PASSED: ReadonlySet<string> = new Set(['confusion', 'substitute', 'leechseed', 'curse', 'aquaring', 'ingrain', 'focusenergy', 'magnetrise', 'embargo', 'perish']); // prettier-ignore
/** They are told of who used them, and hit somebody else. */
const ELSEWHERE: ReadonlySet<string> = new Set(['futuresight', 'doomdesire']);
const ADDED = '+ ';
const LABELS: Readonly<Record<string, string>> = { confusion: 'Confused', attract: 'In love' };

export class Volatiles {
  /** By place (`p1a`): labels by id. */
  readonly #places = new Map<string, Map<string, string>>();

  /** In words, in the order in which they came. */
  at(side: SideId, slot: number): string[] {
    return [...(this.#places.get(placeOf(side, slot)) ?? [])].flatMap(([id, label]) =>
      id === 'typechange' ? [] : [label],
    );
  }

  /** The types of who has these by itself. */
  typesAt(side: SideId, slot: number, own: readonly string[]): readonly string[] {
    const here = this.#places.get(placeOf(side, slot));
    const types = here?.get('typechange')?.split('/') ?? own;
    const added = here?.get('typeadd');
    return added === undefined ? types : [...types, added.slice(ADDED.length)];
  }

  apply(line: string): void {
    const [, kind, ident = '', effect = '', detail = ''] = line.split('|');
    const place = ident.slice(0, 3);
    if (kind === '-start' && !line.includes('[silent]')) this.#start(place, effect, detail);
    else if (kind === '-end') this.#places.get(place)?.delete(idOf(effect));
    else if (kind === 'switch' || kind === 'drag') this.#enter(place, line);
    else if (kind === 'faint') this.#places.delete(place);
    else if (kind === 'swap') this.#swap(place, placeOf(ident.slice(0, 2) as SideId, Number(effect)));
  }

  #start(place: string, effect: string, detail: string): void {
    const id = idOf(effect);
    if (ELSEWHERE.has(id) || (id === 'typechange' && (detail === '' || detail.startsWith('[')))) return;
    const here = this.#places.get(place) ?? new Map<string, string>();
    this.#places.set(place, here.set(id, labelOf(effect, detail)));
  }

  #enter(place: string, line: string): void {
    const isKept = (id: string): boolean =>
      line.includes('[from] Baton Pass') ? PASSED.has(id) : line.includes('[from] Shed Tail') && id === 'substitute'; // prettier-ignore
    const here = [...(this.#places.get(place) ?? [])].filter(([id]) => isKept(id));
    this.#places.set(place, new Map(here));
  }

  #swap(one: string, other: string): void {
    const [here, there] = [this.#places.get(one), this.#places.get(other)];
    this.#places.set(one, there ?? new Map());
    this.#places.set(other, here ?? new Map());
  }
}

function placeOf(side: SideId, slot: number): string {
  return `${side}${'abc'[slot] ?? ''}`;
}

/** Without its kind (`move: Leech Seed`) and its count (`perish2`). */
function idOf(effect: string): string {
  const id = effect.replace(/^\w+: /, '').toLowerCase().replaceAll(/[^a-z0-9]/g, ''); // prettier-ignore
  return id.replace(/^(perish|stockpile|fallen)\d$/, '$1').replace(/^(quarkdrive|protosynthesis)\w+$/, '$1');
}

function labelOf(effect: string, detail: string): string {
  if (effect === 'typechange') return detail;
  if (effect === 'typeadd') return `${ADDED}${detail}`;
  const name = effect.replace(/^\w+: /, '');
  const counted = /^(perish|stockpile)(\d)$/.exec(name);
  if (counted) return `${capital(counted[1]!)} ${counted[2]}`;
  const raised = /^(quarkdrive|protosynthesis)(\w+)$/.exec(name);
  if (raised) return `${statName(raised[2]!)} raised`;
  return LABELS[idOf(effect)] ?? capital(name);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
