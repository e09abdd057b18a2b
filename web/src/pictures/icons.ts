/** Small pictures for what lies on the field, drawn in one colour on 24 by 24. */
import { h, type Node_ } from '../render.ts';

const SUN = 'M12 7a5 5 0 1 1 0 10a5 5 0 0 1 0-10zM11 1h2v4h-2zM11 19h2v4h-2zM1 11h4v2H1zM19 11h4v2h-4zM4 5.4 5.4 4l2.8 2.8-1.4 1.4zM15.800 17.200l1.400-1.400L20 18.600 18.600 20zM4 18.600l2.800-2.800 1.400 1.400L5.400 20zM15.800 6.800 18.600 4 20 5.400l-2.800 2.800z'; // prettier-ignore
const CLOUD = 'M7 15a4 4 0 0 1-.3-8A6 6 0 0 1 18 8.200a3.500 3.500 0 0 1-.5 6.800z';
const RAIN = `${CLOUD}M7 17h2l-1 5H6zM12 17h2l-1 5h-2zM17 17h2l-1 5h-2z`;
const SAND = 'M2 6h13v2H2zM6 11h16v2H6zM2 16h11v2H2zM17 6h5v2h-5zM15 16h5v2h-5z';
const SNOW =
  'M11 2h2v20h-2zM2.800 7.900l1-1.700 17.400 10-1 1.700zM2.800 16.100l17.400-10 1 1.700-17.400 10z';
const LEAF = 'M4 20C4 10 10 4 21 3c0 11-5 17-14 16l-2 3z';
const BOLT = 'M13 2 5 14h5l-1 8 9-13h-6z';
const MIST =
  'M3 7c3-3 6 3 9 0s6 3 9 0v3c-3 3-6-3-9 0s-6-3-9 0zM3 14c3-3 6 3 9 0s6 3 9 0v3c-3 3-6-3-9 0s-6-3-9 0z';
const EYE = 'M1 12c6-9 16-9 22 0-6 9-16 9-22 0zm11-4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z';
const ROCKS = 'M2 20l4-9 4 9zM9 20l4-14 5 14zM17 20l2-6 3 6z';
const SPIKES = 'M2 21 6 8l3 13zM9 21l3-17 3 17zM15 21l3-13 4 13z';
const WEB =
  'M11 2h2v20h-2zM2 11h20v2H2zM4.300 5.700l1.400-1.400 14 14-1.400 1.400zM18.300 4.300l1.400 1.400-14 14-1.400-1.400zM12 6l6 6-6 6-6-6zm0 3-3 3 3 3 3-3z';
const SHIELD = 'M12 2l9 3v7c0 5-4 8-9 10-5-2-9-5-9-10V5z';
const WIND =
  'M2 8h11a2.500 2.500 0 1 0-2.500-3h-2A4.500 4.500 0 1 1 13 10H2zM2 13h16a4 4 0 1 1-4 5h2a2 2 0 1 0 2-3H2z';
const ROOM = 'M3 3h18v18H3zm3 3v12h12V6zm3 3h6v6H9z';
const DOT = 'M12 6a6 6 0 1 1 0 12 6 6 0 0 1 0-12z';

const SHAPES: Readonly<Record<string, string>> = {
  sunnyday: SUN, desolateland: SUN, raindance: RAIN, primordialsea: RAIN, sandstorm: SAND, hail: SNOW, snow: SNOW,
  snowscape: SNOW, deltastream: WIND, tailwind: WIND, electricterrain: BOLT, grassyterrain: LEAF, mistyterrain: MIST,
  psychicterrain: EYE, stealthrock: ROCKS, gmaxsteelsurge: ROCKS, spikes: SPIKES, toxicspikes: SPIKES,
  stickyweb: WEB, reflect: SHIELD, lightscreen: SHIELD, auroraveil: SHIELD, safeguard: SHIELD, mist: MIST,
  trickroom: ROOM, magicroom: ROOM, wonderroom: ROOM,
}; // prettier-ignore

/** Decorative: its name stands beside it. */
export function icon(id: string): Node_ {
  return h(
    'svg',
    { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    h('path', { d: SHAPES[id] ?? DOT, fill: 'currentColor', 'fill-rule': 'evenodd' }),
  );
}
