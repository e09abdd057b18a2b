/**
 * Whether clients without any code for reconnection come back: of players that had been in their room for as long as the
 * SDK wants when their battle's process was struck, those whose same Room object was told BATTLE_RESTORED and had its next
 * choice accepted in time. Bots that join anew when the SDK has given up count as not come back; a player whose battle
 * ended without another choice of theirs, told to the same Room object, counts neither way.
 */
import type { Room } from '@colyseus/sdk';
import type { Bot, BotEvents } from '../../loadtest/bot.ts';
import { isSettled } from './battle-watch.ts';

/** As long as the SDK tries by itself, with the settings that it has by default. Milliseconds. */
const SDK_TRIES_MS = 56_000;

interface Struck {
  readonly room: Room;
  readonly at: number;
  readonly cameBackBySdk: number;
}

export interface Returns {
  readonly hit: number;
  readonly cameBack: number;
  /** Of `hit`; 1 where nobody was. */
  readonly share: number;
}

export class ReturnWatch implements BotEvents {
  readonly #struck = new Map<Bot, Struck>();
  #hit = 0;
  #cameBack = 0;

  /** To be called right before a blow to the process that has these players' battles. */
  struck(players: readonly Bot[]): void {
    for (const bot of players) {
      if (this.#struck.has(bot) || !isSettled(bot) || !bot.room) continue;
      const { cameBackBySdk } = bot.transcript;
      this.#struck.set(bot, { room: bot.room, at: performance.now(), cameBackBySdk });
    }
  }

  accepted(bot: Bot): void {
    const struck = this.#struck.get(bot);
    if (!struck) return;
    const isBack = bot.transcript.cameBackBySdk > struck.cameBackBySdk;
    // What was accepted before the process was gone says nothing.
    if (bot.room === struck.room && !isBack) return;
    this.#struck.delete(bot);
    this.#hit++;
    if (bot.room === struck.room && performance.now() - struck.at <= SDK_TRIES_MS) this.#cameBack++;
  }

  /** To be asked when all battles are over. */
  figures(): Returns {
    const isTold = ([bot, { room }]: [Bot, Struck]): boolean =>
      bot.room === room && bot.transcript.end !== null && !bot.transcript.isEndLookedUp;
    const gone = [...this.#struck].filter((entry) => !isTold(entry)).length;
    const hit = this.#hit + gone;
    return { hit, cameBack: this.#cameBack, share: hit === 0 ? 1 : this.#cameBack / hit };
  }
}
