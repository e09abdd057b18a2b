/** What a battle does to two ratings is on the ladder of every process's watchers, soon and exactly. */
import assert from 'node:assert/strict';
import { percentiles } from '../../loadtest/percentiles.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import type { Ratings } from '../../src/rooms/messages.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { abandonAll, Player, type InBattle, type InQueue } from '../support/player.ts';
import { LadderWatcher } from './ladder-watcher.ts';

export interface LadderSize {
  /** Each with players, watchers and a ladder of its own, all at the same time. */
  readonly formats: readonly string[];
  /** In each format, one after the other. */
  readonly battles: number;
  /** p99 in milliseconds; undefined where the machine is not the proof's own. */
  readonly limitMs?: number;
}

/** More than two, since who has just met does not meet again at once. */
const PLAYERS = 6;

/** Throws when a change does not arrive, is another than the players were told, or comes later than the limit. */
export async function proveLadderLive(
  size: LadderSize,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  silenceSdk();
  const cluster = await startCluster(2);
  try {
    const lanes = size.formats.map(async (format) => {
      const lane = await Lane.open(cluster, format);
      for (let battle = 0; battle < size.battles; battle++) {
        await lane.play(battle);
        if ((battle + 1) % 10 === 0) report(`${format}: ${battle + 1} of ${size.battles} battles`);
      }
      await lane.check();
      return lane.delays;
    });
    const delays = (await Promise.all(lanes)).flat();
    const toWatcherMs = percentiles(delays);
    if (size.limitMs !== undefined)
      assert(toWatcherMs.p99 < size.limitMs, `p99 is ${toWatcherMs.p99} ms of ${size.limitMs}`);
    const battles = size.formats.length * size.battles;
    return { processes: 2, battles, changes: 2 * battles, toWatcherMs };
  } finally {
    abandonAll();
    await cluster.dispose();
  }
}

interface Contender {
  readonly player: Player;
  readonly queue: InQueue;
  battles: number;
}

/** The battles of one format: the players are connected to one process, the watchers to either. */
class Lane {
  /** From the end of a battle, as its players are told it, to each watcher's state. Milliseconds. */
  readonly delays: number[] = [];
  readonly #format: string;
  readonly #contenders: readonly Contender[];
  readonly #watchers: readonly LadderWatcher[];

  static async open({ servers }: TestCluster, format: string): Promise<Lane> {
    const watchers = await Promise.all(servers.map(({ url }) => LadderWatcher.open(url, format)));
    const contenders = Array.from({ length: PLAYERS }, async () => {
      const player = new Player(servers[1]!.url);
      return { player, queue: await player.enterQueue(), battles: 0 };
    });
    return new Lane(format, await Promise.all(contenders), watchers);
  }

  private constructor(format: string, contenders: readonly Contender[], watchers: readonly LadderWatcher[]) {
    this.#format = format;
    this.#contenders = contenders;
    this.#watchers = watchers;
  }

  /** Two meet, and one of them gives up at once. */
  async play(index: number): Promise<void> {
    const two = [0, 1].map(
      (offset) => this.#contenders[(2 * index + offset + Math.floor(index / 3)) % PLAYERS]!,
    );
    const battles = await Promise.all(two.map((contender) => this.#sit(contender)));
    battles[index % 2]!.send('FORFEIT', {});
    const ends = await Promise.all(battles.map((battle) => endOf(battle)));
    await Promise.all(
      two.map(async (contender, place) => {
        contender.battles += 1;
        const { ratings, at } = ends[place]!;
        const { id: userId } = contender.player;
        const expected = { userId, elo: ratings[userId]!.elo[1], battles: contender.battles };
        for (const watcher of this.#watchers)
          this.delays.push(Math.max(0, (await watcher.seen(expected)) - at));
      }),
    );
    await Promise.all(battles.map((battle) => battle.leave()));
  }

  async check(): Promise<void> {
    for (const watcher of this.#watchers) await watcher.check();
  }

  async #sit({ player, queue }: Contender): Promise<InBattle> {
    queue.send('JOIN_QUEUE', { format: this.#format });
    const { seat } = await queue.next('MATCH_FOUND');
    const battle = await player.consume(seat);
    await battle.next('BATTLE_START');
    return battle;
  }
}

/** When a player was told of the end, and what it did to the ratings, which may come later. */
async function endOf(battle: InBattle): Promise<{ readonly at: number; readonly ratings: Ratings }> {
  const end = await battle.next('BATTLE_END');
  const at = performance.now();
  return { at, ratings: end.ratings ?? (await battle.next('RATINGS')).ratings };
}
