import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type PokemonSet, Teams } from '@pkmn/sim';
import fc from 'fast-check';
import { FORMATS } from '../../src/battle/format.ts';
import type { FormatId, PackedTeam } from '../../src/battle/ids.ts';
import { checkTeam, exportTeam } from '../../src/battle/team.ts';
import { teamsFor } from '../../loadtest/teams.ts';

const OU = 'gen9ou' as FormatId;
const [OU_TEAM = ''] = teamsFor(OU);

const corpus = [...FORMATS.keys()].flatMap((format) => teamsFor(format).map((team) => ({ format, team })));

function valid(format: FormatId, team: unknown): PackedTeam {
  const check = checkTeam(format, team);
  assert(check.ok, `${format}: ${check.ok || check.problems.join(' ')} (${JSON.stringify(team)})`);
  return check.packed;
}

function problems(format: FormatId, team: unknown): readonly string[] {
  const check = checkTeam(format, team);
  assert(!check.ok, 'the team was accepted');
  assert(check.problems.length > 0 && check.problems.length <= 20);
  for (const problem of check.problems) assert(problem.length > 0 && problem.length <= 200);
  return check.problems;
}

describe('real teams', () => {
  it('are 150 from others, each with its source', () => {
    const withTeams = new Set(corpus.map(({ format }) => format));
    const sources = [...withTeams].flatMap((format) =>
      readFileSync(`test/data/teams/${format}.sources.txt`, 'utf8').split('\n').filter(Boolean),
    );
    assert.equal(sources.length, corpus.length);
    assert.equal(sources.filter((source) => !source.startsWith('Endure')).length, 150);
  });

  it('are all valid, and stay what they are when checked again', () => {
    for (const { format, team } of corpus) {
      const packed = valid(format, team);
      assert.equal(valid(format, packed), packed);
    }
  });

  it('come back the same from export text and from JSON', () => {
    for (const { format, team } of corpus) {
      const packed = valid(format, team);
      assert.equal(valid(format, exportTeam(packed)), packed);
      assert.equal(valid(format, exportTeam(packed).replaceAll('\n', '\r\n')), packed);
      assert.equal(valid(format, JSON.parse(JSON.stringify(Teams.unpack(packed)))), packed);
    }
  });
});

describe('a checked team', () => {
  it('is a fixed point whatever was done to it before', () => {
    const nickname = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    const change = fc.record(
      {
        name: nickname,
        gender: fc.constantFrom('M', 'F', 'N', ''),
        shiny: fc.boolean(),
        level: fc.integer({ min: 1, max: 100 }),
        happiness: fc.integer({ min: 0, max: 255 }),
        pokeball: fc.constantFrom('', 'Poke Ball', 'cherishball', 'Ultra Ball'),
        nature: fc.constantFrom('', 'Timid', 'adamant'),
      },
      { requiredKeys: ['name'] },
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.nat(corpus.length - 1), fc.nat(5), change, (index, member, changed) => {
        const { format, team } = corpus[index]!;
        const sets = Teams.unpack(team)!;
        Object.assign(sets[member % sets.length]!, changed);
        const check = checkTeam(format, sets);
        if (!check.ok) return;
        accepted++;
        assert.equal(valid(format, check.packed), check.packed);
        assert.equal(valid(format, exportTeam(check.packed)), check.packed);
        for (const { name } of Teams.unpack(check.packed)!)
          assert.match(name, /^(?:(?![|,[\]]|\p{C}).){1,18}$/u);
      }),
      { seed: 4, numRuns: 600 },
    );
    assert(accepted > 200, `only ${accepted} of 600 changed teams were valid`);
  }).timeout(20_000);

  it('is the validator’s version of what was sent', () => {
    const lower = OU_TEAM.replace('HeavyDutyBoots', 'heavydutyboots').replace('DracoMeteor', 'dracometeor');
    assert.notEqual(lower, OU_TEAM);
    assert.equal(valid(OU, lower), valid(OU, OU_TEAM));
  });

  it('trains every stat in full where generation 1 export text says nothing', () => {
    const text = 'Tauros\n- Body Slam\n- Earthquake\n\nSnorlax\n- Rest\n- Amnesia\n';
    const sets = Teams.unpack(valid('gen1ou' as FormatId, text))!;
    assert.deepEqual(
      sets.map(({ evs }) => new Set(Object.values(evs))),
      [new Set([252]), new Set([252])],
    );
  });
});

describe('a team that cannot be', () => {
  const [first, ...others] = Teams.unpack(OU_TEAM)!;
  const withFirst = (change: object): object[] => [{ ...first, ...change }, ...others];
  const nested = JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`) as unknown;

  const refused: [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['an object', {}],
    ['an empty text', ''],
    ['an empty list', []],
    ['words', 'hello there'],
    ['a bracket', '['],
    ['JSON text that is no team', '[{"species":7}]'],
    ['JSON text that is broken', '[{]'],
    ['separators only', '||||||||||||'],
    ['a megabyte of text', 'x'.repeat(1_000_000)],
    ['a megabyte of separators', '|'.repeat(1_000_000)],
    ['16 KiB of sets', 'a|||||||||||]'.repeat(1200)],
    ['a list in a list in a list', nested],
    ['a list of nothing', [null, undefined]],
    ['seven Pokémon', [...others, ...others].slice(0, 7)],
    ['30 Pokémon', Array.from({ length: 30 }, () => first)],
    ['EVs that are no numbers', withFirst({ evs: { ...first!.evs, hp: NaN } })],
    ['EVs without end', withFirst({ evs: { ...first!.evs, hp: Infinity } })],
    ['EVs beyond the limit', withFirst({ evs: { hp: 252, atk: 252, def: 252, spa: 0, spd: 0, spe: 0 } })],
    ['IVs of 99', withFirst({ ivs: { ...first!.ivs, hp: 99 } })],
    ['IVs of -5', withFirst({ ivs: { ...first!.ivs, hp: -5 } })],
    ['IVs of 99 in packed text', OU_TEAM.replace(/\|\|\|\|\|/, '|99,99,99,99,99,99|||')],
    ['a level that is text', withFirst({ level: '100' })],
    ['a level of 0', withFirst({ level: 0 })],
    ['a level of half', withFirst({ level: 50.5 })],
    ['a gender of its own', withFirst({ gender: 'X' })],
    ['a list as item', withFirst({ item: ['Leftovers'] })],
    ['a list as name', withFirst({ name: ['A', 'B'] })],
    ['an object as ability', withFirst({ ability: { toString: 'Levitate' } })],
    ['moves that are no list', withFirst({ moves: 'Tackle' })],
    ['moves that are no text', withFirst({ moves: [{}, [], 7] })],
    ['25 moves', withFirst({ moves: Array.from({ length: 25 }, () => 'Spikes') })],
    ['no moves', withFirst({ moves: [] })],
    ['a name of a megabyte', withFirst({ name: 'x'.repeat(1_000_000) })],
    ['a species from the prototype', withFirst({ species: '__proto__' })],
    ['an ability from the prototype', withFirst({ ability: 'constructor' })],
    ['a move from the prototype', withFirst({ moves: ['hasOwnProperty'] })],
    ['separators in a nature', withFirst({ nature: 'Timid|252' })],
    ['a second set in a Tera type', withFirst({ teraType: 'Water]Mew||' })],
    ['a list with its own length', { length: 6, 0: first }],
    ['a Pokémon that is banned', withFirst({ species: 'Koraidon', name: '' })],
  ];
  for (const [what, team] of refused) {
    it(`is refused: ${what}`, () => {
      problems(OU, team);
    });
  }

  it('is refused in a format that does not exist, or makes its own teams', () => {
    problems('__proto__' as FormatId, OU_TEAM);
    problems('gen9randombattle' as FormatId, OU_TEAM);
  });

  it('is refused where it cannot fill the field', () => {
    const [set] = Teams.unpack(teamsFor('gen9doublesou')[0]!)!;
    problems('gen9doublesou' as FormatId, [set]);
  });

  it('says which Pokémon and which field is wrong', () => {
    assert.match(problems(OU, [...others, { ...first, level: '100' }])[0]!, /^Pokémon 6, level: /);
  });

  it('never makes the check throw, whatever it is', () => {
    const set = fc.record(
      {
        name: fc.anything(),
        species: fc.oneof(fc.constantFrom('Mew', 'Dragapult', 'valueOf'), fc.string(), fc.anything()),
        moves: fc.oneof(fc.array(fc.oneof(fc.constantFrom('Uturn', 'toString'), fc.string())), fc.anything()),
        item: fc.oneof(fc.string(), fc.anything()),
        ability: fc.oneof(fc.string(), fc.anything()),
        evs: fc.oneof(fc.dictionary(fc.constantFrom('hp', '__proto__'), fc.double()), fc.anything()),
        level: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const text = fc.array(
      fc.constantFrom('|', ']', '[', ',', '\n', 'Mew', ' @ ', '(M)', '- ', 'EVs: ', '===', '9', '\0'),
      { maxLength: 60 },
    );
    const anything = fc.oneof(
      fc.anything(),
      fc.array(set),
      fc.string(),
      text.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS.keys()), anything, (format, team) => {
        if (!checkTeam(format, team).ok) problems(format, team);
      }),
      { seed: 5, numRuns: 1000 },
    );
  }).timeout(20_000);
});

describe('what is harmless in a team', () => {
  it('is cleaned: line ends and separators in nicknames', () => {
    const sets = Teams.unpack(OU_TEAM)!;
    sets[0]!.name = 'A\n|win|B,C]\u202e<x>';
    const [cleaned] = Teams.unpack(valid(OU, sets))!;
    assert.equal(cleaned!.name, 'A win B C <x>');
  });

  it('is no nickname: the name of a forme with a mark that is not seen', () => {
    const team = [
      'Calyrex-Ice\u200b||ClearAmulet|AsOneGlastrier|GlacialLance,TrickRoom,Protect||252,252|N|||50|,,,,,Water',
      'Zacian-Crowned\u200b||RustedSword|IntrepidSword|PlayRough,IronHead,Protect||252,252|N|||50|,,,,,Fire',
      'Annihilape||ChoiceScarf|Defiant|FinalGambit,CloseCombat||252,252||||50|,,,,,Fire',
      'Hatterene||LifeOrb|MagicBounce|DazzlingGleam,TrickRoom||252,,,252||||50|,,,,,Fire',
      'Whimsicott||FocusSash|Prankster|Tailwind,Moonblast||252,,,252||||50|,,,,,Fire',
    ].join(']');
    const packed = valid('gen9vgc2025regi' as FormatId, team);
    assert.deepEqual(Teams.unpack(packed)!.slice(0, 2).map(({ name }) => name), ['Calyrex', 'Zacian']); // prettier-ignore
    assert.equal(valid('gen9vgc2025regi' as FormatId, packed), packed);
  });

  it('is left out: an item from the prototype', () => {
    const sets = Teams.unpack(OU_TEAM)!;
    sets[0]!.item = 'constructor';
    assert.equal(Teams.unpack(valid(OU, sets))![0]!.item, '');
  });

  it('is left out: keys that no set has, of the prototype too', () => {
    const polluted = JSON.stringify(Teams.unpack(OU_TEAM)).replaceAll(
      '{"name"',
      '{"__proto__":{"level":1},"role":"x","name"',
    );
    assert.equal(valid(OU, JSON.parse(polluted)), valid(OU, OU_TEAM));
    assert.equal(({} as PokemonSet).level, undefined);
  });
});
