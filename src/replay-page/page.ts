/**
 * The page that plays a replay back: one document that asks nobody for anything. Its script and its style are known by
 * their hashes, and what it shows comes as data, so that no name of a player can become a part of the page.
 */
import { createHash } from 'node:crypto';
import { pageScript, read } from './inlined.ts';

export interface PageReplay {
  readonly format: string;
  readonly players: readonly string[];
  readonly reason: string;
  readonly turns: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  readonly lines: readonly string[];
}

export interface Page {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

const SCRIPT = pageScript();
const STYLE = read('./style.css');
const [HEAD = '', BODY = '', BETWEEN = '', END = ''] = read('./page.html').split(
  /<!--(?:style|data|script)-->/,
);

const POLICY = [
  "default-src 'none'",
  `script-src '${hashOf(SCRIPT)}'`,
  `style-src '${hashOf(STYLE)}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

export function replayPage(replay: PageReplay): Page {
  const style = `<style>${STYLE}</style>`;
  const data = `<script type="application/json" id="replay">${embedded(replay)}</script>`;
  const script = `<script type="module">${SCRIPT}</script>`;
  const html = [HEAD, style, BODY, data, BETWEEN, script, END].join('');
  return { html, contentSecurityPolicy: POLICY };
}

/** JSON in which no text can end the element that it lies in. */
function embedded(replay: PageReplay): string {
  return JSON.stringify(replay).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
