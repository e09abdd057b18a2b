/** Players and spectators of one process at a human pace: as many as they are told to be, until they are told to end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, type Random } from '../../src/battle/random.ts';
import type { Account, Accounts } from '../accounts.ts';
import { Bot } from '../bot.ts';
import type { Transcript } from '../transcript.ts';
import { LoadMeter } from './meter.ts';
import { codesOf } from './told.ts';

export interface CrowdOptions {
  readonly url: string;
  readonly accounts: Accounts;
  readonly formats: readonly string[];
  /** Least and most milliseconds for a choice. */
  readonly thinkMs: readonly [number, number];
  readonly seed: string;
  /** Hears of every battle of every client once it is over. */
  readonly onOver: (transcript: Transcript) => void;
  /** What a client gave up with. */
  readonly onFailure: (failure: string) => void;
}

export interface Aim {
  /** At once. */
  readonly battles: number;
  readonly spectators: number;
  /** Those that are to come begin spread over so long. */
  readonly rampMs: number;
}

/** How long a spectator waits for a battle to begin, and a lane after a failure, in milliseconds. */
const PAUSE_MS = 250;
/** The SDK comes back by itself only to a room that it has been in for so long, in milliseconds. */
const SDK_UPTIME_MS = 5_000;

type Lane = (index: number) => Promise<void>;

export class Crowd {
  readonly meter = new LoadMeter();
  readonly #options: CrowdOptions;
  readonly #random: Random;
  readonly #inside = new Set<Bot>();
  readonly #lanes = new Set<Promise<void>>();
  #aim: Aim = { battles: 0, spectators: 0, rampMs: 0 };
  #bots = 0;
  #isOver = false;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#random = seededRandom(`crowd ${options.seed}`);
  }

  /** More begin one after the other; those that are too many end with their battle. */
  aim(aim: Aim): void {
    const before = this.#aim;
    this.#aim = aim;
    this.#begin(before.battles, aim.battles, aim.rampMs, (index) => this.#battles(index));
    this.#begin(before.spectators, aim.spectators, aim.rampMs, (index) => this.#watching(index));
  }

  get live(): number {
    return this.#open().filter(({ transcript }) => transcript.side !== null).length / 2;
  }

  connections(): { readonly players: number; readonly spectators: number } {
    const open = this.#open();
    const players = open.filter(({ transcript }) => transcript.side !== null).length;
    return { players, spectators: open.length - players };
  }

  /** Cuts somebody's connection. The SDK brings them back. */
  drop(): void {
    const settled = this.#open().filter(({ room }) => Date.now() - room!['joinedAtTime'] > SDK_UPTIME_MS);
    const bot = settled[Math.floor(this.#random() * settled.length)];
    if (!bot) return;
    this.meter.dropped(bot);
    bot.drop();
  }

  /** Lets the battles be played to their ends without thought. Resolves when everybody has left. */
  async finish(): Promise<void> {
    this.#isOver = true;
    for (const bot of this.#inside) bot.hurry();
    await Promise.all(this.#lanes);
  }

  #begin(from: number, to: number, rampMs: number, lane: Lane): void {
    for (let index = from; index < to; index++) {
      const begun = sleep((rampMs * (index - from)) / (to - from)).then(() => lane(index));
      this.#lanes.add(begun);
      void begun.finally(() => this.#lanes.delete(begun));
    }
  }

  async #battles(index: number): Promise<void> {
    const { formats, accounts } = this.#options;
    for (let count = 0; !this.#isOver && index < this.#aim.battles; count++) {
      const format = formats[(index + count) % formats.length]!;
      // Whom each of the two meets is the server's affair; that there are two leaves nobody alone.
      const pair = [this.#bot(await accounts.take(), format), this.#bot(await accounts.take(), format)];
      await Promise.all(pair.map((bot) => this.#stay(bot, () => bot.enter())));
    }
  }

  async #watching(index: number): Promise<void> {
    while (!this.#isOver && index < this.#aim.spectators) {
      const playing = [...this.#inside].filter(
        ({ transcript }) => transcript.side !== null && !transcript.end,
      );
      const player = playing[Math.floor(this.#random() * playing.length)];
      if (!player) await sleep(PAUSE_MS);
      else {
        const bot = this.#bot(await this.#options.accounts.take(), player.transcript.format);
        await this.#stay(bot, () => bot.join(player.transcript.battleId));
      }
    }
  }

  /** From the way in to the end of the battle. */
  async #stay(bot: Bot, enter: () => Promise<boolean | void>): Promise<void> {
    const { onOver, onFailure, accounts } = this.#options;
    try {
      this.#inside.add(bot);
      const isIn = (await enter()) !== false;
      if (this.#isOver) bot.hurry();
      if (isIn) onOver(await bot.over);
    } catch (error) {
      onFailure(`${bot.transcript.battleId || 'queue'}: ${(error as Error).message}`);
      await sleep(PAUSE_MS);
    }
    this.#inside.delete(bot);
    this.meter.left(bot, codesOf(bot.transcript));
    await bot.stop();
    accounts.giveBack(bot.account);
  }

  #bot(account: Account, format: string): Bot {
    const { url, thinkMs, seed } = this.#options;
    const random = seededRandom(`${seed} ${this.#bots++}`);
    return new Bot({ url, account, format, random, thinkMs, events: this.meter });
  }

  #open(): readonly Bot[] {
    return [...this.#inside].filter(({ room, transcript }) => room?.connection.isOpen && !transcript.end);
  }
}
