/**
 * Compares the states that clients of one battle have decoded. At an update every client has had exactly the same patches
 * before it, so all of them, a decoder that began a moment ago among them, must show the same state. Except for one: while
 * its join is not confirmed, updates wait for it, and come after a state that is later than they are.
 */
import type { Bot, BotEvents } from '../../loadtest/bot.ts';

interface Seen {
  readonly state: string;
  readonly decoders: Set<Bot>;
}

/** Turn starts of one battle → the states seen there. More than one is a fault. */
type Moments = Map<number, Seen[]>;

/** Moments of a battle, and battles, after which what was seen before is counted and forgotten. */
const OPEN_MOMENTS = 6;
const OPEN_BATTLES = 500;
/** Updates so soon after a join may have waited for it. Milliseconds. */
const CONFIRMED_MS = 250;
/** Fewer decoders that agree prove little. */
const DECODERS_MIN = 3;

export class StateWitness implements BotEvents {
  /** Sentences; none when all decoders agreed at every moment. */
  readonly #faults: string[] = [];
  readonly #fresh = new WeakSet<Bot>();
  readonly #joinedAt = new WeakMap<Bot, number>();
  /** By battle, the one that was longest silent first. */
  readonly #open = new Map<string, Moments>();
  #compared = 0;
  #freshCompared = 0;

  /** This decoder knows nothing yet: what it shows is what the server has. */
  begins(bot: Bot): void {
    this.#fresh.add(bot);
  }

  joined(bot: Bot): void {
    this.#joinedAt.set(bot, performance.now());
  }

  /** Whether it was compared. */
  updated(bot: Bot): boolean {
    if (performance.now() - (this.#joinedAt.get(bot) ?? 0) < CONFIRMED_MS) return false;
    const { battleId, lines } = bot.transcript;
    // The sim writes this line once for each time that it plays, into every channel.
    const moment = lines.filter((line) => line === '|').length;
    const state = JSON.stringify(sorted(bot.room!.state.toJSON()), withoutVolatile);
    const moments = this.#momentsOf(battleId);
    const states = moments.get(moment) ?? [];
    moments.set(moment, states);
    const same = states.find((seen) => seen.state === state);
    if (same) same.decoders.add(bot);
    else states.push({ state, decoders: new Set([bot]) });
    for (const past of moments.keys()) if (past <= moment - OPEN_MOMENTS) this.#judge(battleId, past);
    return true;
  }

  /** What was seen in all. `compared`: moments at which enough decoders agreed; `freshCompared`: fresh ones that did. */
  figures(): {
    readonly faults: readonly string[];
    readonly compared: number;
    readonly freshCompared: number;
  } {
    for (const battleId of this.#open.keys()) this.#close(battleId);
    return { faults: this.#faults, compared: this.#compared, freshCompared: this.#freshCompared };
  }

  #momentsOf(battleId: string): Moments {
    const moments: Moments = this.#open.get(battleId) ?? new Map();
    this.#open.delete(battleId);
    this.#open.set(battleId, moments);
    for (const silent of this.#open.keys()) {
      if (this.#open.size <= OPEN_BATTLES) break;
      this.#close(silent);
    }
    return moments;
  }

  #close(battleId: string): void {
    for (const moment of this.#open.get(battleId)?.keys() ?? []) this.#judge(battleId, moment);
    this.#open.delete(battleId);
  }

  #judge(battleId: string, moment: number): void {
    const moments = this.#open.get(battleId);
    const [first, ...others] = moments?.get(moment) ?? [];
    moments?.delete(moment);
    if (!first) return;
    if (others.length > 0)
      this.#faults.push(
        `${battleId} at ${moment}: ${[first, ...others].map(described).join(' differs from ')}`,
      );
    else if (first.decoders.size >= DECODERS_MIN) {
      this.#compared++;
      for (const bot of first.decoders) if (this.#fresh.has(bot)) this.#freshCompared++;
    }
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
