/** What the pages to read have in common: a head with the ways on, panels, and how figures are written. */
import './styles/sheet.css';
import { pathOf } from './net/read.ts';
import type { Account } from './net/session.ts';
import { h, type Child, type Node_ } from './render.ts';

export interface SheetPorts {
  /** Whose browser this is; null before the first battle. */
  readonly account: Account | null;
  readonly go: (address: string) => void;
}

/** The ways from page to page; `here` is the one that needs none. */
export function sheet(here: 'ladder' | 'profile' | 'mine' | 'challenge', ...children: Child[]): Node_ {
  const ways = [
    { href: '/', text: 'Play', isHere: false },
    { href: '/ladder', text: 'Ladder', isHere: here === 'ladder' },
    { href: '/u', text: 'My profile', isHere: here === 'mine' },
  ];
  return h(
    'div',
    { class: 'sheet', key: 'sheet' },
    h(
      'header',
      { class: 'masthead' },
      h('a', { class: 'brand', href: '/' }, 'Endure'),
      h(
        'nav',
        { 'aria-label': 'Pages' },
        ways.map(({ href, text, isHere }) => h('a', { href, 'aria-current': isHere ? 'page' : null }, text)),
      ),
    ),
    h('main', {}, children),
  );
}

export function card(title: string, ...children: Child[]): Node_ {
  return h('section', { class: 'panel' }, h('h2', {}, title), children);
}

/** A user's name, which leads to the profile; a deleted user has none. */
export function userLink({ id, name }: { readonly id: string | null; readonly name: string }): Child {
  return id === null ? h('span', {}, name) : h('a', { href: `/u${pathOf(id)}` }, name);
}

/** `+24`, `−3`, `±0`. */
export function signed(by: number): string {
  return by === 0 ? '±0' : `${by > 0 ? '+' : '−'}${Math.abs(by)}`;
}

/** Wins, losses and ties, the last only where there are some, and in full for who cannot see. */
export function tally(wins: number, losses: number, ties: number): Child {
  return [
    h('span', { 'aria-hidden': 'true' }, [wins, losses, ...(ties > 0 ? [ties] : [])].join('–')),
    h('span', { class: 'unseen' }, `${wins} won, ${losses} lost, ${ties} tied`),
  ];
}

export function day(at: number): Node_ {
  const date = new Date(at);
  const text = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  return h('time', { datetime: date.toISOString() }, text);
}
