/** Who comes back by itself reads the state with the decoder that it has: only where that fits may it. */
import assert from 'node:assert/strict';
import { Encoder, Reflection, schema, t } from '@colyseus/schema';
import { BattleState } from '../../src/rooms/battle-state.ts';
import { isOfOurSchema, schemaFingerprint, tokenOfOurSchema } from '../../src/rooms/reconnection-token.ts';
import { Player, startDuel, type InBattle } from '../support/player.ts';
import { withServer, type TestServer } from '../support/server.ts';

const Pair = schema({ left: t.string(), right: t.uint8() }, 'Pair');

describe('the fingerprint of a state schema', () => {
  it('is the same for the same fields, whatever is in them', () => {
    const Same = schema({ left: t.string(), right: t.uint8() }, 'Same');
    const filled = new Pair().assign({ left: 'a', right: 2 });
    assert.equal(schemaFingerprint(new Same()), schemaFingerprint(filled));
  });

  const others = [
    { name: 'a field more', Other: schema({ left: t.string(), right: t.uint8(), more: t.string() }) },
    { name: 'a field less', Other: schema({ left: t.string() }) },
    { name: 'another order', Other: schema({ right: t.uint8(), left: t.string() }) },
    { name: 'another name', Other: schema({ left: t.string(), rights: t.uint8() }) },
    { name: 'another type', Other: schema({ left: t.string(), right: t.uint16() }) },
    { name: 'a field more in a child', Other: schema({ left: t.string(), right: t.map(Pair) }) },
  ];
  it('is another one for each other schema', () => {
    const prints = [Pair, ...others.map(({ Other }) => Other)].map((Type) => schemaFingerprint(new Type()));
    assert.equal(new Set(prints).size, prints.length);
  });
});

describe('a reconnection token', () => {
  let server: TestServer;
  withServer((started) => (server = started));

  function cut(battleId: string, { room }: InBattle): void {
    const { ref } = server.battle(battleId).clients.getById(room.sessionId)!;
    (ref as unknown as { terminate(): void }).terminate();
  }

  /** As if another version of the server had given the token out. */
  function makeForeign({ room }: InBattle, fingerprint: string): void {
    const [roomId, token] = room.reconnectionToken.split(':') as [string, string];
    assert(isOfOurSchema(token), token);
    room.reconnectionToken = `${roomId}:${fingerprint}${token.slice(tokenOfOurSchema('').length)}`;
  }

  it('names the schema that the handshake tells', async () => {
    const { battleId, one } = await startDuel(server.url);
    assert(isOfOurSchema(one.room.reconnectionToken.split(':')[1]!));
    const told = server.battle(battleId)['_serializer'].handshake!();
    assert.deepEqual(told, Reflection.encode(new Encoder(new BattleState())));
  });

  for (const [whose, fingerprint] of [
    ['another schema', '01234567.'],
    ['no schema', ''],
  ] as const) {
    it(`of ${whose} closes with 4003, and the battle takes its user in anew`, async () => {
      const { battleId, p1, one, two } = await startDuel(server.url);
      makeForeign(one, fingerprint);
      cut(battleId, one);
      assert.equal(await one.closed, 4003);
      const again = await p1.join(battleId);
      assert.equal((await again.next('BATTLE_START')).side, 'p1');
      assert.deepEqual(await again.request('MOVE', { choice: 'default' }), { accepted: true, rqid: 1 });
      await two.request('MOVE', { choice: 'default' });
      await again.next('BATTLE_UPDATE');
      await again.stateWhere(({ sides }) => sides.p1.connected && sides.p2.connected);
    });
  }

  it('of another schema gives a client without a decoder a new seat', async () => {
    const { p1, one } = await startDuel(server.url);
    makeForeign(one, '01234567.');
    const again = await p1.reconnect(one.room.reconnectionToken);
    assert.equal((await again.next('BATTLE_START')).side, 'p1');
  });

  it('of our schema brings who comes back into the next process, and says that the battle has moved, once', async () => {
    const { battleId, one, two } = await startDuel(server.url);
    const watching = await new Player(server.url).join(battleId);
    await watching.next('BATTLE_START');
    cut(battleId, one);
    assert.equal((await one.next('BATTLE_RESTORED')).message, 'You are back.');
    await server.stop();
    await server.start();
    for (const seated of [one, two, watching])
      assert.equal((await seated.next('BATTLE_RESTORED')).message, 'The battle was recovered.');
    for (const seated of [one, watching]) {
      cut(battleId, seated);
      assert.equal((await seated.next('BATTLE_RESTORED')).message, 'You are back.');
    }
    assert.deepEqual([one.drops.length, two.drops.length], [3, 1]);
  });
});
