/** What every adapter of `InputLog` must do. Each suite of an adapter calls it with its own maker. */
import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import { inputLogModel } from './input-log.model.ts';
import { claims, openings } from './input-log.contract-start.ts';
import { allLiving, claimNow, opened } from './living.ts';
import { choice, ENGINE, RESUME, sampleOpening, sampleRecord } from './sample.ts';

export { claimNow } from './living.ts';

/** More than an adapter reads at once. */
const MANY = 1_001;

export interface LogUnderTest {
  readonly log: InputLog;
  close(): Promise<void>;
}

export function inputLogContract(name: string, makeLog: () => Promise<LogUnderTest>): void {
  describe(`input log: ${name}`, () => {
    let made: LogUnderTest;
    before(async () => {
      made = await makeLog();
    });
    after(async () => made.close());
    const log = (): InputLog => made.log;

    describe('open', () => openings(log));
    describe('claim', () => claims(log));
    describe('append', () => appends(log));
    describe('finish', () => finishes(log));
    describe('release and reads', () => reads(log));
    inputLogModel(log);
  });
}

function appends(log: () => InputLog): void {
  it('answers a repetition as it answered the first time, and writes once', async () => {
    const { id } = await opened(log());
    const { epoch } = await claimNow(log(), id);
    const first = await log().append(id, epoch, 0, choice(1));
    assert.deepEqual(await log().append(id, epoch, 0, choice(1)), first);
    assert.equal((await claimNow(log(), id)).entries.length, 1);
  });

  it('writes once when the same append comes several times at once', async () => {
    const { id } = await opened(log());
    const { epoch } = await claimNow(log(), id);
    const answers = await Promise.all(Array.from({ length: 5 }, () => log().append(id, epoch, 0, choice(1))));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal(answers[0]?.kind, 'appended');
    assert.equal((await claimNow(log(), id)).entries.length, 1);
  });

  it('answers conflict to another entry, a gap and a rewrite', async () => {
    const { id } = await opened(log());
    const { epoch } = await claimNow(log(), id);
    await log().append(id, epoch, 0, choice(1));
    await log().append(id, epoch, 1, choice(2));
    const conflict = { kind: 'conflict' };
    assert.deepEqual(await log().append(id, epoch, 1, choice(3)), conflict);
    assert.deepEqual(await log().append(id, epoch, 3, choice(3)), conflict);
    assert.deepEqual(await log().append(id, epoch, 0, choice(1)), conflict);
    assert.equal((await claimNow(log(), id)).entries.length, 2);
  });

  it('fences the owner of an older epoch, in everything', async () => {
    const opening = await opened(log());
    const { id } = opening;
    const zombie = await claimNow(log(), id, 'zombie');
    await log().append(id, zombie.epoch, 0, RESUME);
    const owner = await claimNow(log(), id, 'owner');
    const fenced = { kind: 'fenced' };
    assert.deepEqual(await log().append(id, zombie.epoch, 1, choice(1)), fenced);
    assert.deepEqual(await log().append(id, zombie.epoch, 0, RESUME), fenced);
    assert.deepEqual(await log().release(id, zombie.epoch), fenced);
    assert.deepEqual(await log().finish(id, zombie.epoch, sampleRecord(opening)), fenced);
    assert.equal((await log().head(id))?.owner, 'owner');
    assert.equal((await log().append(id, owner.epoch, 1, choice(1))).kind, 'appended');
    assert.equal((await claimNow(log(), id)).entries.length, 2);
  });

  it('creates nothing for a battle that is not there', async () => {
    const opening = sampleOpening();
    const fenced = { kind: 'fenced' };
    assert.deepEqual(await log().append(opening.id, 0, 0, RESUME), fenced);
    assert.deepEqual(await log().release(opening.id, 0), fenced);
    assert.deepEqual(await log().finish(opening.id, 0, sampleRecord(opening)), fenced);
    assert.equal(await log().head(opening.id), null);
  });

  it('keeps the entries of many battles apart, in time that never goes back', async () => {
    const battles = await Promise.all(Array.from({ length: 30 }, () => opened(log())));
    await Promise.all(
      battles.map(async ({ id }, battle) => {
        const { epoch } = await claimNow(log(), id);
        let last = 0;
        for (let length = 0; length < 20; length += 1) {
          const answer = await log().append(id, epoch, length, choice(length, `move ${battle}`));
          assert.equal(answer.kind, 'appended');
          const { at } = answer as { at: number };
          assert.ok(Number.isInteger(at) && at >= last);
          last = at;
        }
        const { entries } = await claimNow(log(), id);
        const inputs = entries.map(({ input, print }) => ({ input, print }));
        assert.deepEqual(
          inputs,
          Array.from({ length: 20 }, (_, length) => choice(length, `move ${battle}`)),
        );
      }),
    );
  });
}

function finishes(log: () => InputLog): void {
  it('retires the log and frees both users', async () => {
    const opening = await opened(log());
    const { epoch } = await claimNow(log(), opening.id);
    await log().append(opening.id, epoch, 0, choice(1));
    const finished = { kind: 'finished' };
    assert.deepEqual(await log().finish(opening.id, epoch, sampleRecord(opening)), finished);
    assert.equal(await log().head(opening.id), null);
    for (const { userId } of opening.sides) assert.equal(await log().battleOf(userId), null);
    assert.equal((await log().epochs([opening.id])).size, 0);
    assert.deepEqual(await log().claim(opening.id, epoch, 's', ENGINE), { kind: 'missing' });
    assert.deepEqual(await log().append(opening.id, epoch, 1, choice(2)), { kind: 'fenced' });
    const next = sampleOpening({ users: opening.sides.map(({ userId }) => userId) as [never, never] });
    assert.deepEqual(await log().open(next), { kind: 'opened' });
  });

  it('may be repeated, also at once', async () => {
    const opening = await opened(log());
    const { epoch } = await claimNow(log(), opening.id);
    const record = sampleRecord(opening);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => log().finish(opening.id, epoch, record)),
    );
    for (const answer of answers) assert.deepEqual(answer, { kind: 'finished' });
    assert.deepEqual(await log().finish(opening.id, epoch, record), { kind: 'finished' });
  });
}

function reads(log: () => InputLog): void {
  it('gives a battle back without a crash, under the same epoch', async () => {
    const { id } = await opened(log());
    const { epoch } = await claimNow(log(), id);
    assert.deepEqual(await log().release(id, epoch), { kind: 'released' });
    const head = await log().head(id);
    assert.equal(head?.owner, null);
    assert.equal(head?.epoch, epoch);
    assert.equal((await claimNow(log(), id)).crashes, 0);
  });

  it('lists the living, oldest first, and their epochs', async () => {
    const battles = [await opened(log()), await opened(log()), await opened(log())];
    await claimNow(log(), battles[1]!.id);
    const all = (await allLiving(log())).map(({ id }) => id);
    const ids = battles.map(({ id }) => id);
    assert.deepEqual(all.slice(-3), ids);
    const epochs = await log().epochs([...ids, 'nowhere' as BattleId]);
    assert.deepEqual(new Map(epochs), new Map(ids.map((id, index) => [id, index === 1 ? 1 : 0])));
  });

  it('lists all that live, however many', async () => {
    const before = (await allLiving(log())).length;
    await Promise.all(Array.from({ length: MANY }, () => opened(log())));
    const ids = (await allLiving(log())).map(({ id }) => id);
    assert.equal(ids.length, before + MANY);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('finds nothing under ids that nobody could have', async () => {
    for (const id of ['', '\0', '\ud800', "'; drop table users; --", 'x'.repeat(5_000)]) {
      assert.equal(await log().head(id as BattleId), null);
      assert.equal(await log().battleOf(id as never), null);
      assert.equal((await log().epochs([id as BattleId])).size, 0);
    }
  });
}
