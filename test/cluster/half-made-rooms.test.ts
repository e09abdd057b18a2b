/** Rooms whose creation fails half way through Colyseus: nothing of them may be left, and the battle must come to life. */
import assert from 'node:assert/strict';
import { matchMaker } from '@colyseus/core';
import type { BattleId } from '../../src/battle/ids.ts';
import { localBattle } from '../../src/cluster/recovery.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { openingFor } from '../support/play.ts';
import { Player } from '../support/player.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('a battle room that cannot be made', () => {
  let server: TestServer;
  let log: PostgresInputLog;
  before(async function () {
    this.timeout(30_000);
    server = await startTestServer();
    log = new PostgresInputLog(server.database);
  });
  afterEach(async () => {
    await server.clear();
    server.takeErrors();
  });
  after(async () => {
    await log.close();
    await server.dispose();
  });

  /** Fails for one room until the answer is called: the sweep may try it, too. */
  function failing<Target extends object>(
    target: Target,
    method: keyof Target,
    isMeant: (arg: unknown) => boolean,
  ): () => void {
    const real = target[method] as (...args: unknown[]) => unknown;
    const fail = (...args: unknown[]): unknown => {
      if (!isMeant(args[0])) return real.apply(target, args);
      return Promise.reject(new Error('no'));
    };
    target[method] = fail as never;
    return () => {
      target[method] = real as never;
    };
  }

  const steps: readonly (readonly [string, (id: BattleId) => () => void])[] = [
    [
      'listed',
      (id) => failing(matchMaker.driver, 'insert', (room) => (room as { roomId: string }).roomId === id),
    ],
    ['reached', (id) => failing(matchMaker.presence, 'subscribe', (topic) => topic === `$${id}`)],
  ];
  for (const [step, fail] of steps) {
    it(`leaves nothing where it cannot be ${step}, and is made at the next attempt`, async () => {
      const opening = openingFor('gen9randombattle', step);
      const id = `half-made-${step}` as BattleId;
      const mend = fail(id);
      await log.open({ ...opening, id });
      const watching = new Player(server.url);
      const rooms = matchMaker.stats.local.roomCount;
      await assert.rejects(watching.join(id));
      assert.equal(localBattle(id), undefined);
      assert.equal(matchMaker.stats.local.roomCount, rooms);
      assert.deepEqual(await matchMaker.query({ roomId: id }), []);
      assert.equal((await log.head(id))?.owner, null);
      mend();
      const [one] = opening.sides;
      const seated = await new Player(server.url, one!.userId).join(id);
      const { battleId } = await seated.next('BATTLE_START');
      assert.equal(battleId, id);
      await seated.stateWhere(({ sides }) => sides.p1.deadlineAt > 0);
      const { body } = await watching.call('GET', '/battles/live?limit=100');
      const listed = (body['items'] as { battleId: string }[]).filter((item) => item.battleId === id);
      assert.equal(listed.length, 1);
    });
  }
});
