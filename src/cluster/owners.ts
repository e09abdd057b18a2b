/** Whether the owner of a battle is gone. Believing it too early is safe, since epochs fence; but players would blink. */
import { connect } from 'node:net';
import { LEASE_MS, type Leases, type ProcessInfo } from './process-lease.ts';
import type { Address } from './relay/tunnel.ts';

/** How long a process that may be dead is given to take a connection, in milliseconds. */
const PROBE_MS = 500;
/** More than one cluster has, with those that went in the last minutes. */
const PROCESSES_KEPT = 256;

export interface OwnersPorts {
  readonly leases: Leases;
  /** Whether anybody listens on this process's channel. */
  isListening(processId: string): Promise<boolean>;
}

export class Owners {
  readonly #ports: OwnersPorts;
  /** Where each process was when last seen: a dead one can be probed only where it lived. */
  readonly #lastSeen = new Map<string, ProcessInfo>();

  readonly #gone = new Set<string>();
  readonly #questions = new Map<string, Promise<boolean>>();

  constructor(ports: OwnersPorts) {
    this.#ports = ports;
  }

  /**
   * Its lease is out while our own view of the store is older than a lease (after the store's restart all leases look
   * expired); or, faster, its channel has no listener and its address takes no connection or is by now
   * that of another process that listens. Single flight for each process. Rejects with `StoreAway`.
   */
  isDead(processId: string): Promise<boolean> {
    if (this.#gone.has(processId)) return Promise.resolve(true);
    const underWay = this.#questions.get(processId);
    if (underWay) return underWay;
    const question = this.#ask(processId).finally(() => this.#questions.delete(processId));
    this.#questions.set(processId, question);
    return question;
  }

  /** Where a living process is to be reached; null for one that is not known to live. */
  async find(processId: string): Promise<ProcessInfo | null> {
    if (this.#gone.has(processId)) return null;
    return (await this.#alive()).find(({ id }) => id === processId) ?? null;
  }

  async #ask(processId: string): Promise<boolean> {
    const alive = await this.#alive();
    const isLeased = alive.some(({ id }) => id === processId);
    // By its lease alone it may only be slow, and wake up: that is asked again each time.
    if (!isLeased && this.#ports.leases.connectedMs() > LEASE_MS) return true;
    if (!(await this.#isGone(processId, alive))) return false;
    this.#gone.add(processId);
    forgetOldest(this.#gone);
    return true;
  }

  /** For good: it neither hears nor answers where it lived, and its id dies with it. */
  async #isGone(processId: string, alive: readonly ProcessInfo[]): Promise<boolean> {
    if (await this.#ports.isListening(processId)) return false;
    const info = this.#lastSeen.get(processId);
    if (info === undefined) return false;
    const successor = alive.find(
      ({ id, host, port }) => id !== processId && host === info.host && port === info.port,
    );
    // Of two with one address the one that nobody hears is the older: its lease outlives it.
    if (successor && (await this.#ports.isListening(successor.id))) return true;
    return !(await takesConnections(info));
  }

  async #alive(): Promise<readonly ProcessInfo[]> {
    const alive = await this.#ports.leases.alive();
    for (const info of alive) {
      this.#lastSeen.delete(info.id);
      this.#lastSeen.set(info.id, info);
    }
    forgetOldest(this.#lastSeen);
    return alive;
  }
}

function forgetOldest(ids: Map<string, unknown> | Set<string>): void {
  for (const id of ids.keys()) {
    if (ids.size <= PROCESSES_KEPT) return;
    ids.delete(id);
  }
}

/** Whether something listens there; true also where that does not come out. */
export function takesConnections({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PROBE_MS });
    const answer = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', answer(true));
    // Silence or a fault on the way is no proof of death: only a refusal is.
    socket.once('timeout', answer(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => answer(code !== 'ECONNREFUSED')());
  });
}
