/**
 * A question to another process from time to time, by the way on which processes ask one another to open battles: what it
 * takes and whether it is answered shows how well they hear one another. One at a time, each of the others in turn.
 */
import type { Scheduler } from '../rooms/scheduler.ts';

export interface CanaryPorts {
  /** Of this process. */
  readonly processId: string;
  /** Living processes, this one among them. Rejects with `StoreAway`. */
  processes(): Promise<readonly { readonly id: string; readonly isDraining: boolean }[]>;
  /** Rejects when that one does not answer in good time. */
  ask(processId: string): Promise<unknown>;
  /** An answer came, so many milliseconds after the question. */
  answered(ms: number): void;
  readonly scheduler: Scheduler;
}

export interface CanaryFigures {
  /** Since the start. */
  readonly asked: number;
  readonly lost: number;
  /** Of the last answer, in milliseconds; null: there was none yet, or the last question had none. */
  readonly roundTripMs: number | null;
}

export interface Canary {
  readonly figures: CanaryFigures;
  stop(): void;
}

/** Milliseconds between two questions. */
export const CANARY_MS = 5_000;

export function startCanary({ processId, scheduler, ...ports }: CanaryPorts): Canary {
  let figures: CanaryFigures = { asked: 0, lost: 0, roundTripMs: null };
  let turn = 0;
  let isStopped = false;
  let cancel = (): void => {};

  const ask = async (id: string): Promise<void> => {
    const askedAt = scheduler.now();
    const isAnswered = await ports.ask(id).then(
      () => true,
      () => false,
    );
    const { asked, lost } = figures;
    const roundTripMs = isAnswered ? scheduler.now() - askedAt : null;
    figures = { asked: asked + 1, lost: lost + (isAnswered ? 0 : 1), roundTripMs };
    if (roundTripMs !== null) ports.answered(roundTripMs);
  };
  const round = async (): Promise<void> => {
    // While the store is away nobody can be asked: that shows elsewhere.
    const processes = await ports.processes().catch(() => []);
    const others = processes.filter(({ id, isDraining }) => id !== processId && !isDraining);
    const next = others[turn++ % others.length];
    if (next && !isStopped) await ask(next.id);
    if (!isStopped) arm();
  };
  const arm = (): void => {
    cancel = scheduler.after(CANARY_MS, () => void round());
  };
  arm();
  return {
    get figures() {
      return figures;
    },
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
