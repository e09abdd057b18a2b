import assert from 'node:assert/strict';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import { createLiveBattles, type LiveBattlesPorts } from '../../src/cluster/live-battles.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import type { BattleDescription } from '../../src/rooms/battle-view.ts';

function battle(id: string, change: Partial<BattleDescription> = {}): BattleDescription {
  const player = { id: 'ash' as UserId, name: 'Ash', elo: 1000 };
  return {
    battleId: id as BattleId,
    format: 'gen9ou' as FormatId,
    players: { p1: player, p2: player },
    turn: 3,
    startedAt: 1_000,
    spectators: 0,
    isPlayed: true,
    ...change,
  };
}

/** Three processes, of which `a` asks. */
function start() {
  const battles: Record<string, readonly BattleDescription[] | Error> = { a: [], b: [], c: [] };
  const asked: string[] = [];
  const clock = { at: 0 };
  const world = { processes: ['a', 'b', 'c'] as readonly string[] | Error };
  const answer = async <T>(value: T | Error): Promise<T> => {
    if (value instanceof Error) throw value;
    return value;
  };
  const ports: LiveBattlesPorts = {
    processId: 'a',
    processes: async () => (await answer(world.processes)).map((id) => ({ id })),
    here: () => battles['a'] as readonly BattleDescription[],
    ask: (id) => {
      asked.push(id);
      return answer(battles[id] ?? new Error('nobody'));
    },
    now: () => clock.at,
  };
  const live = createLiveBattles(ports);
  const ids = async (format?: string) =>
    (await live.list(format as FormatId | undefined)).map(({ battleId }) => battleId as string);
  return { battles, asked, clock, world, live, ids };
}

describe('LiveBattles', () => {
  it('lists those of all processes, oldest first', async () => {
    const { battles, ids, live } = start();
    battles['a'] = [battle('a1', { startedAt: 30 })];
    battles['b'] = [battle('b1', { startedAt: 40 }), battle('b2', { startedAt: 10 })];
    battles['c'] = [battle('c1', { startedAt: 30, format: 'gen1ou' as FormatId })];
    assert.deepEqual(await ids(), ['b2', 'a1', 'c1', 'b1']);
    assert.deepEqual(await ids('gen1ou'), ['c1']);
    const { isPlayed: _, ...shown } = battle('b2', { startedAt: 10 });
    assert.deepEqual((await live.list())[0], shown);
  });

  it('lists none that is over', async () => {
    const { battles, ids } = start();
    battles['a'] = [battle('a1', { isPlayed: false })];
    battles['b'] = [battle('b1', { isPlayed: false })];
    assert.deepEqual(await ids(), []);
  });

  it('asks the others once a second, and itself always', async () => {
    const { battles, asked, clock, ids } = start();
    battles['b'] = [battle('b1')];
    assert.deepEqual(await Promise.all([ids(), ids(), ids('gen1ou')]), [['b1'], ['b1'], []]);
    battles['a'] = [battle('a1')];
    battles['b'] = [];
    clock.at = 999;
    assert.deepEqual(await ids(), ['a1', 'b1']);
    assert.deepEqual(asked, ['b', 'c']);
    clock.at = 1_000;
    assert.deepEqual(await ids(), ['a1']);
    assert.equal(asked.length, 4);
  });

  it('leaves out who does not answer', async () => {
    const { battles, ids } = start();
    battles['b'] = new Error('timed out');
    battles['c'] = [battle('c1')];
    assert.deepEqual(await ids(), ['c1']);
  });

  it('lists a battle that moves once, as who has played it on sees it', async () => {
    const { battles, live, ids } = start();
    battles['a'] = [battle('x', { turn: 4 }), battle('y', { turn: 9, isPlayed: false })];
    battles['b'] = [battle('x', { turn: 5 }), battle('y', { turn: 8 })];
    assert.deepEqual(await ids(), ['x']);
    assert.equal((await live.list())[0]?.turn, 5);
  });

  it('rejects while the store is away, and asks again at once when it is back', async () => {
    const { battles, world, ids } = start();
    battles['b'] = [battle('b1')];
    world.processes = new StoreAway('away');
    await assert.rejects(ids(), StoreAway);
    world.processes = ['a', 'b'];
    assert.deepEqual(await ids(), ['b1']);
  });
});
