/** Processor time of this process, all of its threads included. What others do on the machine disturbs it least. */

/** Microseconds. */
export function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Microseconds that `work` took. */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = cpuNow();
  await work();
  return cpuNow() - before;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** To three significant digits: more would only look exact. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}
