/** Every public input, fuzzed: a server in a process of its own, and the core beside it. */
import assert from 'node:assert/strict';
import { Target } from '../security/target.ts';
import { fuzzChoices, fuzzTeams, fuzzTokens } from './core.ts';
import { documentedRoutes, fuzzHttp, fuzzRequestBytes } from './http.ts';
import { type ChoiceFigures, type FrameFigures, fuzzFrames, fuzzMoves, fuzzWire } from './sockets.ts';

/** Inputs by surface. */
export interface FuzzSizes {
  readonly http: number;
  readonly requestBytes: number;
  readonly frames: number;
  readonly wire: number;
  readonly moves: number;
  readonly choices: number;
  readonly teams: number;
  readonly tokens: number;
}

export interface Fuzzed {
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly frames: FrameFigures;
  readonly moves: ChoiceFigures;
}

export interface FuzzFigures extends Fuzzed {
  readonly inputs: FuzzSizes;
  readonly routes: number;
  readonly crashes: 0;
  readonly unhandled: 0;
  readonly fiveHundreds: 0;
  /** Of the server's peak of resident memory, from the middle of the rounds to the end, in MiB. */
  readonly peakGrowthMiB: number;
}

/**
 * What a server that keeps nothing of its inputs may grow by once all of it has run: garbage that waits, and the battles
 * that nobody comes back to, some two hundred of them.
 */
const PEAK_GROWTH_MAX = 48 * 2 ** 20;

/** All surfaces once. Rejects at the first answer that is not of the protocol, and when the server is not well after. */
export async function fuzzOnce(target: Target, sizes: FuzzSizes, seed: number): Promise<Fuzzed> {
  const statuses = await fuzzHttp(target, sizes.http, seed);
  await fuzzRequestBytes(target, sizes.requestBytes, seed);
  const frames = await fuzzFrames(target, sizes.frames, seed);
  await fuzzWire(target, sizes.wire, seed);
  const moves = await fuzzMoves(target, sizes.moves, seed);
  fuzzChoices(sizes.choices, seed);
  fuzzTeams(sizes.teams, seed);
  await fuzzTokens(sizes.tokens, seed);
  target.assertUnharmed();
  return { statuses, frames, moves };
}

/** `sizes` are those of a round; each round has a seed of its own. */
export async function proveFuzz(options: {
  readonly seed: number;
  readonly sizes: FuzzSizes;
  readonly rounds: number;
  readonly report?: (line: string) => void;
}): Promise<FuzzFigures> {
  const { seed, sizes, rounds, report } = options;
  const target = await Target.start();
  const sum = {
    statuses: {},
    frames: { frames: 0, closed: 0 },
    moves: { choices: 0, accepted: 0, battles: 0 },
  };
  let peak = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const { statuses, frames, moves } = await fuzzOnce(target, sizes, seed + 1_000 * round);
      add(sum.statuses, statuses);
      add(sum.frames, frames);
      add(sum.moves, moves);
      if (round < rounds / 2) peak = target.peakMemory();
      report?.(`round ${round + 1} of ${rounds}: ${JSON.stringify(sum.statuses)}`);
    }
    const growth = target.peakMemory() - peak;
    assert.ok(growth < PEAK_GROWTH_MAX, `the server has grown by ${growth} bytes`);
    const inputs = Object.fromEntries(
      Object.entries(sizes).map(([name, size]) => [name, rounds * (size as number)]),
    );
    return {
      inputs: inputs as unknown as FuzzSizes,
      routes: documentedRoutes().length,
      ...sum,
      // Each would have thrown by now.
      crashes: 0,
      unhandled: 0,
      fiveHundreds: 0,
      peakGrowthMiB: Math.round(growth / 2 ** 20),
    };
  } finally {
    await target.stop();
  }
}

function add<Key extends string>(
  sum: Partial<Record<Key, number>>,
  more: Readonly<Record<Key, number>>,
): void {
  for (const key of Object.keys(more) as Key[]) sum[key] = (sum[key] ?? 0) + more[key];
}
