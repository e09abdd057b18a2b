/**
 * How long the players who were hit by a blow had to wait for their next accepted choice, as far as that was up to the
 * server and the SDK: from the blow to the first MOVE_ACCEPTED of those who owed a choice when it came. None of them
 * thinks: each sends its choice right after the blow, and again the moment that it is back. So what is measured is the
 * blow's length, the SDK's back-off, the search for the owner, the recovery, and a choice's way into the log and back.
 */
import type { Bot, BotEvents } from '../../loadtest/bot.ts';
import { percentiles, type Percentiles } from '../../loadtest/percentiles.ts';

interface Hit {
  readonly kind: string;
  readonly at: number;
  /** How often it had come back before; null where nobody is dropped. */
  readonly returns: number | null;
}

export class PlayerWatch implements BotEvents {
  readonly #hit = new Map<Bot, Hit>();
  readonly #waits = new Map<string, number[]>();

  /**
   * To be called right before a blow that hits these players; the answer is to be called right after it. Who still waits
   * since an earlier one goes on waiting. Where `isDropping`, only who was dropped and came back is counted.
   */
  struck(kind: string, isDropping: boolean, players: readonly Bot[]): () => void {
    for (const [bot] of this.#hit) if (bot.transcript.end) this.#hit.delete(bot);
    const owing = players.filter((bot) => bot.owes);
    const at = performance.now();
    for (const bot of owing)
      if (!this.#hit.has(bot)) this.#hit.set(bot, { kind, at, returns: isDropping ? returnsOf(bot) : null });
    return () => owing.forEach((bot) => bot.urge());
  }

  accepted(bot: Bot): void {
    const hit = this.#hit.get(bot);
    if (!hit) return;
    this.#hit.delete(bot);
    if (hit.returns === returnsOf(bot)) return;
    const waits = this.#waits.get(hit.kind) ?? [];
    waits.push(performance.now() - hit.at);
    this.#waits.set(hit.kind, waits);
  }

  /** Milliseconds by kind. */
  figures(): Readonly<Record<string, Percentiles>> {
    return Object.fromEntries([...this.#waits].map(([kind, waits]) => [kind, percentiles(waits)]));
  }
}

function returnsOf({ transcript: { cameBackBySdk, joinedAgain } }: Bot): number {
  return cameBackBySdk + joinedAgain;
}
