/** The client processes of a load test, and what they see, added up. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ClientOptions, News, Order } from './client-process.ts';
import type { Aim } from './crowd.ts';
import type { Tick } from './meter.ts';
import type { Told } from './told.ts';

export interface ClientsOptions extends Omit<ClientOptions, 'transcripts'> {
  readonly processes: number;
  /** The core that they are tied to; Linux only. */
  readonly core?: number;
  /** Where each process keeps its transcripts: this, a dot and its number. */
  readonly transcripts?: string;
  /** With the number of the process that tells it. */
  readonly onTick: (tick: Tick, process: number) => void;
}

const CLIENT = new URL('client-process.ts', import.meta.url).pathname;

export class Clients {
  /** Of every client and battle that is over. */
  readonly told: Told[] = [];
  /** What clients gave up with. */
  readonly failures: string[] = [];
  readonly #children: readonly ChildProcess[];
  readonly #onTick: ClientsOptions['onTick'];
  readonly #finished: Promise<void>[];

  constructor({ processes, core, transcripts, onTick, ...options }: ClientsOptions) {
    this.#onTick = onTick;
    this.#children = Array.from({ length: processes }, (_, index) => {
      const file = transcripts === undefined ? undefined : `${transcripts}.${index}`;
      const seed = `${options.seed} ${index}`;
      return start({ ...options, seed, transcripts: file }, core);
    });
    this.#finished = this.#children.map((child, index) => this.#listen(child, index));
    // Whoever finishes hears of it.
    for (const finished of this.#finished) finished.catch(() => {});
  }

  get pids(): readonly number[] {
    return this.#children.map(({ pid }) => pid!);
  }

  /** Shared out evenly. */
  aim({ battles, spectators, rampMs }: Aim): void {
    this.#each((index) => ({
      kind: 'aim',
      battles: this.#share(battles, index),
      spectators: this.#share(spectators, index),
      rampMs,
    }));
  }

  /** Cuts so many connections a second from here on. */
  reconnect(perSecond: number): void {
    this.#each(() => ({ kind: 'reconnects', perSecond: perSecond / this.#children.length }));
  }

  /** Lets the battles end. Rejects when a process dies or they do not end in time. */
  async finish(patienceMs: number): Promise<void> {
    this.#each(() => ({ kind: 'finish' }));
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`Battles had not ended ${patienceMs / 1000} s after they were hurried.`)),
      patienceMs,
    );
    try {
      await Promise.race([Promise.all(this.#finished), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** At once. Resolves when the processes are gone. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }),
    );
  }

  #each(order: (index: number) => Order): void {
    for (const [index, child] of this.#children.entries()) if (child.connected) child.send(order(index));
  }

  #share(whole: number, index: number): number {
    const count = this.#children.length;
    return Math.floor((whole + index) / count);
  }

  #listen(child: ChildProcess, index: number): Promise<void> {
    return new Promise((resolve, reject) => {
      child.once('exit', (status, signal) =>
        reject(new Error(`A client process ended (${signal ?? status}).`)),
      );
      child.on('message', (news: News) => {
        if (news.kind === 'tick') this.#onTick(news.tick, index);
        if (news.kind === 'told') this.told.push(news.told);
        if (news.kind === 'failure') this.failures.push(news.failure);
        if (news.kind === 'finished') resolve();
      });
    });
  }
}

function start(options: ClientOptions, core: number | undefined): ChildProcess {
  const pinned = core === undefined ? [] : ['-c', String(core), process.execPath];
  return fork(CLIENT, [JSON.stringify(options)], {
    ...(core !== undefined && { execPath: 'taskset', execArgv: pinned }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
