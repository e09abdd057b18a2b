/**
 * What all drills share: unmodified SDK clients that play while something is struck, the witnesses who watch them, and
 * decoders that begin after a blow to show what the server has.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts, type Accounts } from '../../loadtest/accounts.ts';
import { Bot } from '../../loadtest/bot.ts';
import { playBattles, type Played } from '../../loadtest/play.ts';
import { seededRandom, type Random } from '../../src/battle/random.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { StateWitness } from '../support/state-witness.ts';
import { BattleWatch } from './battle-watch.ts';
import { PlayerWatch } from './player-watch.ts';
import { ReturnWatch } from './return-watch.ts';

export interface DrillSize {
  /** At once. */
  readonly battles: number;
  readonly formats: readonly string[];
  /** Mean time for a choice, in milliseconds. */
  readonly thinkMs: number;
}

/** Longest wait of a spectator for a battle, in milliseconds. */
const JOIN_MS = 30_000;
/**
 * Updates that a fresh decoder stays for. The first one may come when it alone has been there for long enough to be
 * compared: the players whom the battle waited for answer as soon as they are back.
 */
const SHOWN_MIN = 3;
/** Longest wait for the last battles to end, in milliseconds. */
const END_MS = 180_000;

export class Drill {
  readonly random: Random;
  readonly states = new StateWitness();
  readonly battles = new BattleWatch();
  readonly players = new PlayerWatch();
  readonly returns = new ReturnWatch();
  /** What was found wrong on the way. */
  readonly faults: string[] = [];
  readonly #url: string;
  readonly #size: DrillSize;
  readonly #accounts: Accounts = signedAccounts(TEST_SECRET);
  readonly #playing: Promise<Played>;
  #isDone = false;

  /** Begins to play. */
  constructor(url: string, size: DrillSize, seed: number) {
    this.#url = url;
    this.#size = size;
    this.random = seededRandom(`drill ${seed}`);
    this.#playing = this.#play(seed);
    // Whoever finishes hears of it.
    this.#playing.catch(() => {});
  }

  /**
   * To be called right before a blow that hits these battles; the answer is to be called right after it. `isDropping`:
   * their clients lose their sockets; `isProcess`: because their process is struck.
   */
  struck(
    kind: string,
    hit: readonly string[],
    { isDropping, isProcess }: { readonly isDropping: boolean; readonly isProcess: boolean },
  ): () => void {
    const battles = new Set(hit);
    const players = this.battles.players().filter(({ transcript }) => battles.has(transcript.battleId));
    this.battles.struck(hit);
    if (isProcess) this.returns.struck(players);
    return this.players.struck(kind, isDropping, players);
  }

  /** To each of these battles a decoder that knows nothing yet, until it has shown what the server has. */
  async send(battles: readonly string[]): Promise<void> {
    await Promise.all(battles.map((battleId) => this.#send(battleId)));
  }

  /** Resolves when everything that was broken off goes on, and the next blow may come. */
  async settled(): Promise<void> {
    await this.battles.ready(this.#size.battles);
  }

  /** Lets the battles be played to their ends; rejects when they are not. */
  async finish(): Promise<Played> {
    this.#isDone = true;
    this.battles.over();
    const played = await Promise.race([this.#playing, sleep(END_MS, null, { ref: false })]);
    if (!played) throw new Error(`battles have not ended: ${this.battles.describe()}`);
    return played;
  }

  #play(seed: number): Promise<Played> {
    const { battles, formats, thinkMs } = this.#size;
    return playBattles({
      url: this.#url,
      accounts: this.#accounts,
      battles: Number.MAX_SAFE_INTEGER,
      concurrency: battles,
      formats,
      thinkMs,
      spectators: 1,
      seed: String(seed),
      events: {
        joined: (bot) => {
          this.battles.joined(bot);
          this.states.joined(bot);
        },
        accepted: (bot) => {
          this.battles.accepted(bot);
          this.players.accepted(bot);
          this.returns.accepted(bot);
        },
        updated: (bot) => void this.states.updated(bot),
      },
      isEnough: () => this.#isDone,
    });
  }

  async #send(battleId: string): Promise<void> {
    const shown = Promise.withResolvers<void>();
    let updates = 0;
    const bot = new Bot({
      url: this.#url,
      account: await this.#accounts.take(),
      format: '',
      random: this.random,
      thinkMs: 0,
      events: {
        joined: (seer) => this.states.joined(seer),
        updated: (seer) => {
          if (!this.states.updated(seer) || ++updates < SHOWN_MIN) return;
          void seer.stop();
          shown.resolve();
        },
      },
    });
    this.states.begins(bot);
    try {
      const joined = await Promise.race([bot.join(battleId), sleep(JOIN_MS, null, { ref: false })]);
      if (joined === null) this.faults.push(`${battleId} does not answer a spectator`);
      // Were the battles hurried to their ends before, nothing would be shown.
      else if (joined) await Promise.race([shown.promise, bot.over]);
    } catch (error) {
      this.faults.push(`${battleId} lets no spectator in: ${(error as Error).message}`);
    }
  }
}
