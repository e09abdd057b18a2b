/** A Pokémon's picture, drawn from what it is: its types as colours, its base stats as a radar, its name as letters. */
import type { SpeciesFacts } from '../battle/dex.ts';
import { h, type Node_ } from '../render.ts';
import { monogramOf } from './monogram.ts';
import { colourOf } from './types.ts';

const CENTRE = 48;
const RADIUS = 36;
/** A base stat that reaches the rim. */
const STAT_FULL = 160;
const STAT_LEAST = 18;
const UNKNOWN = '#6b7188';

/** Decorative: whoever shows it says beside it who it is. */
export function token(species: string, facts: SpeciesFacts | undefined): Node_ {
  const [first, second = first] = facts?.types ?? [];
  const left = first === undefined ? UNKNOWN : colourOf(first)[0];
  const right = second === undefined ? UNKNOWN : colourOf(second)[0];
  return h(
    'svg',
    { class: 'token', viewBox: '0 0 96 96', 'aria-hidden': 'true', focusable: 'false' },
    h('path', { d: `M${CENTRE} 2a46 46 0 0 0 0 92z`, fill: left }),
    h('path', { d: `M${CENTRE} 2a46 46 0 0 1 0 92z`, fill: right }),
    h('circle', { cx: CENTRE, cy: CENTRE, r: RADIUS + 3, fill: '#171a26' }),
    [1, 0.6].map((scale) =>
      h('polygon', {
        points: hexagon(() => RADIUS * scale),
        fill: 'none',
        stroke: '#ffffff',
        'stroke-opacity': 0.14,
      }),
    ),
    facts &&
      h('polygon', {
        points: hexagon((corner) => (RADIUS * Math.min(STAT_FULL, Math.max(STAT_LEAST, facts.stats[corner] ?? 0))) / STAT_FULL), // prettier-ignore
        fill: left,
        'fill-opacity': 0.7,
        stroke: right,
        'stroke-width': 2,
        'stroke-linejoin': 'round',
      }),
    h(
      'text',
      { x: CENTRE, y: 58, 'text-anchor': 'middle', class: 'monogram' },
      facts ? monogramOf(species) : '?',
    ),
  );
}

function hexagon(radiusOf: (corner: number) => number): string {
  return Array.from({ length: 6 }, (_, corner) => {
    const angle = (corner * Math.PI) / 3 - Math.PI / 2;
    const radius = radiusOf(corner);
    return `${round(CENTRE + radius * Math.cos(angle))},${round(CENTRE + radius * Math.sin(angle))}`;
  }).join(' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
