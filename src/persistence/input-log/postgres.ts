/**
 * The input log in PostgreSQL, with `pg` itself: an ORM call costs more than all that we allow ourselves for a turn.
 * Needs a direct connection (prepared statements): no pooler in transaction mode between.
 */
import type { BattleId, UserId } from '../../battle/ids.ts';
import type { Entry, NewEntry } from '../../battle/input.ts';
import type { Opening } from '../../battle/opening.ts';
import type { BattleRecord } from '../../battle/record.ts';
import type { DatabaseAddress } from '../database/address.ts';
import type { PoolFigures } from '../database/pool-figures.ts';
import { isStorable } from '../database/storable.ts';
import { StoreAway } from './input-log.ts';
import type { AppendResult, BattleHead, ClaimResult, InputLog, OpenResult } from './input-log.ts';
import { AppendQueue } from './postgres/append-queue.ts';
import { LogPool } from './postgres/log-pool.ts';
import type { Attempt, Query } from './postgres/log-pool.ts';
import * as sql from './postgres/statements.ts';
import { recordBattle } from '../results/record.ts';
import type { Recorded } from '../results/results.ts';

/** Claims and finishes at once: more would only wait for the same disk. */
const CONNECTIONS_MAX = 4;
/** Another statement changed the battle at the same moment: that often in a row is no coincidence. */
const ASKS_MAX = 20;
/** Heads of one statement. */
const HEADS_MAX = 500;
const PING_LIMIT_MS = 300;

/** Rows are found by their key, however small the tables were when the plan was made. */
const BY_KEY = { enable_hashjoin: 'off', enable_mergejoin: 'off', enable_seqscan: 'off', jit: 'off' };

type StoredEntry = [at: number, entry: NewEntry];

interface ClaimRow {
  engine: string;
  epoch: number | null;
  crashes: number;
  deaths: number;
  length: number;
  opening: Opening;
  entries: StoredEntry[];
}

export class PostgresInputLog implements InputLog {
  readonly #appendPool: LogPool;
  readonly #pool: LogPool;
  readonly #appends: AppendQueue;

  readonly #onRecorded: (recorded: Recorded) => void;

  /** Connects on first use. `onRecorded` hears of each battle that this adapter has recorded. */
  constructor(address: DatabaseAddress, onRecorded: (recorded: Recorded) => void = () => {}) {
    this.#onRecorded = onRecorded;
    this.#appendPool = new LogPool(address, 1, BY_KEY);
    this.#pool = new LogPool(address, CONNECTIONS_MAX, BY_KEY);
    this.#appends = new AppendQueue(this.#appendPool);
  }

  get pools(): { readonly append: PoolFigures; readonly log: PoolFigures } {
    return { append: this.#appendPool.figures, log: this.#pool.figures };
  }

  append(id: BattleId, epoch: number, length: number, entry: NewEntry): Promise<AppendResult> {
    return this.#appends.append(id, epoch, length, entry);
  }

  open(opening: Opening): Promise<OpenResult> {
    return definite(async () => {
      const attempt = await this.#pool.transaction((query) => tryOpen(query, opening));
      return attempt.result;
    });
  }

  async claim(id: BattleId, seenEpoch: number, owner: string, engine: string): Promise<ClaimResult> {
    if (!isStorable(id)) return { kind: 'missing' };
    const values = [id, seenEpoch, owner, engine];
    const { rows } = await this.#pool.query<ClaimRow>({ name: 'claim', text: sql.CLAIM, values });
    const row = rows[0];
    if (!row) return { kind: 'missing' };
    if (row.engine !== engine) return { kind: 'engine', engine: row.engine };
    if (row.epoch === null) return { kind: 'lost' };
    const stored = row.entries.length === row.length ? row.entries : await this.#entries(id);
    const entries = stored.slice(0, row.length).map(([at, entry]): Entry => ({ ...entry, at }));
    const { epoch, opening, crashes, deaths } = row;
    return { kind: 'claimed', claim: { epoch, opening, entries, crashes, deaths } };
  }

  async finish(id: BattleId, epoch: number, record: BattleRecord): Promise<{ kind: 'finished' | 'fenced' }> {
    const { kind, recorded } = await definite(async () => {
      const attempt = await this.#pool.transaction((query) => tryFinish(query, id, epoch, record));
      return attempt.result;
    });
    if (recorded) this.#onRecorded(recorded);
    return { kind };
  }

  async release(id: BattleId, epoch: number): Promise<{ kind: 'released' | 'fenced' }> {
    const { rowCount } = await this.#pool.query({ name: 'release', text: sql.RELEASE, values: [id, epoch] });
    return { kind: rowCount === 1 ? 'released' : 'fenced' };
  }

  async head(id: BattleId): Promise<BattleHead | null> {
    if (!isStorable(id)) return null;
    const { rows } = await this.#pool.query<BattleHead>({ name: 'head', text: sql.HEAD, values: [id] });
    return rows[0] ?? null;
  }

  async battleOf(userId: UserId): Promise<BattleId | null> {
    if (!isStorable(userId)) return null;
    const { rows } = await this.#pool.query<{ battleId: BattleId }>({
      name: 'battle-of',
      text: sql.BATTLE_OF,
      values: [userId],
    });
    return rows[0]?.battleId ?? null;
  }

  async epochs(ids: readonly BattleId[]): Promise<ReadonlyMap<BattleId, number>> {
    const { rows } = await this.#pool.query<{ id: BattleId; epoch: number }>({
      name: 'epochs',
      text: sql.EPOCHS,
      values: [ids.filter(isStorable)],
    });
    return new Map(rows.map((row) => [row.id, row.epoch]));
  }

  async *living(): AsyncGenerator<BattleHead> {
    for (let after = '0'; ;) {
      const { rows } = await this.#pool.query<BattleHead & { readonly serial: string }>({
        name: 'living',
        text: sql.LIVING,
        values: [after, HEADS_MAX],
      });
      for (const { serial, ...head } of rows) {
        after = serial;
        yield head;
      }
      if (rows.length < HEADS_MAX) return;
    }
  }

  /** Whether the store answers within 300 ms. */
  async ping(): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), PING_LIMIT_MS);
    const answer = this.#pool.query({ text: 'select 1', values: [] }).then(
      () => true,
      () => false,
    );
    return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
  }

  /** Waits for calls under way; later ones reject with `StoreAway`. */
  async close(): Promise<void> {
    await Promise.all([this.#appendPool.close(), this.#pool.close()]);
  }

  async #entries(id: BattleId): Promise<StoredEntry[]> {
    const { rows } = await this.#pool.query<{ entries: StoredEntry[] }>({
      name: 'entries',
      text: sql.READ_ENTRIES,
      values: [id],
    });
    return rows[0]?.entries ?? [];
  }
}

/** `result` null: something changed meanwhile, try again. */
async function tryOpen(query: Query, opening: Opening): Promise<Attempt<OpenResult | null>> {
  const { id, format, engine, sides } = opening;
  const users = JSON.stringify(sides.map(({ side, userId }) => ({ side, userId })));
  const values = [id, format, engine, users, JSON.stringify(opening)];
  const { rowCount } = await query({ name: 'open', text: sql.OPEN, values });
  if (rowCount === 0) return undone({ kind: 'opened' });
  // Only after the insert: it waits for a finish of the same battle that is under way.
  const recorded = await query({ name: 'is-recorded', text: sql.IS_RECORDED, values: [id] });
  if (recorded.rowCount !== 0) return undone({ kind: 'opened' });
  // A bot may be in any number of battles.
  const userIds = [...new Set(sides.filter(({ bot }) => !bot).map(({ userId }) => userId))].sort();
  const marked = await query({ name: 'mark', text: sql.MARK, values: [id, userIds] });
  if (marked.rowCount === userIds.length) return { commit: true, result: { kind: 'opened' } };
  const elsewhere = await query<{ userId: UserId; battleId: BattleId }>({
    name: 'marked-elsewhere',
    text: sql.MARKED_ELSEWHERE,
    values: [id, userIds],
  });
  return undone(elsewhere.rowCount === 0 ? null : { kind: 'busy', users: elsewhere.rows });
}

function undone(result: OpenResult | null): Attempt<OpenResult | null> {
  return { commit: false, result };
}

interface Finished {
  readonly kind: 'finished' | 'fenced';
  /** Only of the one that did it. */
  readonly recorded?: Recorded | null;
}

/** `result` null: as for `tryOpen`. */
async function tryFinish(
  query: Query,
  id: BattleId,
  epoch: number,
  record: BattleRecord,
): Promise<Attempt<Finished | null>> {
  const { rowCount } = await query({ name: 'retire', text: sql.RETIRE, values: [id, epoch] });
  if (rowCount === 1)
    return { commit: true, result: { kind: 'finished', recorded: await recordBattle(query, record) } };
  const { rows } = await query<{ verdict: Finished['kind'] | 'again' }>({
    name: 'retired',
    text: sql.RETIRED,
    values: [id, epoch],
  });
  const verdict = rows[0]!.verdict;
  return { commit: false, result: verdict === 'again' ? null : { kind: verdict } };
}

async function definite<Result>(ask: () => Promise<Result | null>): Promise<Result> {
  for (let asks = 0; asks < ASKS_MAX; asks += 1) {
    const result = await ask();
    if (result !== null) return result;
  }
  throw new StoreAway('The input log gave no definite answer.');
}
