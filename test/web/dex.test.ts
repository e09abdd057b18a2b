import assert from 'node:assert/strict';
import { Dex } from '@pkmn/sim';
import { cutDex } from '../../scripts/page-dex.ts';
import { GenerationDex, generationOf } from '../../web/src/battle/dex.ts';

describe('the dex of the page', () => {
  const table = cutDex();

  it('knows every move as the sim does, in every generation', () => {
    for (let gen = 1; gen <= 9; gen++) {
      const [ours, sims] = [new GenerationDex(table, gen), Dex.forGen(gen)];
      for (const move of sims.moves
        .all()
        .filter(({ isNonstandard, realMove }) => isNonstandard === null && !realMove)) {
        const { type, category, basePower: power, accuracy } = move;
        const expected = { type, category, power, accuracy: accuracy === true ? 0 : accuracy };
        assert.deepEqual(ours.move(move.id), expected, `${move.name} in generation ${gen}`);
      }
    }
  });

  it('knows the types of every species as the sim does, in every generation', () => {
    for (let gen = 1; gen <= 9; gen++) {
      const [ours, sims] = [new GenerationDex(table, gen), Dex.forGen(gen)];
      for (const { name, types, isNonstandard } of sims.species.all())
        if (isNonstandard === null) assert.deepEqual(ours.species(name)?.types, types, `${name} in ${gen}`);
    }
  });

  it('counts effectiveness as the sim does', () => {
    for (let gen = 1; gen <= 9; gen++) {
      const [ours, sims] = [new GenerationDex(table, gen), Dex.forGen(gen)];
      const types = sims.types
        .all()
        .filter(({ isNonstandard, name }) => isNonstandard === null && name !== 'Stellar');
      for (const attacker of types)
        for (const defender of types) {
          const isImmune = !sims.getImmunity(attacker.name, defender.name);
          const factor = isImmune ? 0 : 2 ** sims.getEffectiveness(attacker.name, defender.name);
          assert.equal(ours.effectiveness(attacker.name, [defender.name]), factor, `${attacker.name} ${defender.name} ${gen}`); // prettier-ignore
        }
    }
  });

  it('takes an unknown forme for its species, and knows what it does not know', () => {
    const dex = new GenerationDex(table, 9);
    assert.deepEqual(dex.species('Arceus-*')?.types, ['Normal']);
    assert.equal(dex.species('Nobody'), undefined);
    assert.deepEqual(
      [dex.nameOf('heavydutyboots'), dex.nameOf('gmaxwildfire'), dex.nameOf('unheardof')],
      ['Heavy-Duty Boots', 'G-Max Wildfire', 'unheardof'],
    );
    assert.equal(dex.move('nothing'), undefined);
    const hidden = new GenerationDex(table, 3).move('hiddenpower', 'Hidden Power Grass 70');
    assert.deepEqual([hidden?.type, hidden?.power], ['Grass', 70]);
    assert.equal(generationOf('gen4ou'), 4);
  });
});
