/**
 * The HTTP server, bounded against who connects and says nothing, says it slowly, or does not take the answer. Node
 * answers 408 and 431 by itself. Upgraded connections are not its business: see cluster/upgrade-gate.ts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LIMITS } from '../config/limits.ts';
import { Tally } from '../tally.ts';
import { type AddressConfig, connectionAddress } from './client-address.ts';

const TOO_MANY = 'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** How often Node looks for requests that are late. */
const CHECK_MS = 1_000;

export interface ServerBounds {
  /** HTTP connections of one address. */
  readonly perAddress: number;
  /** Milliseconds: for the headers, for the whole request, and from then until its answer has been taken. */
  readonly headersMs: number;
  readonly requestMs: number;
  readonly answerMs: number;
}

const BOUNDS: ServerBounds = {
  perAddress: LIMITS.httpConnectionsPerAddress,
  headersMs: LIMITS.headersMs,
  requestMs: LIMITS.requestMs,
  answerMs: LIMITS.answerMs,
};

/** It does not listen yet. */
export function createBoundedServer(config: AddressConfig, bounds: ServerBounds = BOUNDS): Server {
  const http = createServer({
    headersTimeout: bounds.headersMs,
    requestTimeout: bounds.requestMs,
    keepAliveTimeout: LIMITS.keepAliveMs,
    connectionsCheckingInterval: CHECK_MS,
    maxHeaderSize: LIMITS.headerBytes,
  });
  http.maxHeadersCount = LIMITS.headers;
  http.maxConnections = LIMITS.connections;
  countConnections(http, config, bounds.perAddress);
  boundAnswers(http, bounds.answerMs);
  return http;
}

interface Unanswered {
  count: number;
  timer: NodeJS.Timeout | undefined;
}

/** How many requests of a connection wait for their answers, and how long. */
function boundAnswers(http: Server, answerMs: number): void {
  const all = new WeakMap<Socket, Unanswered>();
  http.on('connection', (socket: Socket) => {
    const unanswered: Unanswered = { count: 0, timer: undefined };
    all.set(socket, unanswered);
    socket.once('close', () => clearTimeout(unanswered.timer));
  });
  http.on('request', ({ socket }: IncomingMessage, res: ServerResponse) => {
    const unanswered = all.get(socket)!;
    if (++unanswered.count > LIMITS.pipelinedRequests) socket.destroy();
    if (unanswered.count === 1) unanswered.timer = setTimeout(() => socket.destroy(), answerMs);
    res.once('close', () => {
      if (--unanswered.count === 0) clearTimeout(unanswered.timer);
    });
  });
}

function countConnections(http: Server, config: AddressConfig, most: number): void {
  const tally = new Tally(most);
  const holders = new Map<Socket, string>();
  const release = (socket: Socket): void => {
    const address = holders.get(socket);
    if (address === undefined) return;
    holders.delete(socket);
    tally.giveBack(address);
  };
  http.on('connection', (socket: Socket) => {
    const address = connectionAddress(socket, config);
    if (address === null) return;
    if (!tally.take(address)) {
      socket.end(TOO_MANY, () => socket.destroy());
      return;
    }
    holders.set(socket, address);
    socket.once('close', () => release(socket));
  });
  http.prependListener('upgrade', ({ socket }: IncomingMessage) => release(socket));
}
