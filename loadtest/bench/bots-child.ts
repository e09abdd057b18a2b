/** A process of bots that play without end. To each message it answers what has happened since the one before. */
import { LatencyMeter } from '../latency.ts';
import { percentiles, type Percentiles } from '../percentiles.ts';
import { playBattles } from '../play.ts';
import { silenceSdk } from '../sdk-notices.ts';
import { signedAccounts } from '../accounts.ts';
import type { Bot } from '../bot.ts';

export interface Load {
  readonly turns: number;
  readonly battles: number;
  /** Milliseconds from the last choice of a turn to each player's update. */
  readonly latency: Percentiles;
}

/** Counts the turns that one of the two players of each battle is told of. */
class TurnMeter extends LatencyMeter {
  turns = 0;
  readonly #seen = new WeakMap<Bot, number>();

  updated(bot: Bot): void {
    const { lines, side } = bot.transcript;
    const from = this.#seen.get(bot) ?? 0;
    this.#seen.set(bot, lines.length);
    if (side !== 'p1') return;
    for (let index = from; index < lines.length; index++)
      if (lines[index]!.startsWith('|turn|')) this.turns++;
  }
}

const [url = '', secret = '', bots = '100', thinkMs = '0', format = 'gen9randombattle', seed = '1'] =
  process.argv.slice(2);
const events = new TurnMeter();
let ended = 0;
let seen = { turns: 0, battles: 0, latencies: 0 };

process.on('message', () => {
  const { turns, values } = events;
  const load: Load = {
    turns: turns - seen.turns,
    battles: ended - seen.battles,
    latency: percentiles(values.slice(seen.latencies)),
  };
  seen = { turns, battles: ended, latencies: values.length };
  process.send!(load);
});

silenceSdk();
await playBattles({
  url,
  accounts: signedAccounts(secret),
  battles: Infinity,
  concurrency: Number(bots) / 2,
  formats: [format],
  thinkMs: Number(thinkMs),
  spectators: 0,
  seed,
  events,
  onProgress: (count) => {
    ended = count;
  },
});
