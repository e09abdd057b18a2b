/** Typed events. What is said before anybody listens is held back, in order, until somebody does. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();
  #held: (() => void)[] | null = [];

  /** Returns what takes the listener away again. */
  on<K extends keyof Events>(event: K, listener: (payload: Events[K]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    // Later, so that all listeners that are added together hear everything.
    if (this.#listeners.size === 0) queueMicrotask(() => this.#release());
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  protected emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    if (this.#held) this.#held.push(() => this.#tell(event, payload));
    else this.#tell(event, payload);
  }

  #release(): void {
    for (const tell of this.#held ?? []) tell();
    this.#held = null;
  }

  #tell<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const listener of Array.from(this.#listeners.get(event) ?? [])) {
      try {
        listener(payload as never);
      } catch (error) {
        // The listener's fault shows where faults show, and takes nothing from the others.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
