/** A process that is started again whenever it ends, and does not outlive us. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  spawnWatched,
  type WatchedProcess,
} from '../../src/persistence/embedded-postgres/watched-process.ts';

export interface KeptAliveOptions {
  /** For people. */
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  /** It writes a line that matches when it can be used. */
  readonly ready: RegExp;
  /** Whoever has not ended so long after being told to is killed. Milliseconds. */
  readonly stopMs: number;
  /** Every line that it writes. */
  readonly onLine: (line: string) => void;
  /** It ended, or runs again; a sentence. */
  readonly onNotice: (text: string) => void;
}

const RESTART_PAUSE_MS = 1_000;
// What it writes to the standard output is read where its errors are.
const JOIN_OUTPUTS = ['-c', 'exec "$@" >&2', 'sh'];

export class KeptAlive {
  readonly #options: KeptAliveOptions;
  readonly #stopping = new AbortController();
  #child: WatchedProcess | undefined;
  #life: Promise<void> = Promise.resolve();

  constructor(options: KeptAliveOptions) {
    this.#options = options;
  }

  /** Resolves when it can be used. Rejects when it ends before that: then it is not started again. */
  async start(): Promise<void> {
    const { child, ready } = this.#spawn();
    const isReady = await Promise.race([ready.then(() => true), child.exited.then(() => false)]);
    if (!isReady) throw new Error(`${this.#options.name} did not start.`);
    this.#life = this.#keep(child);
  }

  /** Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    child?.letGo();
    const cut = setTimeout(() => child && kill(child.pid()), this.#options.stopMs);
    await Promise.all([child?.exited, this.#life]);
    clearTimeout(cut);
  }

  async #keep(first: WatchedProcess): Promise<void> {
    const { name, onNotice } = this.#options;
    const { signal } = this.#stopping;
    for (let child = first; ;) {
      const status = await child.exited;
      if (signal.aborted) return;
      onNotice(`${name} died (status ${status}); it is started again`);
      await sleep(RESTART_PAUSE_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const again = this.#spawn();
      void again.ready.then(() => onNotice(`${name} runs again`));
      child = again.child;
    }
  }

  #spawn(): { readonly child: WatchedProcess; readonly ready: Promise<void> } {
    const { command, cwd, ready, onLine } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const child = spawnWatched('/bin/sh', [...JOIN_OUTPUTS, ...command], null, cwd, (line) => {
      if (ready.test(line)) resolve();
      onLine(line);
    });
    this.#child = child;
    return { child, ready: promise };
  }
}

function kill(pid: number): void {
  // 0 would be all of us.
  if (pid === 0) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
