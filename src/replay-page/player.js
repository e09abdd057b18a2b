/**
 * The replay page's own part: draws what `stateAfter` tells and moves through the lines. Runs in the browser, after the
 * modules that `inlined.ts` puts before it. Names are people's words: they go in as text, never as markup.
 */
import { stateAfter, turnStops } from './state-after.ts';
import { wordsOf } from './words.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Milliseconds that a line of the log stands before the next one, at speed 1. */
const LINE_MS = 900;

const byId = (id) => document.getElementById(id);
const replay = JSON.parse(byId('replay').textContent);
const { lines } = replay;
const { names } = stateAfter(lines, lines.length);
const stops = turnStops(lines);

let shown = 0;
let logged = 0;
let timer = 0;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A disc of a colour and letters that follow from the species. */
function token(species) {
  const drawn = document.createElementNS(SVG, 'svg');
  drawn.setAttribute('viewBox', '0 0 64 64');
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', species);
  const title = document.createElementNS(SVG, 'title');
  title.textContent = species;
  const hue = [...species.toLowerCase()].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const disc = document.createElementNS(SVG, 'circle');
  for (const [name, value] of [['cx', 32], ['cy', 32], ['r', 29], ['fill', species === '?' ? '#6b7280' : `hsl(${hue} 45% 38%)`], ['stroke', species === '?' ? '#9ca3af' : `hsl(${hue} 55% 62%)`], ['stroke-width', 4]]) disc.setAttribute(name, value); // prettier-ignore
  const letters = document.createElementNS(SVG, 'text');
  for (const [name, value] of [['x', 32], ['y', 41], ['text-anchor', 'middle'], ['font-size', 26], ['font-weight', 700], ['font-family', 'system-ui, sans-serif'], ['fill', '#fff']]) letters.setAttribute(name, value); // prettier-ignore
  letters.textContent = species.slice(0, 2);
  drawn.append(title, disc, letters);
  return drawn;
}

function makeSide(id) {
  const [name, team, places] = [
    element('p', 'name', names[id]),
    element('ul', 'team'),
    element('div', 'places'),
  ];
  const below = element('p', 'notes');
  byId(id).append(...(id === 'p2' ? [name, team, below, places] : [places, below, name, team]));
  return { team, places, below, slots: [] };
}

function makePlace(side) {
  const [place, card, name, bar, fill, notes] = ['place', 'card', 'name', 'bar', 'fill', 'notes'].map(
    (kind) => element('div', kind),
  );
  bar.append(fill);
  card.append(name, bar, notes);
  place.append(token('?'), card);
  side.places.append(place);
  return { place, name, fill, notes, species: '?' };
}

const drawnSides = { p1: makeSide('p1'), p2: makeSide('p2') };

function showPlace(slot, pokemon) {
  const { species, ident, level, hpPercent, status, fainted, boosts, teraType, item, ability } = pokemon;
  if (slot.species !== species) slot.place.firstElementChild.replaceWith(token(species));
  slot.species = species;
  slot.place.classList.toggle('gone', fainted);
  const nickname = ident.slice(ident.indexOf(': ') + 2);
  // Teams without nicknames call a forme by its species' plain name.
  const name = species.startsWith(nickname) ? species : `${nickname} (${species})`;
  slot.name.textContent = `${name} L${level}`;
  slot.fill.style.width = `${hpPercent}%`;
  slot.fill.className = `fill${hpPercent <= 20 ? ' bad' : hpPercent <= 50 ? ' low' : ''}`;
  slot.notes.replaceChildren(`${hpPercent}% `);
  if (fainted || status) slot.notes.append(element('span', 'status', fainted ? 'FNT' : status.toUpperCase()));
  const stages = Object.entries(boosts).map(([stat, stage]) => `${stat} ${stage > 0 ? '+' : ''}${stage}`);
  const held = [teraType && `Tera ${teraType}`, ability, item].filter(Boolean);
  slot.notes.append(` ${[...stages, ...held].join(' · ')}`);
}

function showSide(id, facts) {
  const drawn = drawnSides[id];
  const active = facts.slots.map((pokemon, index) => [pokemon, index]).filter(([pokemon]) => pokemon);
  for (const [pokemon, index] of active) {
    drawn.slots[index] ??= makePlace(drawn);
    showPlace(drawn.slots[index], pokemon);
  }
  drawn.slots.forEach((slot, index) => (slot.place.hidden = !facts.slots[index]));
  const unseen = Array.from({ length: Math.max(0, facts.teamSize - facts.team.length) }, () => null);
  drawn.team.replaceChildren(
    ...[...facts.team, ...unseen].map((pokemon) => {
      const member = element('li', pokemon?.fainted ? 'fainted' : '');
      member.append(token(pokemon?.species || '?'));
      return member;
    }),
  );
  drawn.below.textContent = [...facts.sideConditions]
    .map(([condition, layers]) => (layers > 1 ? `${condition} ×${layers}` : condition))
    .join(' · ');
}

function showLog() {
  const log = byId('log');
  if (shown < logged) {
    log.replaceChildren();
    logged = 0;
  }
  for (; logged < shown; logged++) {
    const words = wordsOf(lines[logged], names);
    if (words) log.append(element(words.kind === 'turn' ? 'h2' : 'p', words.kind, words.text));
  }
  if (shown === lines.length && replay.reason !== 'win' && replay.reason !== 'tie') {
    if (!log.querySelector('.reason')) log.append(element('p', 'reason', `Reason: ${replay.reason}.`));
  }
  log.scrollTop = log.scrollHeight;
}

/** Which stop was reached last. */
function turnShown() {
  return stops.findLastIndex((stop) => stop <= shown);
}

function label(turn) {
  if (shown === lines.length) return 'End';
  return turn === 0 ? 'Start' : `Turn ${turn}`;
}

function show(count) {
  shown = Math.max(0, Math.min(count, lines.length));
  const { facts } = stateAfter(lines, shown);
  showSide('p1', facts.sides.p1);
  showSide('p2', facts.sides.p2);
  byId('conditions').textContent = [facts.weather, facts.terrain, ...facts.pseudoWeather]
    .filter(Boolean)
    .join(' · ');
  showLog();
  const turn = turnShown();
  byId('turn').textContent = label(turn);
  byId('slider').value = turn;
  byId('slider').setAttribute('aria-valuetext', label(turn));
}

function pause() {
  clearTimeout(timer);
  timer = 0;
  byId('play').textContent = 'Play';
}

/** To the end of the next line that has words. */
function step() {
  let next = shown;
  while (next < lines.length && !wordsOf(lines[next++], names));
  show(next);
  if (shown === lines.length) pause();
  else timer = setTimeout(step, LINE_MS / Number(byId('speed').value));
}

function togglePlay() {
  if (timer) return pause();
  if (shown === lines.length) show(0);
  byId('play').textContent = 'Pause';
  step();
}

function goTo(count) {
  pause();
  show(count);
}

const back = () => goTo(stops.findLast((stop) => stop < shown) ?? 0);
const forward = () => goTo(stops.find((stop) => stop > shown) ?? lines.length);
const KEYS = { ' ': togglePlay, ArrowLeft: back, ArrowRight: forward, Home: () => goTo(0), End: () => goTo(lines.length) }; // prettier-ignore

function listen() {
  byId('play').addEventListener('click', togglePlay);
  byId('first').addEventListener('click', KEYS.Home);
  byId('last').addEventListener('click', KEYS.End);
  byId('back').addEventListener('click', back);
  byId('forward').addEventListener('click', forward);
  byId('slider').addEventListener('input', ({ target }) => goTo(stops[Number(target.value)]));
  document.addEventListener('keydown', (event) => {
    // These have keys of their own, and a button is pressed with space.
    const own = event.key === ' ' ? 'button, select, a' : 'select, input, #log';
    if (!Object.hasOwn(KEYS, event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest?.(own)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}

document.title = `${replay.players.join(' vs. ')} · ${replay.format}`;
byId('title').textContent = replay.players.join(' vs. ');
byId('about').textContent =
  `${replay.format} · ${replay.turns} turns · ${new Date(replay.endedAt).toLocaleString()}`;
byId('slider').max = stops.length - 1;
// With the key of a private replay.
byId('text').href = `${location.pathname}.log${location.search}`;
byId('json').href = `${location.pathname}.json${location.search}`;
listen();
show(stops[1] ?? 0);
