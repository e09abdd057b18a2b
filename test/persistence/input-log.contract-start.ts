/** The contract's part on how a battle begins and changes hands. */
import assert from 'node:assert/strict';
import type { BattleId, UserId } from '../../src/battle/ids.ts';
import type { NewEntry } from '../../src/battle/input.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { Claim, InputLog } from '../../src/persistence/input-log/input-log.ts';
import { claimNow, opened } from './living.ts';
import { choice, ENGINE, entry, FORFEIT, RESUME, sampleOpening, sampleRecord } from './sample.ts';

export function openings(log: () => InputLog): void {
  it('shows the battle as nobody’s, with both users in it', async () => {
    const opening = await opened(log());
    const [p1, p2] = opening.sides.map(({ side, userId }) => ({ side, userId }));
    const { id, format, engine } = opening;
    assert.deepEqual(await log().head(id), {
      id,
      format,
      engine,
      epoch: 0,
      owner: null,
      crashes: 0,
      users: [p1, p2],
    });
    for (const { userId } of opening.sides) assert.equal(await log().battleOf(userId), id);
  });

  it('may be repeated, also when the battle goes on already', async () => {
    const opening = await opened(log());
    await claimNow(log(), opening.id);
    assert.deepEqual(await log().open(opening), { kind: 'opened' });
    assert.equal((await log().head(opening.id))?.epoch, 1);
  });

  it('does not bring back a battle that has ended', async () => {
    const opening = await opened(log());
    const { epoch } = await claimNow(log(), opening.id);
    await log().finish(opening.id, epoch, sampleRecord(opening));
    assert.deepEqual(await log().open(opening), { kind: 'opened' });
    assert.equal(await log().head(opening.id), null);
    assert.equal(await log().battleOf(opening.sides[0]!.userId), null);
  });

  it('writes nothing when one of the users sits elsewhere, and names them', async () => {
    const first = await opened(log());
    const busy = first.sides[1]!.userId;
    const second = sampleOpening({ users: ['misty', busy] });
    const answer = await log().open(second);
    assert.deepEqual(answer, { kind: 'busy', users: [{ userId: busy, battleId: first.id }] });
    assert.equal(await log().head(second.id), null);
    assert.equal(await log().battleOf(second.sides[0]!.userId), null);
    assert.equal(await log().battleOf(busy), first.id);
  });

  it('lets a bot sit in any number of battles, and keeps its foes to one each', async () => {
    const against = (user: string): Opening => {
      const opening = sampleOpening({ users: [user, 'bot:greedy'] });
      const [person, bot] = opening.sides;
      return { ...opening, rated: false, sides: [person!, { ...bot!, bot: 'greedy' }] };
    };
    const [first, second] = [against('brock'), against('erika')];
    for (const opening of [first, second]) assert.deepEqual(await log().open(opening), { kind: 'opened' });
    assert.equal(await log().battleOf('bot:greedy' as UserId), null);
    assert.equal((await log().open(against('brock'))).kind, 'busy');
    const { epoch } = await claimNow(log(), first.id);
    await log().finish(first.id, epoch, sampleRecord(first));
    assert.equal(await log().battleOf('brock' as UserId), null);
    assert.equal(await log().battleOf('erika' as UserId), second.id);
  });

  it('lets one of many win who want the same users crosswise', async () => {
    const rivals = Array.from({ length: 20 }, (_, index) =>
      sampleOpening({ users: index % 2 ? ['cross-a', 'cross-b'] : ['cross-b', 'cross-a'] }),
    );
    const answers = await Promise.all(rivals.map((opening) => log().open(opening)));
    const winners = rivals.filter((_, index) => answers[index]?.kind === 'opened');
    assert.equal(winners.length, 1);
    const living = await log().epochs(rivals.map(({ id }) => id));
    assert.deepEqual([...living.keys()], [winners[0]!.id]);
  });
}

export function claims(log: () => InputLog): void {
  it('hands out opening and entries as they were written', async () => {
    const opening = await opened(log());
    const { epoch } = await claimNow(log(), opening.id);
    const written = [RESUME, choice(1), choice(2, '"\\\0\ud800é💥\n>eval')];
    const entries = [];
    for (const [length, one] of written.entries()) {
      const answer = await log().append(opening.id, epoch, length, one);
      assert.equal(answer.kind, 'appended');
      entries.push({ ...one, at: (answer as { at: number }).at });
    }
    assert.deepEqual(await claimNow(log(), opening.id, 'server-2'), {
      epoch: 2,
      opening,
      entries,
      crashes: 0,
      deaths: 1,
    });
  });

  it('answers missing, lost and engine', async () => {
    const { id } = await opened(log());
    assert.deepEqual(await log().claim('nowhere' as BattleId, 0, 's', ENGINE), { kind: 'missing' });
    assert.deepEqual(await log().claim(id, 0, 's', 'engine-2'), { kind: 'engine', engine: ENGINE });
    assert.equal((await log().claim(id, 0, 's', ENGINE)).kind, 'claimed');
    assert.deepEqual(await log().claim(id, 0, 's', ENGINE), { kind: 'lost' });
    assert.deepEqual(await log().claim(id, 7, 's', ENGINE), { kind: 'lost' });
  });

  it('is won by one of fifty', async () => {
    const { id } = await opened(log());
    const kinds = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => (await log().claim(id, 0, `s${index}`, ENGINE)).kind),
    );
    assert.equal(kinds.filter((kind) => kind === 'claimed').length, 1);
    assert.equal(kinds.filter((kind) => kind === 'lost').length, 49);
    assert.equal((await log().head(id))?.owner, `s${kinds.indexOf('claimed')}`);
  });

  const others: NewEntry[] = [RESUME, entry({ type: 'refused', side: 'p1', text: 'move 2' })];
  const played: NewEntry[] = [choice(1), FORFEIT];
  for (const one of [...others, ...played]) {
    const counted = played.includes(one) ? { crashes: 0, deaths: 1 } : { crashes: 2, deaths: 3 };
    it(`counts ${counted.crashes} crashes of ${counted.deaths} deaths after a logged ${one.input.type}`, async () => {
      const { id } = await opened(log());
      assert.deepEqual(countsOf(await claimNow(log(), id, 'first')), { crashes: 0, deaths: 0 });
      await claimNow(log(), id, 'second');
      const claim = await claimNow(log(), id, 'third');
      assert.deepEqual(countsOf(claim), { crashes: 2, deaths: 2 });
      await log().append(id, claim.epoch, 0, one);
      assert.deepEqual(countsOf(await claimNow(log(), id, 'fourth')), counted);
    });
  }

  it('counts no crash of a battle that its owners have all replayed', async () => {
    const { id } = await opened(log());
    for (let deaths = 0; deaths < 7; deaths++) {
      const claim = await claimNow(log(), id, `owner-${deaths}`);
      assert.deepEqual(countsOf(claim), { crashes: 0, deaths });
      await log().append(id, claim.epoch, deaths, RESUME);
    }
  });

  it('counts no death of an owner that claims again, nor of one that has given it back', async () => {
    const { id } = await opened(log());
    await claimNow(log(), id, 'same');
    assert.deepEqual(countsOf(await claimNow(log(), id, 'same')), { crashes: 0, deaths: 0 });
    const { epoch } = await claimNow(log(), id, 'same');
    await log().release(id, epoch);
    assert.deepEqual(countsOf(await claimNow(log(), id, 'next')), { crashes: 0, deaths: 0 });
  });
}

function countsOf({ crashes, deaths }: Claim): Pick<Claim, 'crashes' | 'deaths'> {
  return { crashes, deaths };
}
