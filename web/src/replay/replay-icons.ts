/** The signs of a player for recordings, drawn in one colour on 24 by 24. */
import { h, type Node_ } from '../render.ts';

const SHAPES = {
  play: 'M7 3.500 21 12 7 20.500z',
  pause: 'M6 4h4.500v16H6zM13.500 4H18v16h-4.500z',
  back: 'M5 5h2.500v14H5zM19 5v14L8.500 12z',
  forward: 'M16.500 5H19v14h-2.500zM5 5l10.500 7L5 19z',
  start: 'M2 5h2.500v14H2zM13.500 5v14L4.500 12zM22 5v14l-8.500-7z',
  end: 'M19.500 5H22v14h-2.500zM10.500 5l9 7-9 7zM2 5l8.500 7L2 19z',
} as const;

/** Decorative: the button that holds it has a name. */
export function sign(name: keyof typeof SHAPES): Node_ {
  return h(
    'svg',
    { class: 'sign', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    h('path', { d: SHAPES[name], fill: 'currentColor' }),
  );
}
