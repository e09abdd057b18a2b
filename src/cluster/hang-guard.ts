/**
 * Kills this process when its main loop stands still for as long as its lease lasts: others play its battles from then
 * on, and a process that hangs would keep its clients' sockets from coming to them.
 */
import { Worker } from 'node:worker_threads';
import { LEASE_MS } from './process-lease.ts';

/** What the watching thread is given. */
export interface Watch {
  /** Of one number, which the main loop counts up. */
  readonly ticks: Int32Array<SharedArrayBuffer>;
  /** Milliseconds between two looks, as between two ticks. */
  readonly lookMs: number;
  /** So many looks in a row without a tick are a hang. */
  readonly looksMax: number;
}

const LOOK_MS = 500;

/** Works until the process ends, and does not keep it from ending. `failed`: nobody watches any more. */
export function startHangGuard(failed: (error: unknown) => void): void {
  const ticks = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setInterval(() => Atomics.add(ticks, 0, 1), LOOK_MS).unref();
  const watch: Watch = { ticks, lookMs: LOOK_MS, looksMax: LEASE_MS / LOOK_MS };
  const worker = new Worker(new URL('./hang-guard/watcher.ts', import.meta.url), {
    workerData: watch,
    execArgv: [],
  });
  worker.on('error', failed);
  worker.unref();
}
