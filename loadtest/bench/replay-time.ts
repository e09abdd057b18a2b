/** How long a battle takes to come back from its log, by generation. */
import { replay } from '../../src/battle/replay.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { openingFor, playOut, Recording } from '../../test/support/play.ts';
import { cpuOf, median, round } from './cpu.ts';

export interface ReplayTime {
  readonly generation: number;
  readonly turns: number;
  /** Microseconds of processor time for a turn. */
  readonly us: number;
}

const GENERATIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const ROUNDS = 3;

export async function replayTimes(battles: number, seed: string): Promise<ReplayTime[]> {
  const times: ReplayTime[] = [];
  for (const generation of GENERATIONS) times.push(await replayTime(generation, battles, seed));
  return times;
}

async function replayTime(generation: number, battles: number, seed: string): Promise<ReplayTime> {
  const format = `gen${generation}randombattle`;
  const recordings = Array.from({ length: battles }, (_, index) => {
    const recording = new Recording(openingFor(format, `${seed} ${index}`));
    playOut(recording, seededRandom(`answers ${format} ${index}`), { turnsMax: 300 });
    return recording;
  });
  const costs: number[] = [];
  for (let count = 0; count < ROUNDS; count++)
    costs.push(
      await cpuOf(() => {
        for (const { opening, entries } of recordings) replay(opening, entries);
      }),
    );
  const turns = recordings.reduce((total, { battle }) => total + battle.turn, 0);
  return { generation, turns, us: round(median(costs) / turns) };
}
