/** Orphans of every family are put beside what lives; a clean-up finds them all and nothing else. */
import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import { seededRandom, shuffled } from '../../src/battle/random.ts';
import { noOrphans, type OrphanCounts } from '../../src/persistence/cleaner.ts';
import { RedisCleaner } from '../../src/persistence/redis/cleaner.ts';
import { freshKeys, startTestRedis } from '../support/redis.ts';
import { claimNow } from './living.ts';
import { injectors, type RemovedFamily } from './orphans.injected.ts';
import { contents, Live } from './orphans.live.ts';
import { choice } from './sample.ts';

export interface OrphansSize {
  readonly orphans: number;
  /** That live, at each stage. */
  readonly battles: number;
  /** That wait or are paired. */
  readonly tickets: number;
  /** Others that play and queue meanwhile, at once. */
  readonly lanes: number;
}

/** Battles that a list has lost, and keys that are nobody's. */
const ODD = 3;

export async function proveOrphans(
  size: OrphansSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const server = await startTestRedis();
  try {
    const { admin } = server;
    const keys = freshKeys();
    const cleaner = new RedisCleaner(server.connect(), keys, () => Infinity);
    const live = new Live(server, keys);
    const battles = await live.battles(size.battles);
    await live.queue(size.tickets);
    await live.challenged();
    await live.processes();
    const before = await contents(admin, keys.beginning);
    let isOver = false;
    const busy = Promise.all(Array.from({ length: size.lanes }, () => live.goOn(() => isOver)));
    // Heard of below.
    busy.catch(() => {});

    assert.deepEqual(
      await cleaner.cleanUp(false),
      noOrphans(),
      'something that lives was taken for an orphan',
    );
    report(`${size.orphans} orphans`);
    const expected = await inject(size.orphans, battles[0]!, `orphans ${seed}`);
    const unlisted = battles.slice(0, ODD);
    await admin.zrem(keys.living, unlisted);
    const nobodys = Array.from({ length: ODD }, (_, index) => `${keys.beginning}nobodys-${index}`);
    for (const key of nobodys) await admin.set(key, '');
    const counts: OrphanCounts = { ...noOrphans(), ...expected, unlisted: ODD, unknown: ODD };

    const injected = await contents(admin, keys.beginning);
    assert.deepEqual(await cleaner.cleanUp(true), counts, 'the dry run');
    assert.deepEqual(await contents(admin, keys.beginning), injected, 'the dry run changed something');
    const begunAt = performance.now();
    assert.deepEqual(await cleaner.cleanUp(false), counts, 'the clean-up');
    const ms = Math.round(performance.now() - begunAt);
    assert.deepEqual(await cleaner.cleanUp(false), { ...noOrphans(), unknown: ODD }, 'something is left');
    await admin.del(nobodys);
    isOver = true;
    const rounds = (await busy).reduce((sum, count) => sum + count, 0);

    const after = await contents(admin, keys.beginning);
    // Those that were listed again are the newest of the list.
    assert.deepEqual(membersOf(after[keys.living]), membersOf(before[keys.living]));
    assert.deepEqual(
      { ...after, [keys.living]: 0 },
      { ...before, [keys.living]: 0 },
      'something live was touched',
    );
    for (const id of battles) {
      const { epoch, entries } = await claimNow(live.log, id);
      const answer = await live.log.append(id, epoch, entries.length, choice(99));
      assert.equal(answer.kind, 'appended');
    }
    return {
      orphans: size.orphans,
      found: expected,
      liveKeys: Object.keys(before).length,
      busyRounds: rounds,
      ms,
    };

    async function inject(
      count: number,
      living: BattleId,
      name: string,
    ): Promise<Record<RemovedFamily, number>> {
      const kinds = injectors(admin, keys, living);
      const names = Object.keys(kinds) as RemovedFamily[];
      const wanted = Array.from(
        { length: count },
        (_, index) => [names[index % names.length]!, index] as const,
      );
      const made = Object.fromEntries(names.map((family) => [family, 0])) as Record<RemovedFamily, number>;
      for (const [family, index] of shuffled(seededRandom(name), wanted)) {
        const ways = kinds[family];
        await ways[made[family]++ % ways.length]!(`orphan-${index}`);
      }
      return made;
    }
  } finally {
    await server.stop();
  }
}

function membersOf(scored: unknown): string[] {
  return (scored as [string, string][]).map(([member]) => member).sort();
}
