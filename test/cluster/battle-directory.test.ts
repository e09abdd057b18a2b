/** What is said of a battle that another process has, or had. */
import assert from 'node:assert/strict';
import { LocalDriver, LocalPresence, matchMaker, subscribeIPC, type IRoomCache } from '@colyseus/core';
import type { BattleId, UserId } from '../../src/battle/ids.ts';
import { BattleDirectory } from '../../src/cluster/battle-directory.ts';
import type { BattleSummary } from '../../src/persistence/database/stores.ts';
import type { BattleHead } from '../../src/persistence/input-log/input-log.ts';

const ID = 'battle-1' as BattleId;
const OWNER = 'gone';
const HEAD = { id: ID, owner: OWNER, epoch: 1 } as BattleHead;

describe('the directory of battles', () => {
  before(async () => {
    await matchMaker.setup(new LocalPresence(), new LocalDriver());
  });
  beforeEach(async () => {
    const listing: Partial<IRoomCache> = { roomId: ID, processId: OWNER, name: 'battle', clients: 0 };
    await matchMaker.driver.persist(listing as IRoomCache, true);
  });
  afterEach(async () => {
    await matchMaker.driver.remove(ID);
    await matchMaker.presence.unsubscribe(`$${ID}`);
  });

  function directory(head: BattleHead | null): BattleDirectory {
    return new BattleDirectory({
      log: { head: () => Promise.resolve(head), ping: () => Promise.resolve(true) },
      battles: { summary: () => Promise.resolve(null) },
      ensureRoom: () => Promise.resolve(head ? 'elsewhere' : 'missing'),
    });
  }

  it('describes no battle that is over, though the row of its room stays behind', async () => {
    assert.equal(await directory(null).describe(ID), null);
  });

  it('describes no battle that nobody answers for, and asks to come again', async () => {
    await roomAnswers(() => Promise.reject(new Error('broken')));
    await assert.rejects(directory(HEAD).describe(ID), { code: 'SERVER_DRAINING' });
  });

  it('asks to come again where the room takes nobody in', async () => {
    await roomAnswers((method) => (method === '_reserveSeat' ? false : null));
    const identity = { id: 'ash' as UserId, name: 'Ash', expiresAt: 0 };
    await assert.rejects(directory(HEAD).seat(ID, identity), { code: 'SERVER_DRAINING' });
  });

  it('says that a battle is over which ends while its owner is looked for', async () => {
    await matchMaker.driver.remove(ID);
    const heads = [HEAD, HEAD, null];
    const summary = { players: [], winner: null, reason: 'tie' } as unknown as BattleSummary;
    const searching = new BattleDirectory({
      log: { head: () => Promise.resolve(heads.shift() ?? null), ping: () => Promise.resolve(true) },
      battles: { summary: () => Promise.resolve(summary) },
      ensureRoom: () => Promise.resolve('elsewhere'),
    });
    const identity = { id: 'ash' as UserId, name: 'Ash', expiresAt: 0 };
    await assert.rejects(searching.seat(ID, identity), { code: 'BATTLE_ENDED' });
  });

  /** As the room of another process. */
  function roomAnswers(answer: (method: string) => unknown): Promise<void> {
    return subscribeIPC(matchMaker.presence, `$${ID}`, answer);
  }
});
