/** One side of the field: its player, its team at a glance, and who stands there. */
import type { SideId } from '../../../src/battle/ids.ts';
import type { PokemonFacts } from '../../../src/battle/public-facts/pokemon-facts.ts';
import type { SideFacts } from '../../../src/battle/public-facts/side-facts.ts';
import type { SideState } from '../../../client/src/endure.ts';
import type { RequestPokemon } from '../../../src/battle/request.ts';
import { icon } from '../pictures/icons.ts';
import { token } from '../pictures/token.ts';
import { colourOf } from '../pictures/types.ts';
import { h, type Child, type Node_ } from '../render.ts';
import type { GenerationDex } from './dex.ts';
import { effectName, statName, statusName } from './effect-names.ts';
import { genderSign, previewView, teamView } from './team-view.ts';
import type { Volatiles } from './volatiles.ts';

/** `connection` is empty where it is not known. */
export type PlayerFacts = Pick<SideState, 'elo' | 'connected' | 'connection' | 'latencyMs'>;

export interface SideParts {
  readonly id: SideId;
  readonly facts: SideFacts;
  readonly volatiles: Volatiles;
  /** The teams are being shown. */
  readonly isPreview: boolean;
  /** Where it is our own: the whole team. */
  readonly own: readonly RequestPokemon[] | null;
  /** Of the room; null until it is known. */
  readonly player: PlayerFacts | null;
  readonly name: string;
  /** Drawn nearer. */
  readonly isNear: boolean;
  readonly doing: string;
  /** Of the time for a choice: 0 to 1, with whole seconds; null while no clock runs. */
  readonly clock: { readonly share: number; readonly seconds: number } | null;
  readonly dex: GenerationDex;
  /** The ident of who acts or is hit at the moment. */
  readonly stirred: string;
}

export function sideView(parts: SideParts): Node_ {
  const { id, isNear, isPreview, facts, own, name, dex } = parts;
  const places = facts.slots.flatMap((pokemon, slot) => (pokemon ? [placeView(pokemon, slot, parts)] : []));
  // Who plays it has the own team below, to choose from.
  const stage = isPreview
    ? own === null && previewView(facts.team, dex)
    : h(
        'div',
        { class: places.length > 1 ? 'places several' : 'places' },
        isNear || places.length < 2 ? places : places.toReversed(),
      );
  const person = personView(parts);
  return h(
    'section',
    { class: `side ${isNear ? 'near' : 'far'}`, 'aria-label': `Side of ${name}`, 'data-side': id },
    isNear ? [stage, conditionsView(facts), person] : [person, conditionsView(facts), stage],
  );
}

function personView({ player, name, facts, own, doing, clock, dex, isPreview }: SideParts): Node_ {
  return h(
    'div',
    { class: 'person' },
    h(
      'div',
      { class: 'who' },
      h('strong', { class: 'name' }, name),
      player && player.elo > 0 && h('span', { class: 'elo' }, String(Math.round(player.elo))),
      player && qualityView(player),
      h('span', { class: 'doing' }, doing),
      clock && clockView(clock),
    ),
    (!isPreview || own !== null) && teamView(facts, own, dex),
  );
}

function qualityView({ connection, latencyMs, connected }: PlayerFacts): Node_ | null {
  const quality = connected ? connection : 'disconnected';
  if (quality === '') return null;
  const bars = ['disconnected', 'poor', 'fair', 'good', 'excellent'].indexOf(quality);
  const title = connected ? `Connection ${quality}, ${latencyMs} ms` : 'Not connected';
  return h(
    'svg',
    { class: `quality ${quality}`, viewBox: '0 0 16 12', role: 'img', 'aria-label': title },
    [1, 2, 3, 4].map((bar) =>
      h('rect', {
        x: bar * 4 - 4,
        y: 12 - bar * 3,
        width: 3,
        height: bar * 3,
        class: bar <= bars ? 'on' : 'off',
      }),
    ),
  );
}

function clockView({ share, seconds }: NonNullable<SideParts['clock']>): Node_ {
  const around = 2 * Math.PI * 9;
  return h(
    'span',
    { class: `clock${seconds <= 15 ? ' urgent' : ''}` },
    h(
      'svg',
      { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
      h('circle', { cx: 12, cy: 12, r: 9, class: 'rim' }),
      h('circle', {
        cx: 12,
        cy: 12,
        r: 9,
        class: 'left',
        'stroke-dasharray': `${(around * share).toFixed(1)} 99`,
      }),
    ),
    h('span', {}, `${seconds} s`),
  );
}

function conditionsView({ sideConditions }: SideFacts): Node_ | null {
  if (sideConditions.size === 0) return null;
  return h(
    'ul',
    { class: 'chips', 'aria-label': 'On this side' },
    [...sideConditions].map(([id, layers]) =>
      h('li', {}, icon(id), effectName(id), layers > 1 && ` ×${layers}`),
    ),
  );
}

function placeView(pokemon: PokemonFacts, slot: number, { id, dex, stirred, volatiles }: SideParts): Node_ {
  const { ident, species, fainted, hpPercent, level, gender, shiny, status, teraType, ability, item } =
    pokemon;
  const facts = dex.species(species);
  const nameOf = (thing: string): string => dex.nameOf(thing);
  const types = teraType ? [teraType] : volatiles.typesAt(id, slot, facts?.types ?? []);
  const nickname = ident.slice(ident.indexOf(': ') + 2);
  const shownName = species.startsWith(nickname) ? species : `${nickname} (${species})`;
  return h(
    'article',
    {
      key: ident,
      class: ['place', fainted && 'gone', stirred === ident && 'stirred'].filter(Boolean).join(' '),
    },
    token(species, facts),
    h(
      'div',
      { class: 'card' },
      h('h3', {}, shownName, h('small', {}, ` L${level}${genderSign(gender)}${shiny ? ' ★' : ''}`)),
      hpBar(hpPercent),
      h(
        'p',
        { class: 'notes' },
        h('span', { class: 'percent' }, `${hpPercent}%`),
        fainted ? h('span', { class: 'status fnt' }, 'Fainted') : statusBadge(status),
        types.map((type) => typeBadge(type, teraType ? `Tera ${type}` : type)),
        boostsView(pokemon),
        volatiles.at(id, slot).map((label) => h('span', { class: 'volatile' }, label)),
      ),
      (ability || item) && h('p', { class: 'held' }, [ability, item].filter(Boolean).map(nameOf).join(' · ')),
    ),
  );
}

export function hpBar(percent: number): Node_ {
  const mood = percent <= 20 ? 'bad' : percent <= 50 ? 'low' : 'fine';
  return h(
    'div',
    { class: 'bar', role: 'img', 'aria-label': `${percent}% HP` },
    h('div', { class: `fill ${mood}`, style: { width: `${percent}%` } }),
  );
}

export function statusBadge(status: string): Child {
  if (!status) return null;
  const [short, long] = statusName(status);
  return h('abbr', { class: `status ${status}`, title: long }, short);
}

export function typeBadge(type: string, label = type): Node_ {
  const [fill, ink] = colourOf(type);
  return h('span', { class: 'type', style: { background: fill, color: ink } }, label);
}

function boostsView({ boosts }: PokemonFacts): Child {
  return Object.entries(boosts).map(
    ([stat, stage]) =>
    h('span', { class: `boost ${stage > 0 ? 'up' : 'down'}` }, `${statName(stat)} ${stage > 0 ? '+' : '−'}${Math.abs(stage)}`), // prettier-ignore
  );
}
