/** Nothing hidden leaves the room, at the size for every run; the full size is test/prove/no-leak.prove.ts. */
import assert from 'node:assert/strict';
import { BattleRoom } from '../../src/rooms/battle-room.ts';
import { Teams } from '@pkmn/sim';
import { sideOf } from '../../src/rooms/battle-state.ts';
import { FACT_KINDS, type FactKind } from './hidden-facts.ts';
import { proveNoLeak } from './no-leak.proof.ts';

/** The test of the test: puts what p2 has into the state as soon as a Pokémon stands in it. */
class LeakyRoom extends BattleRoom {
  override broadcastPatch(): boolean {
    const sets = Teams.unpack(this.session.battle.opening.sides[1]!.team) ?? [];
    for (const [index, pokemon] of sideOf(this.state, 'p2').team.entries()) {
      const { item = '', ability = '', teraType = '' } = sets[index] ?? {};
      pokemon.assign({ item, ability, teraType });
    }
    return super.broadcastPatch();
  }
}

describe('no leak', () => {
  for (const kind of FACT_KINDS) {
    it(`sends p1 and spectators the same bytes whatever p2 has: ${kind}`, async function () {
      this.timeout(30_000);
      const { [kind]: figures } = await proveNoLeak({ kinds: [kind], pairs: 3, seed: 1 });
      assert.equal(figures?.pairs, 3);
      assert.ok(figures.turns >= 12 && figures.frames > 100);
    });
  }

  for (const kind of ['item', 'ability', 'teraType'] as const satisfies FactKind[]) {
    it(`notices ${kind} in the state`, async function () {
      this.timeout(30_000);
      await assert.rejects(
        proveNoLeak({ kinds: [kind], pairs: 3, seed: 1, Room: LeakyRoom }),
        assert.AssertionError,
      );
    });
  }
});
