/**
 * From a turn's last choice to the update that it causes, at each player. Both bots of a battle live in this process, so
 * one clock sees both ends: the later of the two sends for an rqid, and each arrival of the next request.
 */
import type { Bot, BotEvents } from './bot.ts';

export class LatencyMeter implements BotEvents {
  /** Milliseconds. */
  readonly values: number[] = [];
  readonly #sentAt = new Map<string, number>();

  sent(bot: Bot, rqid: number): void {
    this.#sentAt.set(`${bot.transcript.battleId} ${rqid}`, performance.now());
  }

  asked(bot: Bot, rqid: number): void {
    const at = this.#sentAt.get(`${bot.transcript.battleId} ${rqid - 1}`);
    if (at !== undefined) this.values.push(performance.now() - at);
    // What both have been told of is at least two requests old.
    this.#sentAt.delete(`${bot.transcript.battleId} ${rqid - 3}`);
  }
}
