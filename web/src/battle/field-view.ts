/** What lies between both sides, and what has happened in words. */
import type { PublicFacts } from '../../../src/battle/public-facts.ts';
import { icon } from '../pictures/icons.ts';
import { h, type Node_ } from '../render.ts';
import { effectName } from './effect-names.ts';
import type { LogEntry } from './log-words.ts';

export function betweenView({ weather, terrain, pseudoWeather }: PublicFacts): Node_ {
  const effects = [weather, terrain, ...pseudoWeather].filter(Boolean);
  return h(
    'ul',
    { class: 'chips between', 'aria-label': 'Field' },
    effects.map((id) => h('li', {}, icon(id), effectName(id))),
  );
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
