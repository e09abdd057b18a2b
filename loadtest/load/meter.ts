/**
 * What the bots of one process see, second by second. From a turn's last choice to its update is measured where both
 * players of a battle are in this process, so that one clock sees both ends; whom each meets is the server's affair.
 */
import type { Bot, BotEvents } from '../bot.ts';
import { Histogram, type Counted } from './histogram.ts';

/** Since the tick before. Milliseconds in the histograms. */
export interface Tick {
  /** From a turn's last choice to the update that it causes, at each player. */
  readonly update: Counted;
  /** From a choice to its `MOVE_ACCEPTED`. */
  readonly accepted: Counted;
  /** From the loss of a connection to the first message on the next one. */
  readonly back: Counted;
  readonly turns: number;
  /** Battles that began and ended. */
  readonly begun: number;
  readonly ended: number;
  /** At the moment: battles that are played, and open connections. */
  readonly live: number;
  readonly players: number;
  readonly spectators: number;
  readonly errors: Readonly<Record<string, number>>;
}

interface Running {
  readonly sides: Set<string>;
  /** When each side first sent its choice, by decision point. */
  readonly sentAt: Map<string, number>;
}

export class LoadMeter implements BotEvents {
  #update = new Histogram();
  #accepted = new Histogram();
  #back = new Histogram();
  #errors: Record<string, number> = {};
  #turns = 0;
  #begun = 0;
  #ended = 0;
  readonly #running = new Map<string, Running>();
  readonly #lines = new WeakMap<Bot, number>();
  readonly #droppedAt = new WeakMap<Bot, number>();

  joined(bot: Bot): void {
    const { battleId, side, lines } = bot.transcript;
    const droppedAt = this.#droppedAt.get(bot);
    if (droppedAt !== undefined) this.#back.add(performance.now() - droppedAt);
    this.#droppedAt.delete(bot);
    if (side === null || this.#running.get(battleId)?.sides.has(side)) return;
    this.#lines.set(bot, lines.length);
    if (side === 'p1') this.#begun++;
    const running = this.#running.get(battleId) ?? { sides: new Set(), sentAt: new Map() };
    running.sides.add(side);
    this.#running.set(battleId, running);
  }

  /** A choice that is sent again because nobody knows whether it arrived counts from the first time. */
  sent({ transcript: { battleId, side } }: Bot, rqid: number): void {
    const sentAt = this.#running.get(battleId)?.sentAt;
    if (sentAt && !sentAt.has(`${side} ${rqid}`)) sentAt.set(`${side} ${rqid}`, performance.now());
  }

  /** The sim refused a choice: another one is being thought of. */
  refused({ transcript: { battleId, side } }: Bot, rqid: number): void {
    this.#running.get(battleId)?.sentAt.delete(`${side} ${rqid}`);
  }

  accepted({ transcript: { battleId, side, accepted } }: Bot): void {
    const rqid = accepted.at(-1)!.rqid;
    const at = this.#running.get(battleId)?.sentAt.get(`${side} ${rqid}`);
    if (at !== undefined) this.#accepted.add(performance.now() - at);
  }

  asked({ transcript: { battleId } }: Bot, rqid: number): void {
    const running = this.#running.get(battleId);
    if (!running) return;
    const at = Math.max(...['p1', 'p2'].map((side) => running.sentAt.get(`${side} ${rqid - 1}`) ?? 0));
    if (at > 0 && running.sides.size === 2) this.#update.add(performance.now() - at);
    // What both have been told of is at least two decision points old.
    for (const side of running.sides) running.sentAt.delete(`${side} ${rqid - 3}`);
  }

  updated(bot: Bot): void {
    const { lines, side } = bot.transcript;
    if (side !== 'p1') return;
    for (let index = this.#lines.get(bot) ?? 0; index < lines.length; index++)
      if (lines[index]?.startsWith('|turn|')) this.#turns++;
    this.#lines.set(bot, lines.length);
  }

  /** Its connection is cut on purpose. */
  dropped(bot: Bot): void {
    this.#droppedAt.set(bot, performance.now());
  }

  /** It is through with its battle; `codes` are what it ran into. */
  left({ transcript: { battleId, side } }: Bot, codes: readonly string[]): void {
    for (const code of codes) this.#errors[code] = (this.#errors[code] ?? 0) + 1;
    if (side === 'p1') this.#ended++;
    const running = this.#running.get(battleId);
    if (side === null || !running?.sides.delete(side)) return;
    if (running.sides.size === 0) this.#running.delete(battleId);
  }

  /** What has been counted since the last time. */
  take(now: Pick<Tick, 'live' | 'players' | 'spectators'>): Tick {
    const [update, accepted, back] = [this.#update, this.#accepted, this.#back].map((one) =>
      one.counted(),
    ) as [Counted, Counted, Counted];
    const tick = { update, accepted, back, turns: this.#turns, begun: this.#begun, ended: this.#ended };
    const errors = this.#errors;
    this.#update = new Histogram();
    this.#accepted = new Histogram();
    this.#back = new Histogram();
    this.#errors = {};
    this.#turns = this.#begun = this.#ended = 0;
    return { ...tick, ...now, errors };
  }
}
