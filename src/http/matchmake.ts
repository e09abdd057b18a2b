/**
 * `POST /matchmake/:method/:name`, in place of Colyseus's own route: what a client may join, and nothing it may create.
 * Errors carry their code as `message` too, because that is what the SDK throws.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { matchMaker } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { BattleId, FormatId } from '../battle/ids.ts';
import type { BattleDirectory } from '../cluster/battle-directory.ts';
import type { LadderRooms } from '../cluster/ladder-rooms.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { createBuckets, spend } from '../rate-limit.ts';
import { readJsonBody } from './body.ts';
import { corsHeadersFor } from './cors.ts';
import { asCoded, sendError } from './errors.ts';
import { createGate } from './gate.ts';
import { addressBuckets } from './per-address.ts';
import type { HttpPorts, SeatReservation } from './ports.ts';
import { securityHeaders } from './security-headers.ts';
import { logRequest } from './request-log.ts';

export interface MatchmakePorts extends Pick<
  HttpPorts,
  'config' | 'tokens' | 'users' | 'battles' | 'formats' | 'log' | 'meter' | 'now'
> {
  readonly directory: BattleDirectory;
  /** Of this process. */
  readonly ladders: Pick<LadderRooms, 'seat' | 'formatOf'>;
  /** Id of this process's matchmaking room. */
  queueRoomId(): string;
}

const PATH = /^\/matchmake\/(\w{1,32})\/([\w-]{1,64})$/;

export function isMatchmake(req: IncomingMessage): boolean {
  return req.url?.startsWith('/matchmake/') ?? false;
}

export function createMatchmake(ports: MatchmakePorts) {
  const gate = createGate(ports);
  const perAddress = addressBuckets(LIMITS.matchmakePerAddress, ports);
  const perUser = createBuckets({ ...LIMITS.seatsPerUser, now: ports.now });

  async function seatFor(req: IncomingMessage): Promise<SeatReservation> {
    perAddress.spend(req);
    const [, method, name] = PATH.exec((req.url ?? '').replace(/\?.*/s, '')) ?? [];
    if (req.method !== 'POST' || method === undefined || name === undefined)
      throw new CodedError('NOT_FOUND');
    const identity = await gate(req);
    spend(perUser, identity.id);
    const options = optionsOf(await readJsonBody(req, LIMITS.bodyBytes));
    if (method === 'joinById' || method === 'reconnect') {
      if (name === ports.queueRoomId()) return queueSeat(identity);
      const ladder = ports.ladders.formatOf(name);
      if (ladder !== null) return ladderSeat(ladder, identity);
      return ports.directory.seat(
        name as BattleId,
        identity,
        method === 'reconnect' ? options : pickFrom(options),
      );
    }
    const isJoin = method === 'join' || method === 'joinOrCreate';
    if (isJoin && name === 'matchmaking') return queueSeat(identity);
    if (isJoin && name === 'ladder') return ladderSeat(ratedFormat(options), identity);
    throw new CodedError(['create', 'join', 'joinOrCreate'].includes(method) ? 'FORBIDDEN' : 'NOT_FOUND');
  }

  async function queueSeat(identity: Identity): Promise<SeatReservation> {
    await ports.directory.demandStore();
    return reserve(ports.queueRoomId(), {}, identity);
  }

  async function ladderSeat(format: FormatId, identity: Identity): Promise<SeatReservation> {
    await ports.directory.demandStore();
    return ports.ladders.seat(format, identity);
  }

  /** Of each of these there is a room at most, whatever clients ask for. */
  function ratedFormat({ format }: Readonly<Record<string, unknown>>): FormatId {
    if (typeof format !== 'string') throw new CodedError('INVALID_MESSAGE');
    const found = ports.formats.get(format as FormatId);
    if (!found?.rated) throw new CodedError('FORMAT_NOT_FOUND');
    return found.id;
  }

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    logRequest(res, ports);
    securityHeaders(req, res, () => {});
    for (const [name, value] of Object.entries(corsHeadersFor(req.headers.origin, ports.config)))
      res.setHeader(name, value);
    res.setHeader('Cache-Control', 'no-store');
    if (req.method === 'OPTIONS') {
      res.writeHead(204).end();
      return;
    }
    try {
      const seat = await seatFor(req);
      res.setHeader('Content-Type', 'application/json; charset=utf-8');
      res.end(JSON.stringify(seat));
    } catch (error) {
      const { code, details } = asCoded(req, error, ports.log);
      sendError(res, new CodedError(code, code, details), ports);
    }
  };
}

async function reserve(roomId: string, options: object, identity: Identity): Promise<SeatReservation> {
  const listing = matchMaker.getLocalRoomById(roomId)?.['_listing'];
  if (!listing) throw new CodedError('SERVER_DRAINING');
  try {
    return await matchMaker.reserveSeatFor(listing, options, identity);
  } catch {
    // The queue is of this process and has no limit of seats: when it refuses one, it is on its way out.
    throw new CodedError('SERVER_DRAINING');
  }
}

function optionsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw new CodedError('INVALID_MESSAGE');
  return body as Record<string, unknown>;
}

/** All that a client may say about a join. */
function pickFrom({ from }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return from === undefined ? {} : { from };
}
