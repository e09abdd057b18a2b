/**
 * Golden logs: a battle of each format on offer, as a file. They fail when a change of sim or core makes an old log
 * play differently. `UPDATE_GOLDEN=1` writes them anew; then the engine version has to change too.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Battle } from '../../src/battle/battle.ts';
import { ENGINE_VERSION, FORMATS } from '../../src/battle/format.ts';
import type { Entry } from '../../src/battle/input.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { replay } from '../../src/battle/replay.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';
import { probesFor } from './replay-probes.ts';

const FOLDER = new URL('../golden/', import.meta.url);
const SEED = '1';
const TURNS_MAX = 30;

/** What playing the log must give. */
interface Result {
  readonly turns: number;
  readonly outcome: Battle['outcome'];
  /** SHA-256 of each channel's lines, each with a line feed. */
  readonly lines: Readonly<Record<string, string>>;
}

interface Golden {
  readonly opening: Opening;
  readonly entries: readonly Entry[];
  readonly result: Result;
}

if (process.env['UPDATE_GOLDEN']) {
  for (const format of FORMATS.keys()) writeFileSync(fileOf(format), pageOf(play(format)));
}

describe('golden logs', () => {
  it('are there for every format on offer', () => {
    const expected = [...FORMATS.keys()].map((format) => `${format}-${SEED}.json`).sort();
    const files = readdirSync(FOLDER).sort();
    assert.deepEqual(
      expected.filter((file) => !files.includes(file)),
      [],
    );
  });

  for (const file of readdirSync(FOLDER)) {
    it(`${file} plays as it did`, () => {
      const { opening, entries, result } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Golden;
      assert.equal(opening.engine, ENGINE_VERSION);
      assert.deepEqual(resultOf(replay(opening, entries).battle), result);
    });
  }
});

function play(format: string): Recording {
  const recording = new Recording(openingFor(format, SEED));
  playOut(recording, seededRandom(`golden ${format}`), { turnsMax: TURNS_MAX, probes: probesFor });
  return recording;
}

function resultOf({ turn, outcome, channels }: Battle): Result {
  const hash = (lines: readonly string[]): string =>
    createHash('sha256')
      .update(lines.map((line) => `${line}\n`).join(''))
      .digest('hex');
  const lines = { p1: hash(channels.p1), p2: hash(channels.p2), spectator: hash(channels.spectator) };
  return { turns: turn, outcome, lines };
}

/** JSON with one line for each entry. */
function pageOf({ opening, entries, battle }: Recording): string {
  const rows = entries.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n');
  return `{"opening": ${JSON.stringify(opening)},\n"entries": [\n${rows}\n],\n"result": ${JSON.stringify(resultOf(battle))}}\n`;
}

function fileOf(format: string): URL {
  return new URL(`${format}-${SEED}.json`, FOLDER);
}
