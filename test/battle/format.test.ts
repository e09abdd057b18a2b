import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Dex, Teams } from '@pkmn/sim';
import { activeSlots, ENGINE_VERSION, findFormat, FORMATS, generateTeam } from '../../src/battle/format.ts';
import { teamsFor } from '../../loadtest/teams.ts';

const FORMAT_MODULE = new URL('../../src/battle/format.ts', import.meta.url).href;
const SEED = 'sodium,00112233445566778899aabbccddeeff';

describe('formats', () => {
  const formats = [...FORMATS.values()];

  it('are at least 24, of every generation, with random teams and with own ones', () => {
    assert(FORMATS.size >= 24);
    for (const teamRequired of [true, false]) {
      const generations = new Set(
        formats.filter((format) => format.teamRequired === teamRequired).map(({ generation }) => generation),
      );
      assert.deepEqual(generations, new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    }
  });

  it('show every ability of the server', () => {
    assert(formats.some(({ gameType, teamRequired }) => gameType === 'doubles' && teamRequired));
    assert(formats.some(({ gameType, teamRequired }) => gameType === 'doubles' && !teamRequired));
    assert(formats.some(({ pickedTeamSize }) => pickedTeamSize === 4));
    assert(formats.some(({ teamPreview }) => teamPreview));
    for (const flag of ['terastal', 'dynamax', 'zMoves', 'mega'] as const) {
      assert(
        formats.some(({ flags }) => flags[flag]),
        flag,
      );
    }
  });

  const expected = [
    { id: 'gen9ou', says: { generation: 9, teamPreview: true, flags: flags('terastal') } },
    { id: 'gen9vgc2025regi', says: { gameType: 'doubles', pickedTeamSize: 4, flags: flags('terastal') } },
    { id: 'gen9nationaldex', says: { flags: flags('zMoves', 'mega') } },
    { id: 'gen8ou', says: { flags: flags() } },
    { id: 'gen8randombattle', says: { teamRequired: false, flags: flags('dynamax') } },
    { id: 'gen7ou', says: { flags: flags('zMoves', 'mega') } },
    { id: 'gen6ou', says: { flags: flags('mega') } },
    { id: 'gen4ou', says: { teamPreview: false, teamSize: { min: 1, max: 6 }, flags: flags() } },
  ];
  for (const { id, says } of expected) {
    it(`reads what ${id} is from the sim`, () => {
      assert.partialDeepStrictEqual(findFormat(id), says);
    });
  }

  it('never need fewer Pokémon than fight at once', () => {
    for (const format of formats) assert(format.teamSize.min >= activeSlots(format), format.id);
  });

  for (const id of ['__proto__', 'constructor', 'toString', '', 'gen9ou ', 'GEN9OU', 'gen9freeforall']) {
    it(`do not include ${JSON.stringify(id)}`, () => {
      assert.equal(findFormat(id), undefined);
    });
  }

  it('have two teams to play with where they need them', () => {
    for (const format of formats) {
      if (format.teamRequired) assert(teamsFor(format.id).length >= 2, format.id);
    }
  });
});

describe('generated teams', () => {
  for (const format of FORMATS.values()) {
    if (format.teamRequired) continue;
    it(`of ${format.id} follow from the seed and survive packing`, () => {
      const packed = generateTeam(format, SEED);
      assert.equal(generateTeam(format, SEED), packed);
      assert.notEqual(generateTeam(format, SEED.replace('00', '01')), packed);
      const sets = Teams.unpack(packed)!;
      assert.equal(sets.length, 6);
      assert.equal(Teams.pack(sets), packed);
      const dex = Dex.forFormat(format.id);
      for (const set of sets) {
        assert(dex.species.get(set.species).exists, set.species);
        for (const move of set.moves) assert(dex.moves.get(move).exists, move);
      }
    });
  }

  it('are refused where players bring their own', () => {
    assert.throws(() => generateTeam(findFormat('gen9ou')!, SEED));
  });
});

describe('the engine', () => {
  it('is named after the installed sim', () => {
    const manifest = readFileSync('node_modules/@pkmn/sim/package.json', 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    assert.match(ENGINE_VERSION, /^@pkmn\/sim \d+\.\d+\.\d+ r\d+$/);
    assert(ENGINE_VERSION.includes(` ${version} `));
  });

  it('is loaded once', () => {
    assert.equal(commonJsCopiesAfter(FORMAT_MODULE), 0);
    // The generators' own entry point would bring a second copy of the sim: proof that the count sees one.
    assert.notEqual(commonJsCopiesAfter('@pkmn/randoms'), 0);
  }).timeout(20_000);
});

function flags(...on: string[]): Record<string, boolean> {
  return Object.fromEntries(
    ['terastal', 'dynamax', 'zMoves', 'mega'].map((flag) => [flag, on.includes(flag)]),
  );
}

/** Files of the sim's CommonJS build that a fresh process has loaded after importing `module`. */
function commonJsCopiesAfter(module: string): number {
  const script = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(module)});
    const { cache } = createRequire(${JSON.stringify(FORMAT_MODULE)});
    console.log(Object.keys(cache).filter((path) => path.includes('@pkmn/sim/build')).length);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}
