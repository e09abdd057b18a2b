/** In which order battles are taken up, and what becomes of those that are not replayed: on a real log. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BattleId } from '../../src/battle/ids.ts';
import type { BattleRecord } from '../../src/battle/record.ts';
import { Recovery, type BattleOwners } from '../../src/cluster/recovery.ts';
import { StoreAway, type ClaimResult, type InputLog } from '../../src/persistence/input-log/input-log.ts';
import { UNDER_WAY_MAX } from '../../src/cluster/recovery-pace.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { noCounts } from '../../src/telemetry/counts.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { allLiving, claimNow, opened } from '../persistence/living.ts';
import { choice, ENGINE, RESUME } from '../persistence/sample.ts';
import { KeepingMeter } from '../support/keeping-meter.ts';
import { freshKeys, startTestRedis, type TestRedis } from '../support/redis.ts';

/** So many owners have died replaying it that it is not replayed any more. */
const CRASHES = 4;
/** So many have died with it, whether or not they had replayed it. */
const DEATHS = 20;

/** Writes down what is done to which battle. */
class NotedLog extends RedisInputLog {
  readonly calls: string[] = [];
  readonly records: BattleRecord[] = [];
  isAway = false;

  override claim(...args: Parameters<InputLog['claim']>): Promise<ClaimResult> {
    this.calls.push(`claim ${args[0]}`);
    return this.isAway ? Promise.reject(new StoreAway()) : super.claim(...args);
  }

  override finish(...args: Parameters<InputLog['finish']>): ReturnType<InputLog['finish']> {
    this.records.push(args[2]);
    this.calls.push(`finish ${args[0]}`);
    return super.finish(...args);
  }
}

describe('recovery', () => {
  let redis: TestRedis;
  let log: NotedLog;
  before(async () => {
    redis = await startTestRedis();
  });
  beforeEach(() => {
    log = new NotedLog(redis.connect(), freshKeys());
  });
  after(() => redis.stop());

  function recoveryOf(engine: string, owners: Partial<BattleOwners> = {}) {
    const counts = noCounts();
    const meter = new KeepingMeter();
    const recovery = new Recovery({
      log,
      engine,
      processId: 'self',
      owners: {
        isDead: () => Promise.resolve(true),
        living: () => Promise.resolve([{ id: 'self', engine }]),
        engineGraceMs: 0,
        ...owners,
      },
      counts,
      meter,
      logger: createLogger('silent'),
    });
    return { recovery, counts, meter };
  }

  /** A battle whose next claim is the fatal one. */
  async function poison(): Promise<BattleId> {
    const { id } = await opened(log);
    for (let crash = 0; crash < CRASHES; crash++) await claimNow(log, id, `owner-${crash}`);
    return id;
  }

  /** A battle whose log does not replay. */
  async function broken(): Promise<BattleId> {
    const { id } = await opened(log);
    const { epoch } = await claimNow(log, id);
    await log.append(id, epoch, 0, choice(1));
    log.calls.length = 0;
    return id;
  }

  async function poisons(count: number): Promise<BattleId[]> {
    const ids: BattleId[] = [];
    for (let index = 0; index < count; index++) ids.push(await poison());
    log.calls.length = 0;
    return ids;
  }

  it('takes up one battle at a time of those that owners have died replaying', async () => {
    const ids = await poisons(5);
    const { recovery } = recoveryOf(ENGINE);
    await Promise.all(ids.map((id) => recovery.ensureRoom(id)));
    const begun = log.calls.filter((call) => call.startsWith('claim')).map((call) => call.slice(6));
    assert.deepEqual(new Set(begun), new Set(ids));
    assert.deepEqual(
      log.calls,
      begun.flatMap((id) => [`claim ${id}`, `finish ${id}`]),
    );
  });

  it('sweeps up the battles of an owner that is dead although its lease is not out', async () => {
    const ids = await Promise.all(
      ['dead', 'alive'].map(async (owner) => {
        const { id } = await opened(log);
        const { epoch } = await claimNow(log, id, owner);
        await log.append(id, epoch, 0, choice(1));
        return id;
      }),
    );
    log.calls.length = 0;
    const living = ['self', 'dead', 'alive'].map((id) => ({ id, engine: ENGINE }));
    const { recovery } = recoveryOf(ENGINE, {
      isDead: (id) => Promise.resolve(id === 'dead'),
      living: () => Promise.resolve(living),
    });
    await recovery.sweep();
    assert.deepEqual(log.calls, [`claim ${ids[0]}`, `finish ${ids[0]}`]);
  });

  it('takes up several of the others at once, and no more', async () => {
    for (let index = 0; index < 20; index++) await broken();
    log.calls.length = 0;
    await recoveryOf(ENGINE).recovery.sweep();
    let [underWay, most] = [0, 0];
    for (const call of log.calls) most = Math.max(most, (underWay += call.startsWith('claim') ? 1 : -1));
    assert.equal(most, UNDER_WAY_MAX);
    assert.deepEqual(await allLiving(log), []);
  });

  it('gives up a sweep when the store is away', async () => {
    for (let index = 0; index < 20; index++) await broken();
    log.calls.length = 0;
    log.isAway = true;
    await assert.rejects(recoveryOf(ENGINE).recovery.sweep(), StoreAway);
    assert(log.calls.length <= UNDER_WAY_MAX, log.calls.join());
  });

  it('is closed when what it has claimed is given back', async () => {
    const id = await broken();
    const { recovery } = recoveryOf(ENGINE);
    const where = recovery.ensureRoom(id);
    while (!log.calls.includes(`claim ${id}`)) await new Promise(setImmediate);
    await recovery.close();
    assert.equal(log.calls.at(-1), `claim ${id}`);
    assert.equal((await log.head(id))!.owner, null);
    assert.equal(await where, 'elsewhere');
  });

  it('takes up what somebody waits for before the rest of a sweep', async () => {
    const ids = await poisons(6);
    const { recovery } = recoveryOf(ENGINE);
    const sweeping = recovery.sweep();
    const awaited = ids.slice(-3);
    await Promise.all(awaited.map((id) => recovery.ensureRoom(id)));
    const done = log.calls.filter((call) => call.startsWith('finish')).map((call) => call.slice(7));
    // At most one of the sweep's own was on its way already, and one more had been looked up.
    assert(done.length <= awaited.length + 2, done.join());
    await sweeping;
    assert.deepEqual(await allLiving(log), []);
  });

  it('ends a battle void, once, that has killed too many owners', async () => {
    const [id] = (await poisons(1)) as [BattleId];
    const { recovery, counts } = recoveryOf(ENGINE);
    assert.deepEqual(await Promise.all([recovery.ensureRoom(id), recovery.ensureRoom(id)]), [
      'missing',
      'missing',
    ]);
    assert.deepEqual(log.calls, [`claim ${id}`, `finish ${id}`]);
    assert.equal(await log.head(id), null);
    assert.deepEqual(counts, { ...noCounts(), voids: 1 });
  });

  it('does not even open a battle that has killed too many owners', async () => {
    const [id] = (await poisons(1)) as [BattleId];
    await recoveryOf(ENGINE).recovery.ensureRoom(id);
    const [{ entries, lines }] = log.records as [BattleRecord];
    assert.deepEqual(entries.at(-1)?.input, { type: 'void', why: 'poison' });
    assert.deepEqual(lines, []);
  });

  it('ends a battle void with which owners die again and again once they have replayed it', async () => {
    const { id } = await opened(log);
    for (let death = 0; death < DEATHS; death++) {
      const { epoch } = await claimNow(log, id, `owner-${death}`);
      await log.append(id, epoch, death, RESUME);
    }
    assert.equal(await recoveryOf(ENGINE).recovery.ensureRoom(id), 'missing');
    assert.deepEqual(log.records[0]?.entries.at(-1)?.input, { type: 'void', why: 'poison' });
  });

  it('leaves a battle to an owner that lives', async () => {
    const [id] = (await poisons(1)) as [BattleId];
    const { recovery } = recoveryOf(ENGINE, { isDead: () => Promise.resolve(false) });
    assert.equal(await recovery.ensureRoom(id), 'elsewhere');
    assert.deepEqual(log.calls, []);
  });

  it('claims nothing once it is closed, not even what has waited for its turn', async () => {
    const ids = await poisons(3);
    const { recovery } = recoveryOf(ENGINE);
    const where = ids.map((id) => recovery.ensureRoom(id));
    await recovery.close();
    assert.deepEqual(await Promise.all(where), ['elsewhere', 'elsewhere', 'elsewhere']);
    assert.deepEqual(log.calls, []);
  });

  describe('of a battle of another engine', () => {
    const OWN = 'another engine';

    it('leaves it to the process that has that engine', async () => {
      const { id } = await opened(log);
      const living = [
        { id: 'self', engine: OWN },
        { id: 'other', engine: ENGINE },
      ];
      const { recovery } = recoveryOf(OWN, { living: () => Promise.resolve(living) });
      assert.equal(await recovery.ensureRoom(id), 'elsewhere');
      await recovery.sweep();
      assert.equal((await log.head(id))?.epoch, 0);
    });

    it('ends it void when nobody has had that engine for a while, and not before', async () => {
      const { id } = await opened(log);
      const patient = recoveryOf(OWN, { engineGraceMs: 60_000 });
      for (let sweep = 0; sweep < 3; sweep++) await patient.recovery.sweep();
      assert.equal(patient.recovery.orphans, 1);
      assert.equal((await log.head(id))?.epoch, 0);
      const hasty = recoveryOf(OWN);
      await hasty.recovery.sweep();
      assert.equal(hasty.recovery.orphans, 0);
      assert.equal(await log.head(id), null);
      assert.deepEqual(hasty.counts, { ...noCounts(), voids: 1 });
    });

    it('begins to wait anew when that engine was there in between', async () => {
      const { id } = await opened(log);
      const engines = [OWN];
      const living = () => Promise.resolve(engines.map((engine) => ({ id: engine, engine })));
      const { recovery } = recoveryOf(OWN, { living, engineGraceMs: 50 });
      await recovery.sweep();
      engines.push(ENGINE);
      await recovery.sweep();
      engines.pop();
      await sleep(60);
      await recovery.sweep();
      assert.equal((await log.head(id))?.epoch, 0);
    });
  });
});
