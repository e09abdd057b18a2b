/**
 * Compares the states that clients of one battle have decoded. At an update every client has had exactly the same patches
 * before it, so all of them, a decoder that began a moment ago among them, must show the same state.
 */
import type { Bot, BotEvents } from '../../loadtest/bot.ts';

interface Seen {
  readonly state: string;
  readonly decoders: Set<Bot>;
}

export class StateWitness implements BotEvents {
  /** Battle and number of turn starts → the states seen there. More than one is a fault. */
  readonly #seen = new Map<string, Seen[]>();

  updated(bot: Bot): void {
    const { battleId, lines } = bot.transcript;
    // The sim writes this line once for each time that it plays, into every channel.
    const moment = `${battleId} ${lines.filter((line) => line === '|').length}`;
    const state = JSON.stringify(sorted(bot.room!.state.toJSON()), withoutVolatile);
    const states = this.#seen.get(moment) ?? [];
    this.#seen.set(moment, states);
    const same = states.find((seen) => seen.state === state);
    if (same) same.decoders.add(bot);
    else states.push({ state, decoders: new Set([bot]) });
  }

  /** Sentences; none when all decoders agreed at every moment. */
  get faults(): string[] {
    return [...this.#seen].flatMap(([moment, states]) =>
      states.length > 1 ? [`at ${moment}: ${states.map(described).join(' differs from ')}`] : [],
    );
  }

  /** Moments at which at least so many decoders agreed, one of which is such a one. */
  comparisons(atLeast: number, some?: (bot: Bot) => boolean): number {
    return [...this.#seen.values()].filter(
      ([first, second]) =>
        first && !second && first.decoders.size >= atLeast && (!some || [...first.decoders].some(some)),
    ).length;
  }
}

/** What changes by itself, with the next patch, is not the same at the same moment. */
function withoutVolatile(key: string, value: unknown): unknown {
  return key === 'latencyMs' || key === 'connection' ? undefined : value;
}

function described({ state, decoders }: Seen): string {
  const sides = [...decoders].map(({ transcript }) => transcript.side ?? 'spectator');
  return `${sides.join(' and ')} with ${state}`;
}

/** The order of keys says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
