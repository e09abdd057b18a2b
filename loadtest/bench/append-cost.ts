/** What an append to the input log in PostgreSQL costs this process, and how long it takes, by how many battles wait. */
import type { BattleId, UserId } from '../../src/battle/ids.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { openingFor } from '../../test/support/play.ts';
import type { SocketAddress } from '../../test/support/postgres.ts';
import { percentiles } from '../percentiles.ts';
import { cpuNow, round } from './cpu.ts';

export interface AppendCost {
  /** Battles that append at the same time, over and over. */
  readonly waiting: number;
  readonly appends: number;
  /** Microseconds of processor time of this process for one append; PostgreSQL's is not in it. */
  readonly us: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

const WARM_UP_S = 0.5;

export async function appendCosts(
  connection: SocketAddress,
  waiting: readonly number[],
  seconds: number,
): Promise<AppendCost[]> {
  const log = new PostgresInputLog(connection);
  const costs: AppendCost[] = [];
  try {
    for (const count of waiting) costs.push(await appendCost(log, count, seconds));
  } finally {
    await log.close();
  }
  return costs;
}

async function appendCost(log: InputLog, waiting: number, seconds: number): Promise<AppendCost> {
  const ids = Array.from({ length: waiting }, (_, index) => `bench-${waiting}-${index}` as BattleId);
  const opening = openingFor('gen9randombattle', 'append');
  for (const id of ids) {
    const sides = opening.sides.map((seat) => ({ ...seat, userId: `${id}-${seat.side}` as UserId }));
    await log.open({ ...opening, id, sides });
    await log.claim(id, 0, 'bench', opening.engine);
  }
  const lengths = ids.map(() => 0);
  await appendFor(log, ids, lengths, WARM_UP_S);
  const before = cpuNow();
  const latencies = await appendFor(log, ids, lengths, seconds);
  const { p50, p99 } = percentiles(latencies);
  return {
    waiting,
    appends: latencies.length,
    us: round((cpuNow() - before) / latencies.length),
    latencyMs: { p50, p99 },
  };
}

/** Each battle appends, waits for the answer, and appends again. Milliseconds of every append. */
async function appendFor(
  log: InputLog,
  ids: readonly BattleId[],
  lengths: number[],
  seconds: number,
): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  const latencies: number[] = [];
  const one = async (id: BattleId, index: number): Promise<void> => {
    while (performance.now() < until) {
      const at = performance.now();
      const input = { type: 'choice', side: 'p1', text: 'move 1', rqid: lengths[index]! + 1 } as const;
      const { kind } = await log.append(id, 1, lengths[index]!++, { input, print: '1.abcdef' });
      if (kind !== 'appended') throw new Error(`An append was ${kind}.`);
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(ids.map(one));
  return latencies;
}
