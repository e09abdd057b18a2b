/** How long each player who was hit by a blow had to wait until a choice of their own was accepted again. */
import type { Bot, BotEvents } from '../../loadtest/bot.ts';
import { percentiles, type Percentiles } from '../../loadtest/percentiles.ts';

interface Blow {
  readonly kind: string;
  readonly at: number;
}

export class PlayerWatch implements BotEvents {
  readonly #players = new Set<Bot>();
  readonly #hit = new Map<Bot, Blow>();
  readonly #waits = new Map<string, number[]>();

  joined(bot: Bot): void {
    if (bot.transcript.side !== null) this.#players.add(bot);
  }

  /** To be called right before a blow that hits these battles. Who still waits since an earlier one goes on waiting. */
  struck(kind: string, battles: readonly string[]): void {
    const blow = { kind, at: performance.now() };
    for (const bot of this.#players) {
      const { end, battleId } = bot.transcript;
      if (end) this.#forget(bot);
      else if (battles.includes(battleId) && !this.#hit.has(bot)) this.#hit.set(bot, blow);
    }
  }

  accepted(bot: Bot): void {
    const blow = this.#hit.get(bot);
    if (!blow) return;
    this.#hit.delete(bot);
    const waits = this.#waits.get(blow.kind) ?? [];
    waits.push(performance.now() - blow.at);
    this.#waits.set(blow.kind, waits);
  }

  /** Milliseconds by kind, the time to think included. */
  figures(): Readonly<Record<string, Percentiles>> {
    return Object.fromEntries([...this.#waits].map(([kind, waits]) => [kind, percentiles(waits)]));
  }

  #forget(bot: Bot): void {
    this.#players.delete(bot);
    this.#hit.delete(bot);
  }
}
