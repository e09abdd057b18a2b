import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PublicFacts } from '../../src/battle/public-facts.ts';
import type { PokemonFacts } from '../../src/battle/public-facts/pokemon-facts.ts';
import { proveFacts } from './public-facts.proof.ts';

const SEED = 20261;

/** A little of every kind of line, in an order in which a battle could send it. */
const STORY = [
  '|clearpoke',
  '|poke|p1|Arceus-*, L50|',
  '|poke|p1|Zoroark, L50, M|',
  '|poke|p1|Mewtwo, L50|',
  '|poke|p2|Charizard, L50, F|',
  '|poke|p2|Ditto, L50|',
  '|teampreview|2',
  '|teamsize|p1|2',
  '|teamsize|p2|2',
  '|start',
  '|switch|p1a: God|Arceus-Fire, L50, shiny|100/100',
  '|switch|p2a: Ash|Charizard, L50, F|100/100',
  '|turn|1',
  '|-weather|RainDance|[from] ability: Drizzle|[of] p1a: God',
  '|-fieldstart|move: Electric Terrain',
  '|-fieldstart|move: Trick Room|[of] p1a: God',
  '|-sidestart|p2: Two|Spikes',
  '|-sidestart|p2: Two|Spikes',
  '|-sidestart|p1: One|move: Stealth Rock',
  '|-boost|p1a: God|atk|2',
  '|-boost|p1a: God|atk|12',
  '|-unboost|p1a: God|spe|1',
  '|-damage|p2a: Ash|1/100 tox|[from] item: Rocky Helmet|[of] p1a: God',
  '|-enditem|p2a: Ash|Sitrus Berry|[eat]',
  '|-heal|p2a: Ash|26/100 tox|[from] item: Sitrus Berry',
  '|-mega|p2a: Ash|Charizard|Charizardite X',
  '|-ability|p2a: Ash|Tough Claws',
  '|-terastallize|p1a: God|Fire',
  '|turn|2',
] as const;

function factsOf(...lines: readonly string[]): PublicFacts {
  const facts = new PublicFacts();
  for (const line of lines) facts.apply(line);
  return facts;
}

function pokemonOf(facts: PublicFacts, ident: string): PokemonFacts {
  const pokemon = [...facts.sides.p1.team, ...facts.sides.p2.team].find((one) => one.ident === ident);
  assert.ok(pokemon, `${ident} is unknown`);
  return pokemon;
}

describe('PublicFacts', () => {
  it('agrees with the sim over battles of many formats', () => {
    const proof = proveFacts({ battles: 24, seed: 'small' });
    assert.equal(proof.formats, 24);
    assert.ok(proof.comparisons > 500);
  }).timeout(20_000);

  it('knows field and sides by Showdown ids, with layers', () => {
    const facts = factsOf(...STORY);
    assert.deepEqual(
      [facts.phase, facts.turn, facts.weather, facts.terrain],
      ['turn', 2, 'raindance', 'electricterrain'],
    );
    assert.deepEqual([...facts.pseudoWeather], ['trickroom']);
    assert.deepEqual([...facts.sides.p2.sideConditions], [['spikes', 2]]);
    assert.deepEqual([...facts.sides.p1.sideConditions], [['stealthrock', 1]]);
    assert.equal(facts.sides.p1.teamSize, 2);
  });

  it('matches who appears with what the preview showed, hidden formes too', () => {
    const { team } = factsOf(...STORY).sides.p1;
    assert.deepEqual(
      team.map(({ ident, species, shiny }) => [ident, species, shiny]),
      [['p1: God', 'Arceus-Fire', true], ['', 'Zoroark', false], ['', 'Mewtwo', false]], // prettier-ignore
    );
  });

  it('shows item, ability and Tera type once lines do, of whom they are', () => {
    const facts = factsOf(...STORY);
    const [god, ash] = [pokemonOf(facts, 'p1: God'), pokemonOf(facts, 'p2: Ash')];
    assert.deepEqual([god.item, god.ability, god.teraType], ['rockyhelmet', 'drizzle', 'Fire']);
    assert.deepEqual([ash.item, ash.ability, ash.teraType], ['charizarditex', 'toughclaws', '']);
    assert.deepEqual([ash.hpPercent, ash.status, { ...god.boosts }], [26, 'tox', { atk: 6, spe: -1 }]);
  });

  it('passes boosts on with Baton Pass only', () => {
    const come = '|switch|p1a: Mew|Mewtwo, L50|100/100';
    assert.deepEqual(
      { ...pokemonOf(factsOf(...STORY, `${come}|[from] Baton Pass`), 'p1: Mew').boosts },
      { atk: 6, spe: -1 },
    );
    for (const line of [come, `${come}|[from] Shed Tail`]) {
      assert.deepEqual({ ...pokemonOf(factsOf(...STORY, line), 'p1: Mew').boosts }, {});
    }
  });

  it('gives what an Illusion suffered to the one who wore it', () => {
    const facts = factsOf(
      ...STORY,
      '|switch|p1a: Mew|Mewtwo, L50|100/100',
      '|-damage|p1a: Mew|40/100 brn',
      '|replace|p1a: Trick|Zoroark, L50, M',
      '|-end|p1a: Trick|Illusion',
    );
    const { team, slots } = facts.sides.p1;
    assert.deepEqual(
      [team[1]?.ident, team[1]?.hpPercent, team[1]?.status, team[1]?.active],
      ['p1: Trick', 40, 'brn', true],
    );
    assert.deepEqual(
      [team[2]?.ident, team[2]?.hpPercent, team[2]?.status, team[2]?.active],
      ['', 100, '', false],
    );
    assert.equal(slots[0], team[1]);
    assert.equal(team.length, 3);
  });

  it('without a preview lists who has appeared', () => {
    const facts = factsOf(
      '|start',
      '|switch|p1a: A|Mew|48/48',
      '|drag|p1a: B|Muk, F|9/48y slp',
      '|faint|p1a: B',
    );
    assert.deepEqual(
      facts.sides.p1.team.map(({ ident, gender, hpPercent, fainted, active }) => [
        ident,
        gender,
        hpPercent,
        fainted,
        active,
      ]),
      [['p1: A', '', 100, false, false], ['p1: B', 'F', 0, true, false]], // prettier-ignore
    );
  });

  it('names what changed since the last take, and nothing else', () => {
    const facts = factsOf(...STORY);
    facts.takeChanges();
    facts.apply('|-damage|p2a: Ash|20/100 tox');
    facts.apply('|-message|nothing of ours');
    const ash = pokemonOf(facts, 'p2: Ash');
    assert.deepEqual(facts.takeChanges(), { field: false, sides: [], pokemon: [ash] });
    facts.apply('|turn|3');
    facts.apply('|-sidestart|p1: One|Reflect');
    assert.deepEqual(facts.takeChanges(), { field: true, sides: [facts.sides.p1], pokemon: [] });
    assert.deepEqual(facts.takeChanges(), { field: false, sides: [], pokemon: [] });
  });

  it('never throws and keeps its bounds, whatever the lines are', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(...STORY.flatMap((line) => line.split('|')), '__proto__', 'constructor'),
    );
    const made = fc.array(part, { maxLength: 7 }).map((parts) => `|${parts.join('|')}`);
    const mutated = fc
      .tuple(fc.constantFrom(...STORY), fc.nat(60), fc.nat(10), fc.string())
      .map(([line, at, cut, text]) => line.slice(0, at) + text + line.slice(at + cut));
    const line = fc.oneof(fc.string(), made, mutated, fc.constantFrom(...STORY));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), (lines) => assertBounds(factsOf(...lines))),
      { seed: SEED, numRuns: 400 },
    );
  });
});

function assertBounds(facts: PublicFacts): void {
  for (const { team } of [facts.sides.p1, facts.sides.p2]) {
    assert.ok(team.length <= 24);
    team.forEach((pokemon, index) => {
      const { hpPercent, fainted, boosts } = pokemon;
      assert.equal(pokemon.index, index);
      assert.ok(Number.isInteger(hpPercent) && hpPercent >= 0 && hpPercent <= 100);
      assert.equal(hpPercent === 0, fainted);
      for (const stage of Object.values(boosts)) assert.ok(stage !== 0 && Math.abs(stage) <= 6);
    });
  }
}
