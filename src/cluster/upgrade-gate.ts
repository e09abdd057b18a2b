/**
 * What every WebSocket upgrade passes first, whichever room it is for: it must be readable, and neither its address nor
 * its user may have too many or ask too often. What another process passed on was counted there by its address.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Tokens } from '../auth/token.ts';
import { LIMITS } from '../config/limits.ts';
import { createBuckets, type Taken } from '../rate-limit.ts';
import { Tally } from '../tally.ts';
import { isLatencyCheck } from './admission.ts';
import { isReadableUpgrade, refuseUpgrade } from './readable-upgrades.ts';

export interface UpgradeGatePorts {
  /** Takes one of the upgrades that the address of this request may ask for. */
  take(req: IncomingMessage): Taken;
  /** The same for those who only measure the latency. */
  takeStranger(req: IncomingMessage): Taken;
  /** null for one that is not limited. */
  limitedAddress(req: IncomingMessage): string | null;
  /** Whether another process of ours passed this request on. */
  isRelayed(req: IncomingMessage): boolean;
  readonly tokens: Pick<Tokens, 'signedFor'>;
  /** One has been refused because it was one too many. */
  limited(): void;
  /** Milliseconds, monotonic. */
  now(): number;
}

export type UpgradeHandler = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface SocketBounds {
  readonly perAddress: number;
  readonly perUser: number;
}

const BOUNDS: SocketBounds = { perAddress: LIMITS.socketsPerAddress, perUser: LIMITS.socketsPerUser };

/** `next` gets the upgrades of `http` that may go on. */
export function gateUpgrades(
  http: Server,
  ports: UpgradeGatePorts,
  next: UpgradeHandler,
  bounds: SocketBounds = BOUNDS,
): void {
  const ofAddress = new Tally(bounds.perAddress);
  const ofUser = new Tally(bounds.perUser);
  const perUser = createBuckets({ ...LIMITS.upgradesPerUser, now: () => ports.now() });

  http.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    endWhenEnded(socket);
    if (!isReadableUpgrade(req)) return refuseUpgrade(socket, '400 Bad Request');
    if (!ports.isRelayed(req) && !(ports.take(req).ok && hold(ofAddress, ports.limitedAddress(req), socket)))
      return limit(socket);
    pass(req, socket, head).catch(() => refuseUpgrade(socket, '503 Service Unavailable'));
  });

  function limit(socket: Duplex): void {
    ports.limited();
    refuseUpgrade(socket, '429 Too Many Requests');
  }

  async function pass(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // As the transport reads it.
    const url = new URL(`ws://server${req.url ?? '/'}`);
    if (isLatencyCheck(url) && !ports.takeStranger(req).ok) return limit(socket);
    const user = await ports.tokens.signedFor(url.searchParams.get('_authToken') ?? '');
    if (socket.destroyed) return;
    if (user !== null && !(perUser.take(user).ok && hold(ofUser, user, socket))) return limit(socket);
    next(req, socket, head);
  }
}

/** Until the socket is gone. A key of null always may. */
function hold(tally: Tally, key: string | null, socket: Duplex): boolean {
  if (key === null) return true;
  if (!tally.take(key)) return false;
  socket.once('close', () => tally.giveBack(key));
  return true;
}

/** Once our side has ended, the other one has a while for its own: it may never come. */
function endWhenEnded(socket: Duplex): void {
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), LIMITS.socketLingerMs);
    socket.once('close', () => clearTimeout(timer));
  });
}
