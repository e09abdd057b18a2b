/**
 * Where bots think: in a thread of their own, so that no battle waits for them. One thread for a process, started when it
 * is first needed; one that dies or hangs costs its task, and the next task starts another.
 */
import { Worker } from 'node:worker_threads';
import type { ThreadMessage } from './bot-worker/thread.ts';
import type { BotTask } from './think.ts';

/** A task that takes longer than this hangs: a bot is given a fraction of it. Milliseconds. */
const HANG_MS = 2_000;
/** How long a task waits for its answer in all, in milliseconds. The thread takes a second or two to start. */
const PATIENCE_MS = 10_000;
/** Of the thread's heap: the tables of all generations take a third of it. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };
/** Tasks that wait; at a few milliseconds each, the last one is answered within seconds. */
const WAITING_MAX = 500;

interface Job {
  readonly task: BotTask;
  readonly settle: (text: string | null) => void;
}

interface Thread {
  readonly worker: Worker;
  isReady: boolean;
  /** What it thinks about. */
  job: Job | null;
  hangTimer: NodeJS.Timeout | undefined;
}

export class BotWorker {
  readonly #file: URL;
  readonly #failed: (error: unknown) => void;
  readonly #waiting: Job[] = [];
  #thread: Thread | null = null;
  #isStopped = false;

  /** `failed` hears of faults; the bots go on without that answer. `file` is the thread's. */
  constructor(
    failed: (error: unknown) => void,
    file: URL = new URL('./bot-worker/thread.ts', import.meta.url),
  ) {
    this.#failed = failed;
    this.#file = file;
  }

  /** null: there is no answer, and none will come. Never rejects. */
  choose(task: BotTask): Promise<string | null> {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    if (this.#isStopped || this.#waiting.length >= WAITING_MAX) return Promise.resolve(null);
    const job: Job = { task, settle: resolve };
    this.#waiting.push(job);
    const timer = setTimeout(() => this.#giveUp(job), PATIENCE_MS).unref();
    this.#next();
    return promise.finally(() => clearTimeout(timer));
  }

  /** What waits is not answered any more. */
  stop(): void {
    this.#isStopped = true;
    this.#dropWaiting();
    void this.#thread?.worker.terminate();
  }

  #next(): void {
    if (this.#isStopped || this.#waiting.length === 0) return;
    const thread = (this.#thread ??= this.#start());
    if (!thread.isReady || thread.job) return;
    const job = this.#waiting.shift()!;
    thread.job = job;
    thread.hangTimer = setTimeout(() => void thread.worker.terminate(), HANG_MS).unref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
    thread.worker.postMessage(job.task);
  }

  #start(): Thread {
    const worker = new Worker(this.#file, { execArgv: [], resourceLimits: HEAP });
    const thread: Thread = { worker, isReady: false, job: null, hangTimer: undefined };
    worker.on('message', (message: ThreadMessage) => this.#hear(thread, message));
    worker.on('error', this.#failed);
    worker.on('exit', () => this.#ended(thread));
    worker.unref();
    return thread;
  }

  #hear(thread: Thread, message: ThreadMessage): void {
    if (message.kind === 'fault') this.#failed(message.error);
    if (message.kind === 'ready') thread.isReady = true;
    else this.#settle(thread, message.kind === 'answer' ? message.text : null);
    this.#next();
  }

  #ended(thread: Thread): void {
    this.#thread = null;
    this.#settle(thread, null);
    // One that cannot even start would be started for ever.
    if (!thread.isReady) this.#dropWaiting();
    this.#next();
  }

  #settle(thread: Thread, text: string | null): void {
    clearTimeout(thread.hangTimer);
    thread.job?.settle(text);
    thread.job = null;
  }

  #giveUp(job: Job): void {
    const index = this.#waiting.indexOf(job);
    if (index >= 0) this.#waiting.splice(index, 1);
    job.settle(null);
  }

  #dropWaiting(): void {
    for (const job of this.#waiting.splice(0)) job.settle(null);
  }
}
