import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { DURABLE, freshKeys, startTestRedis } from '../support/redis.ts';
import type { RedisSettings, TestRedis } from '../support/redis.ts';
import { appendMany, appendUntilAnswered, assertAllThere } from './appending.ts';
import { inputLogContract } from './input-log.contract.ts';
import { allLiving, claimNow, opened } from './living.ts';
import { choice, ENGINE, sampleOpening, sampleRecord } from './sample.ts';

inputLogContract('Redis', async () => {
  const server = await startTestRedis();
  return { log: new RedisInputLog(server.connect(), freshKeys()), close: () => server.stop() };
});

describe('input log: Redis that fails', () => {
  let server: TestRedis;
  const start = async (settings?: RedisSettings): Promise<RedisInputLog> => {
    server = await startTestRedis(settings);
    return new RedisInputLog(server.connect(), freshKeys());
  };
  afterEach(() => server.stop());

  it('neither doubles nor loses an entry while its connection is cut', async () => {
    const log = await start();
    const { id } = await opened(log);
    const cuts: Promise<void>[] = [];
    const written = await appendMany(log, id, 1_000, (index) => {
      if (index % 3 === 0) cuts.push(server.cut());
    });
    await Promise.all(cuts);
    await assertAllThere(log, id, written);
  });

  it('answers a claim as won also when its answer was cut off', async () => {
    const log = await start();
    const { id } = await opened(log);
    for (let epoch = 0; epoch < 200; epoch += 1) {
      const cut = server.cut();
      assert.equal((await claimed(log, id, epoch)).epoch, epoch + 1);
      await cut;
    }
  });

  it('knows its scripts again after they were forgotten', async () => {
    const log = await start();
    const { id } = await opened(log);
    await server.admin.script('FLUSH');
    const { epoch } = await claimNow(log, id);
    for (let length = 0; length < 10; length += 1) {
      if (length % 2 === 0) await server.admin.script('FLUSH');
      assert.equal((await log.append(id, epoch, length, choice(length))).kind, 'appended');
    }
    assert.equal((await claimNow(log, id)).entries.length, 10);
  });

  it('says StoreAway while the server is dead, and has lost nothing that it acknowledged', async () => {
    const log = await start(DURABLE);
    const battles = await Promise.all(Array.from({ length: 8 }, () => opened(log)));
    let restarted = Promise.resolve();
    const restart = async (): Promise<void> => {
      await server.kill();
      while (await log.ping());
      await server.start();
    };
    const written = await Promise.all(
      battles.map(({ id }, battle) =>
        appendMany(log, id, 60, (index) => {
          if (battle === 0 && index % 25 === 20) restarted = restarted.then(restart);
        }),
      ),
    );
    await restarted;
    while (!(await log.ping()));
    await Promise.all(battles.map(({ id }, battle) => assertAllThere(log, id, written[battle]!)));
    assert.ok(written.some(({ away }) => away > 0));
    const living = await log.epochs(battles.map(({ id }) => id));
    assert.equal(living.size, battles.length);
  });

  it('rejects every call with StoreAway while there is no server, and forgets them all', async () => {
    const log = await start(DURABLE);
    const opening = await opened(log);
    const { id } = opening;
    const { epoch } = await claimNow(log, id);
    await server.kill();
    const unopened = sampleOpening();
    const calls = [
      () => log.open(unopened),
      () => log.claim(id, epoch, 's', ENGINE),
      () => log.append(id, epoch, 0, choice(0)),
      () => log.finish(id, epoch, sampleRecord(opening)),
      () => log.release(id, epoch),
      () => log.head(id),
      () => log.battleOf(opening.sides[0]!.userId),
      () => log.epochs([id]),
      () => allLiving(log),
    ];
    await Promise.all(calls.map((call) => assert.rejects(call, StoreAway)));
    assert.equal(await log.ping(), false);
    await server.start();
    while (!(await log.ping()));
    assert.equal((await log.head(id))?.owner, 'server-1');
    assert.equal(await log.head(unopened.id), null);
  });

  it('does not wait for a server that hangs', async () => {
    server = await startTestRedis();
    const redis = server.connect();
    const log = new RedisInputLog(redis, freshKeys());
    const { id } = await opened(log);
    const { epoch } = await claimNow(log, id);
    const dropped = new Promise<void>((resolve) => redis.once('close', resolve));
    server.pause();
    assert.equal(await log.ping(), false);
    await assert.rejects(log.append(id, epoch, 0, choice(0)), StoreAway);
    await dropped;
    server.resume();
    const answer = await appendUntilAnswered(log, [id, epoch, 0, choice(0)], () => {});
    assert.equal(answer.kind, 'appended');
    assert.equal((await claimNow(log, id)).entries.length, 1);
  });
});

describe('input log: Redis', () => {
  let server: TestRedis;
  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.stop());

  it('lets one of fifty win each of a hundred rounds', async () => {
    const keys = freshKeys();
    const logs = Array.from({ length: 5 }, () => new RedisInputLog(server.connect(), keys));
    const { id } = await opened(logs[0]!);
    for (let round = 0; round < 100; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => logs[index % 5]!.claim(id, round, `s${index}`, ENGINE)),
      );
      const kinds = answers.map(({ kind }) => kind);
      assert.equal(kinds.filter((kind) => kind === 'claimed').length, 1);
      assert.equal(kinds.filter((kind) => kind === 'lost').length, 49);
      assert.equal((await logs[0]!.head(id))?.owner, `s${kinds.indexOf('claimed')}`);
    }
  });

  it('keeps time when the clock of the server is set back', async () => {
    const clock = `local function clock() return tonumber(redis.call('GET', 'clock')) end`;
    const log = new RedisInputLog(server.connect(), freshKeys(), clock);
    await server.admin.set('clock', 1_700_000_000_000);
    const { id } = await opened(log);
    const { epoch } = await claimNow(log, id);
    const first = await log.append(id, epoch, 0, choice(0));
    await server.admin.decrby('clock', 60_000);
    assert.deepEqual(first, { kind: 'appended', at: 1_700_000_000_000 });
    assert.deepEqual(await log.append(id, epoch, 1, choice(1)), first);
  });

  it('lets a user into a battle whose mark a vanished battle still holds', async () => {
    const keys = freshKeys();
    const log = new RedisInputLog(server.connect(), keys);
    const lost = await opened(log);
    await server.admin.del(keys.battle(lost.id));
    const next = sampleOpening({ users: lost.sides.map(({ userId }) => userId) as [never, never] });
    assert.deepEqual(await log.open(next), { kind: 'opened' });
    assert.equal(await log.battleOf(lost.sides[0]!.userId), next.id);
  });
});

async function claimed(log: InputLog, id: BattleId, epoch: number): Promise<{ epoch: number }> {
  const answer = await log.claim(id, epoch, 'server-1', ENGINE);
  assert.ok(answer.kind === 'claimed', answer.kind);
  return answer.claim;
}
