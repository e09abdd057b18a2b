/** Which process is to play a new battle: of two drawn at random the one with fewer, so that a burst spreads. */
import { pick, type Random } from '../battle/random.ts';
import type { ProcessInfo } from './process-lease.ts';

/** undefined when no process takes battles. */
export function chooseProcess(
  processes: readonly ProcessInfo[],
  engine: string,
  random: Random,
): ProcessInfo | undefined {
  const able = processes.filter((process) => !process.isDraining && process.engine === engine);
  if (able.length === 0) return undefined;
  const [one, other] = [pick(random, able), pick(random, able)];
  return one.battles <= other.battles ? one : other;
}
