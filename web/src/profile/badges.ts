/** What each achievement is called and its badge: a rosette in its colours with its sign, drawn on 64 by 64. */
import type { AchievementKind } from '../../../src/ratings/achievements.ts';
import { h, type Node_ } from '../render.ts';

interface Badge {
  readonly title: string;
  readonly rim: string;
  readonly ground: string;
  readonly sign: string;
}

const FLAG = 'M24 17h3v30h-3zM28 18c6-3 9 3 16 0v13c-7 3-10-3-16 0z';
const FLAME = 'M33 14c2 8 11 12 11 22a12 12 0 0 1-24 0c0-5 3-8 5-11 1 3 2 4 4 5 2-5 1-11 4-16zM32 33c-3 4-5 6-5 9a5 5 0 0 0 10 0c0-3-3-5-5-9z'; // prettier-ignore
const HUNDRED = 'M14 25l5-3h3v20h-4V27l-4 2zM31 22a6 6 0 0 1 6 6v8a6 6 0 0 1-12 0v-8a6 6 0 0 1 6-6zm0 4a2 2 0 0 0-2 2v8a2 2 0 0 0 4 0v-8a2 2 0 0 0-2-2zM45 22a6 6 0 0 1 6 6v8a6 6 0 0 1-12 0v-8a6 6 0 0 1 6-6zm0 4a2 2 0 0 0-2 2v8a2 2 0 0 0 4 0v-8a2 2 0 0 0-2-2z'; // prettier-ignore
const CROWN = 'M17 24l8 7 7-13 7 13 8-7-3 18H20zM20 44h24v3H20z';

const BADGES: Readonly<Record<AchievementKind, Badge>> = {
  first_win: { title: 'First win', rim: '#2f9e6b', ground: '#14543a', sign: FLAG },
  ten_win_streak: { title: 'Ten wins in a row', rim: '#e2672f', ground: '#6f2412', sign: FLAME },
  hundred_battles: { title: 'A hundred battles', rim: '#5a78e6', ground: '#233477', sign: HUNDRED },
  format_master: { title: 'Master of a format', rim: '#e0a92a', ground: '#664608', sign: CROWN },
};

/** Points of the rosette's edge. */
const PETALS = 12;

export function titleOf(kind: AchievementKind): string {
  return BADGES[kind]?.title ?? kind;
}

/** Decorative: its title stands beside it. */
export function badge(kind: AchievementKind): Node_ {
  const { rim, ground, sign } = BADGES[kind] ?? BADGES.first_win;
  return h(
    'svg',
    { class: 'badge', viewBox: '0 0 64 64', 'aria-hidden': 'true', focusable: 'false' },
    h('polygon', { points: edge(), fill: rim }),
    h('circle', { cx: 32, cy: 32, r: 23, fill: ground }),
    h('circle', { cx: 32, cy: 32, r: 23, fill: 'none', stroke: '#ffffff', 'stroke-opacity': 0.35, 'stroke-width': 1.5 }), // prettier-ignore
    h('path', { d: sign, fill: '#ffffff', 'fill-rule': 'evenodd' }),
  );
}

function edge(): string {
  return Array.from({ length: PETALS * 2 }, (_, corner) => {
    const angle = (corner * Math.PI) / PETALS;
    const radius = corner % 2 === 0 ? 31 : 27;
    const at = (turn: number): string => (32 + radius * turn).toFixed(1);
    return `${at(Math.cos(angle))},${at(Math.sin(angle))}`;
  }).join(' ');
}
