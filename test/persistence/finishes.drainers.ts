/** Processes that drain the outbox, each replaced when it is killed. */
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { DrainerOrder, FromDrainer } from './finishes.child.ts';

const CHILD = new URL('finishes.child.ts', import.meta.url).pathname;

export class Drainers {
  /** Battles of which a process said that it recorded them. */
  readonly recorded = new Set<string>();
  /** That were found in the database by who took them next. */
  again = 0;
  /** Calls that a store did not answer. */
  failed = 0;
  readonly #order: DrainerOrder;
  readonly #unlocked = new Set<string>();
  readonly #children: ChildProcess[] = [];
  /** Those that have recorded something. */
  readonly #busy = new Set<ChildProcess>();
  #fault: unknown;

  constructor(order: DrainerOrder, count: number) {
    this.#order = order;
    for (let index = 0; index < count; index++) this.#start();
  }

  /** `kill -9` of one that has recorded something, at its next word; another takes its place. */
  async kill(): Promise<void> {
    const victim = [...this.#busy][0] ?? (await this.#nextBusy());
    this.#busy.delete(victim);
    this.#children.splice(this.#children.indexOf(victim), 1);
    const gone = once(victim, 'exit');
    victim.kill('SIGKILL');
    await gone;
    this.#start();
  }

  /** Throws what went wrong in any of them. */
  check(): void {
    if (this.#fault) throw this.#fault;
  }

  async stop(): Promise<void> {
    const gone = this.#children.map((child) => once(child, 'exit'));
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
    await Promise.all(gone);
  }

  async #nextBusy(): Promise<ChildProcess> {
    const heard = this.#children.map(async (child) => {
      await once(child, 'message');
      return child;
    });
    return Promise.race(heard);
  }

  #start(): void {
    const child = fork(CHILD);
    this.#children.push(child);
    child.on('message', (message: FromDrainer) => {
      try {
        this.#hear(child, message);
      } catch (error) {
        this.#fault ??= error;
      }
    });
    child.once('exit', (status) => {
      if (this.#children.includes(child)) this.#fault ??= new Error(`A drainer ended with ${status}.`);
    });
    child.send(this.#order);
  }

  #hear(child: ChildProcess, message: FromDrainer): void {
    if (message.kind === 'again') this.again++;
    else if (message.kind === 'failed') this.failed++;
    else if (message.kind === 'aside') assert.fail(`set aside: ${message.error}`);
    else {
      const { id, unlocked } = message;
      assert(!this.recorded.has(id), `${id} was recorded twice`);
      this.recorded.add(id);
      for (const { userId, kind } of unlocked) {
        assert(!this.#unlocked.has(`${userId} ${kind}`), `${userId} achieved ${kind} twice`);
        this.#unlocked.add(`${userId} ${kind}`);
      }
      if (this.#children.includes(child)) this.#busy.add(child);
    }
  }
}
