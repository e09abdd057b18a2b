/** What lies between both sides, and what has happened in words. */
import type { PublicFacts } from '../../../src/battle/public-facts.ts';
import { icon } from '../pictures/icons.ts';
import { h, type Node_ } from '../render.ts';
import { effectName } from './effect-names.ts';
import type { LogEntry } from './log-words.ts';

export function betweenView(
  { weather, terrain, pseudoWeather }: PublicFacts,
  log: readonly LogEntry[],
): Node_ {
  const effects = [weather, terrain, ...pseudoWeather].filter(Boolean);
  return h(
    'div',
    { class: 'between' },
    h(
      'ul',
      { class: 'chips', 'aria-label': 'Field' },
      effects.map((id) => h('li', {}, icon(id), effectName(id))),
    ),
    // Where the log is below the window; it is read out from there.
    h('p', { class: 'caption', 'aria-hidden': 'true' }, lastOf(log)),
  );
}

/** What happened last, with what came of it. */
function lastOf(log: readonly LogEntry[]): string {
  const told = log.filter(({ kind }) => kind !== 'turn');
  const from = told.findLastIndex(({ kind }) => kind === 'major');
  return told
    .slice(Math.max(0, from))
    .map(({ text }) => text)
    .join(' ');
}

/** Who acts or is hit in a line, `p1a: Pika` in it, as the facts call it; empty for nobody. */
export function stirredBy(line: string): string {
  const found = /\|(p[12])[a-c]: ([^|]*)/.exec(line);
  return found ? `${found[1]}: ${found[2]}` : '';
}

/** `isTold`: whether a screen reader tells what is added. */
export function logView(log: readonly LogEntry[], isTold = true): Node_ {
  return h(
    'section',
    { class: 'log', role: 'log', 'aria-label': 'What happened', 'aria-live': isTold ? null : 'off', tabindex: '0', mounted: keepAtEnd }, // prettier-ignore
    log.map(({ kind, text }) => h(kind === 'turn' ? 'h2' : 'p', { class: kind }, text)),
  );
}

/** Unless somebody has scrolled up to read. */
function keepAtEnd(log: Element): void {
  let isAtEnd = true;
  log.addEventListener('scroll', () => {
    isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  });
  new MutationObserver(() => {
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  }).observe(log, { childList: true });
}
