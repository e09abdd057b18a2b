/**
 * A way to PostgreSQL that knows one statement from the next and breaks at the one that is chosen: before the server has
 * it, after its answer has arrived, after the server has done it and before anybody hears of it, or by an error of the
 * server's own.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SocketAddress } from './postgres.ts';

/** `answerLost` is known to the server alone. */
export const BREAKS = ['before', 'after', 'answerLost', 'error'] as const;
export type Break = (typeof BREAKS)[number];

export interface BreakingProxy {
  readonly address: SocketAddress;
  /** Of every statement since `clear`: its name, or its text where it has none. */
  readonly statements: readonly string[];
  clear(): void;
  /** Once, at the next statement of that name. */
  breakAt(statement: string, how: Break): void;
  /** Whether what was asked for last has happened. */
  isBroken(): boolean;
  close(): Promise<void>;
}

/** The server's words for "not now". */
const FAILING = `do $$ begin raise exception 'injected' using errcode = '53100'; end $$`;
const UNTYPED = '';

export async function startBreakingProxy(real: SocketAddress): Promise<BreakingProxy> {
  const dir = await mkdtemp(join(tmpdir(), 'endure-proxy-'));
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  let next: { readonly statement: string; readonly how: Break } | undefined;
  /** Takes the order if it is for this statement. */
  const orderFor = (statement: string): Break | undefined => {
    statements.push(statement);
    if (next?.statement !== statement) return undefined;
    const { how } = next;
    next = undefined;
    return how;
  };
  const server = createServer((client) => {
    const store = connect(pathOf(real));
    for (const [socket, other] of [
      [client, store],
      [store, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    new Conversation(client, store, orderFor).begin();
  });
  server.listen(pathOf({ ...real, host: dir }));
  await once(server, 'listening');
  return {
    address: { ...real, host: dir },
    statements,
    clear: () => void statements.splice(0),
    breakAt: (statement, how) => {
      next = { statement, how };
    },
    isBroken: () => next === undefined,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await rm(dir, { recursive: true });
    },
  };
}

function pathOf({ host, port }: SocketAddress): string {
  return join(host, `.s.PGSQL.${port}`);
}

/** One connection. A statement is held back until it is known whole: up to its Sync, or one simple query. */
class Conversation {
  readonly #client: Socket;
  readonly #store: Socket;
  readonly #orderFor: (statement: string) => Break | undefined;
  #held: Buffer[] = [];
  #name = '';
  /** What becomes of the answer that is awaited. */
  #fate: 'after' | 'answerLost' | undefined;

  constructor(client: Socket, store: Socket, orderFor: (statement: string) => Break | undefined) {
    this.#client = client;
    this.#store = store;
    this.#orderFor = orderFor;
  }

  begin(): void {
    const ask = framed(true, (type, message) => this.#ask(type, message));
    const answer = framed(false, (type, message) => this.#answer(type, message));
    this.#client.on('data', ask);
    this.#store.on('data', answer);
  }

  #ask(type: string, message: Buffer): void {
    this.#held.push(message);
    if (type === 'B') this.#name = boundName(message);
    if (type === 'Q') this.#name = message.toString('utf8', 5, message.length - 1);
    if (type === 'Q' || type === 'S') this.#send(this.#orderFor(this.#name));
    else if (type === UNTYPED || type === 'X') this.#send(undefined);
  }

  #send(order: Break | undefined): void {
    const whole = Buffer.concat(this.#held);
    this.#held = [];
    if (order === 'before') this.#cut();
    else this.#store.write(order === 'error' ? simpleQuery(FAILING) : whole);
    if (order === 'after' || order === 'answerLost') this.#fate = order;
  }

  #answer(type: string, message: Buffer): void {
    if (this.#fate !== 'answerLost') this.#client.write(message);
    // Ready for the next: this one is done.
    if (this.#fate && type === 'Z') this.#cut();
  }

  #cut(): void {
    // What was written arrives; nothing else does.
    this.#client.destroySoon();
    this.#store.destroy();
  }
}

/** Cuts the stream into messages: a type, then a length that counts itself. The first of a client has no type. */
function framed(
  isClient: boolean,
  onMessage: (type: string, message: Buffer) => void,
): (part: Buffer) => void {
  let rest = Buffer.alloc(0);
  let isFirst = isClient;
  return (part) => {
    rest = Buffer.concat([rest, part]);
    for (;;) {
      const head = isFirst ? 0 : 1;
      if (rest.length < head + 4) return;
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) return;
      const message = rest.subarray(0, end);
      rest = rest.subarray(end);
      const type = isFirst ? UNTYPED : String.fromCharCode(message[0]!);
      isFirst = false;
      onMessage(type, message);
    }
  };
}

/** A Bind message names a portal, then the statement. */
function boundName(message: Buffer): string {
  const from = message.indexOf(0, 5) + 1;
  return message.toString('utf8', from, message.indexOf(0, from));
}

function simpleQuery(text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(5);
  head.write('Q');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
