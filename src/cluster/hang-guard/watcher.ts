/**
 * The watching thread. It counts its own looks and asks no clock: where the whole process was stopped, it was stopped as
 * well, so that a process that wakes up gets as much time as any other.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { Watch } from '../hang-guard.ts';

const { ticks, lookMs, looksMax } = workerData as Watch;
let seen = Atomics.load(ticks, 0);
let looksInVain = 0;

setInterval(() => {
  const now = Atomics.load(ticks, 0);
  looksInVain = now === seen ? looksInVain + 1 : 0;
  seen = now;
  if (looksInVain < looksMax) return;
  try {
    // Not process.stderr: in a thread it goes through the main loop.
    writeSync(
      2,
      `The main loop stood still for ${looksMax * lookMs} ms: process ${process.pid} ends itself.\n`,
    );
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}, lookMs);
