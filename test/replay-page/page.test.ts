import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import vm from 'node:vm';
import { seededRandom } from '../../src/battle/random.ts';
import { pageScript } from '../../src/replay-page/inlined.ts';
import { replayPage } from '../../src/replay-page/page.ts';
import { stateAfter, turnStops } from '../../src/replay-page/state-after.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';

const HOSTILE = '</script><script>alert(1)</script><!--\u2028&"\'';

function pageOf(lines: readonly string[], name = 'Ash') {
  return replayPage({ format: 'F', players: [name, 'Gary'], reason: 'win', turns: 3, endedAt: 1, lines });
}

function contentOf(html: string, opening: string, closing: string): string {
  const start = html.indexOf(opening) + opening.length;
  return html.slice(start, html.indexOf(closing, start));
}

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

describe('the replay page', () => {
  const lines = ['|player|p1|Ash|1|', `|-message|${HOSTILE}`];
  const { html, contentSecurityPolicy } = pageOf(lines, HOSTILE);

  it('allows its own script and style, and nothing else', () => {
    const script = contentOf(html, '<script type="module">', '</script>');
    const style = contentOf(html, '<style>', '</style>');
    assert(script.length > 1000 && style.length > 1000);
    assert.match(contentSecurityPolicy, /^default-src 'none'/);
    assert(contentSecurityPolicy.includes(`script-src ${sha256(script)};`));
    assert(contentSecurityPolicy.includes(`style-src ${sha256(style)};`));
    assert.doesNotMatch(contentSecurityPolicy, /unsafe|https?:/);
  });

  it('asks nobody for anything, and is small', () => {
    const addresses = html.match(/\b(?:https?:)?\/\/[\w.-]+/g) ?? [];
    assert.deepEqual([...new Set(addresses)], ['http://www.w3.org']);
    assert.doesNotMatch(html, /<(?:img|iframe|object|link rel="stylesheet")|@import|url\(/);
    assert(Buffer.byteLength(pageOf([]).html) < 60_000);
  });

  it('holds its data as it is, whatever is in it, and no text gets out of it', () => {
    const data = contentOf(html, '<script type="application/json" id="replay">', '</script>');
    const { lines: embedded, players } = JSON.parse(data) as { lines: string[]; players: string[] };
    assert.deepEqual([embedded, players[0]], [lines, HOSTILE]);
    assert.equal(html.match(/<script/g)?.length, 2);
    assert.doesNotMatch(data, /[<>&\u2028]/);
  });

  it('writes text only as text', () => {
    assert.doesNotMatch(
      pageScript(),
      /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(/,
    );
  });

  it('plays by the very reducer that is proven', () => {
    const recording = new Recording(openingFor('gen9randomdoublesbattle', 'page'));
    playOut(recording, seededRandom(7), { turnsMax: 40 });
    const { spectator } = recording.battle.channels;
    const script = pageScript();
    const own = script.slice(0, script.indexOf("const SVG = '"));
    const run = vm.runInNewContext(
      `(() => { ${own}; return (...of) => JSON.stringify(stateAfter(...of)) })()`,
    );
    const inPage = run as (...of: Parameters<typeof stateAfter>) => string;
    for (const stop of turnStops(spectator))
      assert.equal(inPage(spectator, stop), JSON.stringify(stateAfter(spectator, stop)));
  });
});

describe('the stops of a replay', () => {
  it('are its start, the beginning of each turn and its end', () => {
    assert.deepEqual(turnStops(['|start', '|turn|1', '|move', '|turn|2', '|move', '|win|A']), [0, 2, 4, 6]);
    assert.deepEqual(turnStops([]), [0]);
  });
});
