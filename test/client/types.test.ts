/** What the client package writes down itself is what the server gives. The compiler proves it; the test runs it. */
import assert from 'node:assert/strict';
import type { BattleState as ClientState, PokemonState, SideState } from '../../client/src/battle-state.ts';
import { connect } from '../../client/src/client.ts';
import type { FinishedBattle, FormatStanding, LadderEntry, Replay } from '../../client/src/resources.ts';
import type { finishedBattle } from '../../src/http/battles.ts';
import type { shownFormat } from '../../src/http/me.ts';
import type { showdownReplay } from '../../src/http/replay-views.ts';
import type {
  BattleState,
  PokemonState as ServerPokemon,
  SideState as ServerSide,
} from '../../src/rooms/battle-state.ts';
import { tokenOf } from '../support/player.ts';
import { withServer, type TestServer } from '../support/server.ts';

type Same<One, Other> = [keyof One, keyof Other] extends [keyof Other, keyof One] ? true : never;
type Gives<Server extends Client, Client> = Server extends Client ? true : never;

/** Of the schema's objects: every field that the server declares, and none that it does not. */
type Fields<State extends { assign(values: never): unknown }> = Parameters<State['assign']>[0];

const PROOFS: readonly true[] = [
  true satisfies Gives<BattleState, ClientState>,
  true satisfies Gives<ServerSide, SideState>,
  true satisfies Gives<ServerPokemon, PokemonState>,
  true satisfies Same<Fields<BattleState>, ClientState>,
  true satisfies Same<Fields<ServerSide>, SideState>,
  true satisfies Same<Fields<ServerPokemon>, PokemonState>,
  true satisfies Gives<ReturnType<typeof showdownReplay>, Omit<Replay, keyof FinishedBattle>>,
  true satisfies Gives<ReturnType<typeof shownFormat>, FormatStanding>,
  true satisfies Same<FinishedBattle, ReturnType<typeof finishedBattle> & Pick<FinishedBattle, 'ratings'>>,
];

describe('the client over HTTP', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  it('has the types of what the server sends', () => {
    assert.equal(new Set(PROOFS).size, 1);
  });

  it('lists formats, teams, battles, replays and a ladder', async () => {
    const client = await connect({ url: server.url, token: tokenOf('ann') });
    const formats = await client.formats();
    assert.deepEqual(Object.keys(formats.items[0]!).sort(byText), [
      'gameType',
      'generation',
      'id',
      'name',
      'players',
      'rated',
      'teamPreview',
      'teamRequired',
    ]);
    assert.deepEqual(await client.teams.list(), { items: [], total: 0 });
    assert.deepEqual(await client.battles.live(), { items: [], total: 0 });
    assert.deepEqual((await client.replays.search({ format: 'gen9ou' })).items, []);
    const ladder: readonly LadderEntry[] = (await client.ladder('gen9ou', { limit: 5 })).items;
    assert.deepEqual(ladder, []);
    assert.deepEqual(await client.me(), { user: { id: 'ann', name: 'ann' }, ratings: [] });
  });

  it('rejects with the code that the server gives', async () => {
    const client = await connect({ url: server.url, token: tokenOf('ann') });
    await assert.rejects(client.ladder('gen99nothing'), { name: 'EndureError', code: 'FORMAT_NOT_FOUND' });
    await assert.rejects(client.replays.get('none'), { code: 'BATTLE_NOT_FOUND', recoverable: false });
    const bad = client.teams.create({ name: 'A', format: 'gen9ou', team: 'Pikachu' });
    await assert.rejects(bad, (error: { code: string; details: { problems?: unknown[] } }) => {
      return error.code === 'INVALID_TEAM' && error.details.problems!.length > 0;
    });
    await assert.rejects(connect({ url: server.url, token: 'none' }), { code: 'AUTH_FAILED' });
    await assert.rejects(connect({ url: 'http://127.0.0.1:9' }), {
      code: 'CONNECTION_FAILED',
      recoverable: true,
    });
  });
});

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
