/** Which battles run, who sits in them since when, and whether each goes on after a blow. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot, BotEvents } from '../../loadtest/bot.ts';

/** The SDK comes back by itself only to a room that it has been in for so long, in milliseconds. */
const SDK_UPTIME_MS = 5_000;
/** Of the players that there ought to be, how many the SDK must be ready to bring back before a blow. */
const READY_SHARE = 0.75;
/** Longest time that a battle may take to go on, in milliseconds. */
const PATIENCE_MS = 60_000;
const POLL_MS = 25;

export class BattleWatch implements BotEvents {
  readonly #players = new Set<Bot>();
  /** Battles that have not gone on since they were struck, and when that was. */
  readonly #standing = new Map<string, number>();
  #isOver = false;

  joined(bot: Bot): void {
    if (bot.transcript.side !== null) this.#players.add(bot);
    if (this.#isOver) bot.hurry();
  }

  accepted(bot: Bot): void {
    this.#standing.delete(bot.transcript.battleId);
  }

  /** Nothing more is going to be struck: the battles are played to their ends. */
  over(): void {
    this.#isOver = true;
    for (const bot of this.#players) bot.hurry();
  }

  /** To be called right before a blow that hits these battles. */
  struck(battles: readonly string[]): void {
    for (const battleId of battles)
      if (!this.#standing.has(battleId)) this.#standing.set(battleId, performance.now());
  }

  /** Players of battles that are not known to have ended. */
  players(): readonly Bot[] {
    for (const bot of this.#players) if (bot.transcript.end) this.#players.delete(bot);
    return [...this.#players];
  }

  running(): string[] {
    return [...new Set(this.players().map(({ transcript }) => transcript.battleId))];
  }

  /** Resolves when all battles have gone on since they were struck, and most players are there for long enough. */
  async ready(battles: number): Promise<void> {
    const startedAt = performance.now();
    while (this.#goesOn().length > 0 || !this.#isFull(battles)) {
      if (performance.now() - startedAt > 2 * PATIENCE_MS)
        throw new Error(`too few players are there: ${this.describe()}`);
      await sleep(POLL_MS);
    }
  }

  /** For a failure. */
  describe(): string {
    const running = this.running();
    const standing = running.filter((battleId) => this.#standing.has(battleId));
    const told = this.players().filter(({ transcript }) => standing.includes(transcript.battleId));
    const bots = (standing.length > 0 ? told : this.players()).map(describeBot);
    return [`${running.length} run, ${standing.join(' ') || 'none'} stand still`, ...bots].join('\n');
  }

  /** Battles that stand still. Throws when one does so for too long. */
  #goesOn(): readonly string[] {
    const running = new Set(this.running());
    for (const [battleId, since] of this.#standing) {
      if (!running.has(battleId)) this.#standing.delete(battleId);
      else if (performance.now() - since > PATIENCE_MS)
        throw new Error(`battles do not go on: ${this.describe()}`);
    }
    return [...this.#standing.keys()];
  }

  #isFull(battles: number): boolean {
    const ready = this.players().filter(isSettled);
    return ready.length >= READY_SHARE * 2 * battles;
  }
}

/** Whether the SDK would bring it back by itself. */
export function isSettled({ room }: Bot): boolean {
  if (!room?.connection.isOpen) return false;
  return Date.now() - room['joinedAtTime'] >= SDK_UPTIME_MS;
}

function describeBot({ transcript: { side, battleId, lines, setbacks, errors }, room }: Bot): string {
  return JSON.stringify({
    battleId,
    side,
    isOpen: room?.connection.isOpen,
    lines: lines.length,
    last: lines.at(-1),
    setbacks: setbacks.slice(-3),
    errors: errors.slice(-3),
  });
}
