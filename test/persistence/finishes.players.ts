/** Battles among few users, each played to its end in Redis, however often it is away. */
import type { Entry } from '../../src/battle/input.ts';
import type { Outcome } from '../../src/battle/outcome.ts';
import type { BattleRecord } from '../../src/battle/record.ts';
import { pick, seededRandom, type Random } from '../../src/battle/random.ts';
import { StoreAway, type InputLog } from '../../src/persistence/input-log/input-log.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimNow } from './living.ts';
import { choice, FORFEIT, RESUME, sampleOpening } from './sample.ts';

const RETRY_MS = 20;
const BEGUN_AT = Date.UTC(2026, 0, 1);
/** Between the ends of two battles: some hundred of them make a rating period. */
const APART_MS = 600_000;
const OUTCOMES: readonly Outcome[] = [
  { winner: 'p1', reason: 'win' },
  { winner: 'p1', reason: 'forfeit' },
  { winner: 'p2', reason: 'win' },
  { winner: 'p2', reason: 'timeout' },
  { winner: null, reason: 'tie' },
  { winner: null, reason: 'void' },
];
const WORDS = ['|move|p1a: Pikachu|', 'Thunder é💥', '"\\', '\0', '|-damage|', '\ud800', '|turn|7', '|'];

export class Players {
  readonly finished: BattleRecord[] = [];
  readonly #log: InputLog;
  readonly #random: Random;
  readonly #free: string[];
  readonly #formats: readonly string[];

  constructor(log: InputLog, seed: string, users: number, formats: number) {
    this.#log = log;
    this.#random = seededRandom(seed);
    this.#free = Array.from({ length: users }, (_, index) => `user-${index}`);
    this.#formats = Array.from({ length: formats }, (_, index) => `gen${index + 1}ou`);
  }

  /** One battle, from its opening until its end is acknowledged. */
  async play(): Promise<void> {
    const number = this.finished.length;
    const users = [this.#takeUser(), this.#takeUser()] as const;
    const opening = {
      ...sampleOpening({ users, format: pick(this.#random, this.#formats) }),
      rated: this.#random() < 0.95,
    };
    const { id } = opening;
    const outcome = pick(this.#random, OUTCOMES);
    const lines = this.#lines();
    const inputs = [RESUME, choice(1), choice(2, lines[0]), FORFEIT];
    await answered(() => this.#log.open(opening));
    const { epoch } = await answered(() => claimNow(this.#log, id));
    const entries: Entry[] = [];
    for (const [length, entry] of inputs.entries()) {
      const answer = await answered(() => this.#log.append(id, epoch, length, entry));
      if (answer.kind !== 'appended') throw new Error(`An entry was not appended: ${answer.kind}`);
      entries.push({ ...entry, at: answer.at });
    }
    const endedAt = BEGUN_AT + number * APART_MS;
    const startedAt = endedAt - 300_000;
    const record = { opening, entries, outcome, lines, turns: entries.length, startedAt, endedAt };
    const { kind } = await answered(() => this.#log.finish(id, epoch, record));
    if (kind !== 'finished') throw new Error(`A battle did not end: ${kind}`);
    this.finished.push(record);
    this.#free.push(...users);
  }

  #takeUser(): string {
    const index = Math.floor(this.#random() * this.#free.length);
    return this.#free.splice(index, 1)[0]!;
  }

  #lines(): string[] {
    const words = (): string => Array.from({ length: 4 }, () => pick(this.#random, WORDS)).join('');
    return Array.from({ length: 20 + Math.floor(this.#random() * 100) }, words);
  }
}

/** Repeats the identical call until the store has answered. */
async function answered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
      await sleep(RETRY_MS);
    }
  }
}
