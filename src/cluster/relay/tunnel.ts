/**
 * Two sockets joined: a client's, whose upgrade we were asked for, and one of ours to the process that has its room. What
 * ends or breaks on one side ends or breaks on the other; neither outlives the other by more than `lingerMs`.
 */
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Scheduler } from '../../rooms/scheduler.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds. */
export interface TunnelLimits {
  /** Until the owner has taken the connection. */
  readonly connectMs: number;
  /** From then until the first byte of its answer. */
  readonly answerMs: number;
  /** An owner that has answered and then says nothing for one to two of these is gone. */
  readonly silenceMs: number;
  /** From the end of one side to the end of both. */
  readonly lingerMs: number;
}

export interface TunnelPorts {
  readonly scheduler: Scheduler;
  readonly limits: TunnelLimits;
  /** The owner took the request and answered, whatever it answered. */
  answered(): void;
  /** After its answer the owner was the first to end: it has closed this connection, or is gone itself. */
  ownerEnded(): void;
  /** The client got a 503 in place of an answer. */
  unanswered(reason: Error): void;
  /** Both sockets are gone. Comes once, and last. */
  closed(): void;
}

export class Tunnel {
  readonly #ports: TunnelPorts;
  readonly #client: Duplex;
  readonly #owner: Socket;
  #isAnswered = false;
  #isBroken = false;
  #cancel: () => void;
  #cancelLinger: (() => void) | undefined;

  /** `opening` is what the owner is to read before what comes from the client. */
  constructor(client: Duplex, address: Address, opening: readonly Uint8Array[], ports: TunnelPorts) {
    const { scheduler, limits } = ports;
    this.#ports = ports;
    this.#client = client;
    this.#owner = connect({ host: address.host, port: address.port, allowHalfOpen: true, noDelay: true });
    this.#cancel = scheduler.after(limits.connectMs, () => this.#break(new Error('No connection in time.')));
    this.#owner.once('connect', () => {
      this.#arm(limits.answerMs, () => this.#break(new Error('No answer in time.')));
      for (const part of opening) this.#owner.write(part);
      client.pipe(this.#owner);
    });
    this.#owner.once('data', (first: Buffer) => this.#answer(first));
    this.#owner.once('end', () => {
      if (!this.#isAnswered) return this.#break(new Error('No answer at all.'));
      if (!client.readableEnded) ports.ownerEnded();
      this.#linger();
    });
    client.once('end', () => this.#linger());
    for (const socket of [client, this.#owner]) {
      socket.on('error', (error: Error) => {
        if (socket === this.#owner && this.#isAnswered && !this.#isBroken) ports.ownerEnded();
        this.#break(error);
      });
      socket.once('close', () => this.#close(socket));
    }
  }

  /** Cuts both sides. */
  destroy(): void {
    this.#isBroken = true;
    this.#client.destroy();
    this.#owner.destroy();
  }

  /** Only from here on is there a pipe to the client: before, its answer may have to be ours. */
  #answer(first: Buffer): void {
    if (this.#isBroken) return;
    this.#isAnswered = true;
    this.#client.write(first);
    this.#owner.pipe(this.#client);
    this.#ports.answered();
    this.#watch(this.#owner.bytesRead);
  }

  /** A machine that is gone closes nothing. */
  #watch(bytesRead: number): void {
    this.#arm(this.#ports.limits.silenceMs, () => {
      if (this.#owner.bytesRead === bytesRead) this.#break(new Error('The owner has fallen silent.'));
      else this.#watch(this.#owner.bytesRead);
    });
  }

  #break(reason: Error): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#cancel();
    this.#owner.destroy();
    if (this.#isAnswered || this.#client.destroyed) {
      this.#client.destroy();
      return;
    }
    this.#ports.unanswered(reason);
    // Left to go by itself the pipe would pause the client, whose end we want to see.
    this.#client.unpipe(this.#owner);
    refuse(this.#client, 503);
    this.#linger();
  }

  #linger(): void {
    this.#cancelLinger ??= this.#ports.scheduler.after(this.#ports.limits.lingerMs, () => this.destroy());
  }

  #close(socket: Duplex): void {
    const other = socket === this.#client ? this.#owner : this.#client;
    // After a proper end the pipe has ended the other side, which may still have something to take.
    if (!socket.readableEnded && !this.#isBroken) other.destroy();
    if (!other.closed) return;
    this.#cancel();
    this.#cancelLinger?.();
    this.#ports.closed();
  }

  #arm(ms: number, task: () => void): void {
    this.#cancel();
    this.#cancel = this.#ports.scheduler.after(ms, task);
  }
}

const REASONS = { 400: 'Bad Request', 503: 'Service Unavailable' } as const;

/** Answers an upgrade and ends our side of it. The caller sees to errors, and to a client that never ends its own. */
export function refuse(client: Duplex, status: keyof typeof REASONS): void {
  client.resume();
  client.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
