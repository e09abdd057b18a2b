/**
 * From `kill -9` of a process to the next accepted choice of its players, and what its battles' new owners' own battles
 * feel of it meanwhile. Nothing else runs, nobody watches, and the dead process is not started again. Clients are
 * unmodified SDK clients behind a proxy that knows nothing; see `PlayerWatch` for what is measured.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import type { Bot, BotEvents } from '../../loadtest/bot.ts';
import { LatencyMeter } from '../../loadtest/latency.ts';
import { percentiles, type Percentiles } from '../../loadtest/percentiles.ts';
import { playBattles } from '../../loadtest/play.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { startCluster } from '../support/cluster.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { BattleWatch } from './battle-watch.ts';
import { PlayerWatch } from './player-watch.ts';

export interface SpeedSize {
  readonly processes: number;
  /** At once, over all processes. */
  readonly battles: number;
  readonly format: string;
  /** Mean time for a choice, in milliseconds. */
  readonly thinkMs: number;
}

export interface Speed {
  /** Battles on the dead process. */
  readonly hit: number;
  /** Milliseconds. */
  readonly nextAcceptedMs: Percentiles;
  /** From a turn's last choice to the players' update in the other battles, in the ten seconds after the kill. */
  readonly othersMs: Percentiles;
}

/** Until most battles are in their midst, in milliseconds. */
const RUN_UP_MS = 20_000;
/** For how long the other battles are looked at, in milliseconds. */
const AFTER_MS = 10_000;

/** Rejects when a battle does not go on. */
export async function measureRecovery(size: SpeedSize, seed: number): Promise<Speed> {
  silenceSdk();
  const cluster = await startCluster(size.processes, { LOG_LEVEL: 'warn' });
  const battles = new BattleWatch();
  const players = new PlayerWatch();
  const others = new Others();
  let isDone = false;
  const playing = playBattles({
    ...size,
    url: cluster.url,
    accounts: signedAccounts(TEST_SECRET),
    battles: Number.MAX_SAFE_INTEGER,
    concurrency: size.battles,
    formats: [size.format],
    spectators: 0,
    seed: String(seed),
    events: all(battles, players, others),
    isEnough: () => isDone,
  });
  playing.catch(() => {});
  try {
    await battles.ready(size.battles);
    await sleep(RUN_UP_MS);
    const victim = cluster.servers[seed % size.processes]!;
    const hit = new Set(await cluster.hostedBy(victim));
    others.watch(hit);
    battles.struck([...hit]);
    const owing = battles.players().filter(({ transcript }) => hit.has(transcript.battleId));
    const urge = players.struck('kill', true, owing);
    victim.signal('SIGKILL');
    setImmediate(urge);
    await sleep(AFTER_MS);
    const othersMs = percentiles(others.values());
    await battles.ready(size.battles);
    isDone = true;
    return { hit: hit.size, nextAcceptedMs: players.figures()['kill']!, othersMs };
  } finally {
    isDone = true;
    for (const bot of battles.players()) void bot.stop();
    await cluster.dispose();
  }
}

/** The latency of the battles that are not hit. */
class Others implements BotEvents {
  readonly #meters = { hit: new LatencyMeter(), other: new LatencyMeter() };
  #hit: ReadonlySet<string> = new Set();

  /** From here on. */
  watch(hit: ReadonlySet<string>): void {
    this.#hit = hit;
    this.#meters.other.values.length = 0;
  }

  sent(bot: Bot, rqid: number): void {
    this.#of(bot).sent(bot, rqid);
  }

  asked(bot: Bot, rqid: number): void {
    this.#of(bot).asked(bot, rqid);
  }

  values(): readonly number[] {
    return this.#meters.other.values;
  }

  #of({ transcript }: Bot): LatencyMeter {
    return this.#hit.has(transcript.battleId) ? this.#meters.hit : this.#meters.other;
  }
}

function all(...watchers: readonly BotEvents[]): BotEvents {
  return {
    joined: (bot) => watchers.forEach((watcher) => watcher.joined?.(bot)),
    accepted: (bot) => watchers.forEach((watcher) => watcher.accepted?.(bot)),
    sent: (bot, rqid) => watchers.forEach((watcher) => watcher.sent?.(bot, rqid)),
    asked: (bot, rqid) => watchers.forEach((watcher) => watcher.asked?.(bot, rqid)),
  };
}
