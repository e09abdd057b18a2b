/** Which battles run, who sits in them since when, and how long each stood still after a kill. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot, BotEvents } from '../../loadtest/bot.ts';

/** The SDK comes back by itself only to a room that it has been in for so long, in milliseconds. */
const SDK_UPTIME_MS = 5_000;
/** Of the players that there ought to be, how many the SDK must be ready to bring back before a kill. */
const READY_SHARE = 0.75;
/** Longest wait for all battles to go on, in milliseconds. */
const PATIENCE_MS = 60_000;
const POLL_MS = 25;

export class BattleWatch implements BotEvents {
  readonly #players = new Set<Bot>();
  /** Battles that have not gone on since the last kill. */
  #standing = new Set<string>();
  #blow = { kind: '', at: 0 };
  #isOver = false;
  readonly #waits = new Map<string, number[]>();

  joined(bot: Bot): void {
    if (bot.transcript.side !== null) this.#players.add(bot);
    if (this.#isOver) bot.hurry();
  }

  /** Nothing more is going to be killed: the battles are played to their ends. */
  over(): void {
    this.#isOver = true;
    for (const bot of this.#players) bot.hurry();
  }

  accepted(bot: Bot): void {
    if (!this.#standing.delete(bot.transcript.battleId)) return;
    const waits = this.#waits.get(this.#blow.kind)!;
    waits.push(performance.now() - this.#blow.at);
  }

  /** To be called right before something is killed. `kind` is whatever tells one sort of kill from another. */
  struck(kind: string): void {
    this.#blow = { kind, at: performance.now() };
    if (!this.#waits.has(kind)) this.#waits.set(kind, []);
    this.#standing = new Set(this.running());
  }

  /** Milliseconds from each kill of this kind to the next choice accepted, battle by battle. */
  waits(kind: string): readonly number[] {
    return this.#waits.get(kind) ?? [];
  }

  running(): string[] {
    for (const bot of this.#players) if (bot.transcript.end) this.#players.delete(bot);
    return [...new Set([...this.#players].map(({ transcript }) => transcript.battleId))];
  }

  /** Resolves when all battles have gone on since the last kill, and most players are there for long enough. */
  async ready(battles: number): Promise<void> {
    const startedAt = performance.now();
    while (!this.#isReady(battles)) {
      if (performance.now() - startedAt > PATIENCE_MS)
        throw new Error(`battles do not go on: ${this.describe()}`);
      await sleep(POLL_MS);
    }
  }

  /** For a failure. */
  describe(): string {
    const running = this.running();
    const standing = running.filter((battleId) => this.#standing.has(battleId));
    const bots = [...this.#players].map(({ transcript: { side, battleId, lines, setbacks, errors }, room }) =>
      JSON.stringify({
        battleId,
        side,
        isOpen: room?.connection.isOpen,
        lines: lines.length,
        last: lines.at(-1),
        setbacks: setbacks.slice(-3),
        errors: errors.slice(-3),
      }),
    );
    return [`${running.length} run, ${standing.join(' ') || 'none'} stand still`, ...bots].join('\n');
  }

  #isReady(battles: number): boolean {
    if (this.running().some((battleId) => this.#standing.has(battleId))) return false;
    const ready = [...this.#players].filter(({ room }) => room?.connection.isOpen && isOldEnough(room));
    return ready.length >= READY_SHARE * 2 * battles;
  }
}

function isOldEnough(room: NonNullable<Bot['room']>): boolean {
  return Date.now() - room['joinedAtTime'] >= SDK_UPTIME_MS;
}
