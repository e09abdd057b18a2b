/**
 * Every process takes every client: the WebSocket of one whose room is elsewhere is passed on to the owner, byte by byte.
 * One hop only. The owner learns the client's address from a header that the cluster secret signs; any other such header
 * counts as not there. Plain requests are never passed on: any process can answer them.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIMITS } from '../config/limits.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import type { Logger } from '../telemetry/logger.ts';
import { RELAY_HEADER, signRelayHeader, verifyRelayHeader } from './relay/header.ts';
import { type Address, refuse, Tunnel, type TunnelLimits } from './relay/tunnel.ts';

export interface RelayLimits extends TunnelLimits {
  /** Relays at once. */
  readonly relays: number;
}

const RELAY_LIMITS: RelayLimits = {
  relays: LIMITS.relays,
  connectMs: LIMITS.relayConnectMs,
  answerMs: LIMITS.relayAnswerMs,
  silenceMs: LIMITS.relaySilenceMs,
  lingerMs: LIMITS.relayLingerMs,
};

export interface RelayPorts {
  /** The same in all processes; never empty. */
  readonly clusterSecret: string;
  /** Milliseconds since the epoch: expiries are compared between machines. */
  readonly now: () => number;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** An owner has ended a relayed connection, which may mean that it is gone. Comes for each connection. */
  readonly ownerEnded: (owner: Address) => void;
  readonly limits?: RelayLimits;
}

export interface RelayStatistics {
  /** Relays that hold sockets. */
  readonly active: number;
  /** Upgrades that their owner answered. */
  readonly relayed: number;
  /** Upgrades answered with 503 because the owner did not answer. */
  readonly unanswered: number;
  /** Upgrades refused: too many at once, a second hop, or no WebSocket. */
  readonly refused: number;
}

export interface Relay {
  /**
   * Passes an upgrade on to its owner, or answers it. `address` is one that a living process registered. `head` as the
   * `upgrade` event gives it; nobody else may touch the socket.
   */
  relayUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    address: Address,
    clientAddress: string,
  ): void;
  /**
   * Who is behind a request that another process passed on; null when none did. Takes the header off the request. The
   * answer is the same for as long as the request lives, so it is asked for first when an upgrade comes in.
   */
  readRelayed(request: IncomingMessage): Relayed | null;
  readonly statistics: RelayStatistics;
  /** Cuts all relays; new ones are refused. Their clients come back by themselves, through another process. */
  close(): void;
}

export interface Relayed {
  /** As the relaying process determined it. */
  readonly clientAddress: string;
}

export function createRelay({
  clusterSecret,
  now,
  scheduler,
  logger,
  ownerEnded,
  limits = RELAY_LIMITS,
}: RelayPorts): Relay {
  if (clusterSecret === '') throw new RangeError('The cluster secret is empty.');
  const known = new WeakMap<IncomingMessage, Relayed | null>();
  const tunnels = new Set<Tunnel>();
  const counts = { relayed: 0, unanswered: 0, refused: 0 };
  let isClosed = false;

  const readRelayed = (request: IncomingMessage): Relayed | null => {
    const before = known.get(request);
    if (before !== undefined) return before;
    const clientAddress = verifyRelayHeader(
      clusterSecret,
      now(),
      request.headers[RELAY_HEADER],
      lineOf(request),
    );
    delete request.headers[RELAY_HEADER];
    const relayed = clientAddress === null ? null : { clientAddress };
    known.set(request, relayed);
    return relayed;
  };

  const dismiss = (socket: Duplex, status: 400 | 503): void => {
    counts.refused += 1;
    socket.on('error', () => socket.destroy());
    refuse(socket, status);
    const cancel = scheduler.after(limits.lingerMs, () => socket.destroy());
    socket.once('close', cancel);
  };

  return {
    readRelayed,

    relayUpgrade(request, socket, head, address, clientAddress) {
      if (socket.destroyed) return;
      if (!isWebSocket(request)) return dismiss(socket, 400);
      if (isClosed || readRelayed(request) !== null || tunnels.size >= limits.relays)
        return dismiss(socket, 503);
      const vouched = signRelayHeader(clusterSecret, now(), clientAddress, lineOf(request));
      const tunnel = new Tunnel(socket, address, [replay(request, vouched), head], {
        scheduler,
        limits,
        answered: () => void (counts.relayed += 1),
        ownerEnded: () => ownerEnded(address),
        unanswered: (err) => {
          counts.unanswered += 1;
          logger.warn(
            { err, owner: `${address.host}:${address.port}`, url: request.url },
            'an owner does not answer',
          );
        },
        closed: () => tunnels.delete(tunnel),
      });
      tunnels.add(tunnel);
    },

    get statistics() {
      return { active: tunnels.size, ...counts };
    },

    close() {
      isClosed = true;
      for (const tunnel of tunnels) tunnel.destroy();
    },
  };
}

function lineOf({ method = '', url = '' }: IncomingMessage): { method: string; url: string } {
  return { method, url };
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** The request as it came, byte by byte (Node reads headers as latin1), but for our header. */
function replay(request: IncomingMessage, vouched: string): Buffer {
  const { method, url } = lineOf(request);
  const lines = [`${method} ${url} HTTP/1.1`];
  const raw = request.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]!;
    if (name.toLowerCase() !== RELAY_HEADER) lines.push(`${name}: ${raw[index + 1]!}`);
  }
  lines.push(`${RELAY_HEADER}: ${vouched}`, '', '');
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
