/**
 * What stands before a WebSocket upgrade. The upgrade of a battle is held until its room is here, and a client that comes
 * back by itself finds its seat again, whichever process gave it out: side and seat follow from its token.
 */
import { matchMaker, Room, type AuthContext } from '@colyseus/core';
import type { Identity, Tokens } from '../auth/token.ts';
import type { BattleId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { localBattle, type Whereabouts } from './recovery.ts';

export interface AdmissionPorts {
  ensureRoom(id: BattleId): Promise<Whereabouts>;
  isForeign(origin: string | undefined, host: string | undefined): boolean;
  readonly tokens: Tokens;
}

/** The last two parts of a room's path: `/<processId>/<roomId>`. */
export const ROOM_PATH = /^\/[\w-]{1,64}\/([\w-]{1,64})$/;
const SESSION_ID = /^[\w-]{4,64}$/;

/** The transport's own, for nobody in particular: it is closed after a second. */
export function isLatencyCheck({ pathname, searchParams }: URL): boolean {
  return pathname === '/' && !searchParams.has('sessionId');
}

/** For the transport's `beforeUpgrade`: an answer in place of the upgrade, or nothing to let it go on. */
export function createAdmission(ports: AdmissionPorts) {
  return async (request: Request, context: Readonly<AuthContext>): Promise<Response | undefined> => {
    const headers = context.headers;
    if (ports.isForeign(headers.get('origin') ?? undefined, headers.get('host') ?? undefined))
      return answer(403);
    const url = new URL(request.url);
    const roomId = ROOM_PATH.exec(url.pathname)?.[1];
    const sessionId = url.searchParams.get('sessionId');
    if (isLatencyCheck(url)) return undefined;
    // The transport finds a room at the end of any path: what is read here in another way would go past admission.
    if (roomId === undefined || sessionId === null) return answer(400);
    if (!SESSION_ID.test(sessionId) || sessionId in {}) return answer(400);
    const token = url.searchParams.get('_authToken');
    const asker = await identify(ports.tokens, token);
    // The store is not asked for a stranger.
    if (!asker && !localRoom(roomId) && (await ports.tokens.signedFor(token ?? '')) === null)
      return answer(401);
    const room = await held(ports.ensureRoom(roomId as BattleId));
    if (room === 'away' || room === 'elsewhere') return answer(503);
    const owner = ownerOf(roomId, sessionId);
    if (owner !== undefined && owner !== asker?.id) return answer(asker ? 403 : 401);
    await localBattle(roomId)?.admit(sessionId, url.searchParams.get('reconnectionToken'), asker);
    return undefined;
  };
}

/** Whose seat it is that nobody has taken yet. Its session id alone gives it to nobody: who sits follows from the token. */
function ownerOf(roomId: string, sessionId: string): string | undefined {
  const [, identity, isTaken, isHeldForReturn] = localRoom(roomId)?.['_reservedSeats'][sessionId] ?? [];
  return isTaken || isHeldForReturn ? undefined : (identity as Identity | undefined)?.id;
}

function localRoom(roomId: string): Room | undefined {
  const room: unknown = matchMaker.getLocalRoomById(roomId);
  // Colyseus finds `Object.prototype` under `__proto__`.
  return room instanceof Room ? room : undefined;
}

/** Where the battle is, or `away` when that does not come out in time: the SDK tries again then. */
export async function held(recovery: Promise<Whereabouts>): Promise<Whereabouts | 'away'> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'away'>((resolve) => {
    timer = setTimeout(resolve, LIMITS.holdUpgradeMs, 'away');
  });
  try {
    return await Promise.race([recovery, limit]);
  } catch {
    return 'away';
  } finally {
    clearTimeout(timer);
  }
}

/** null without a valid token. */
async function identify(tokens: Tokens, token: string | null): Promise<Identity | null> {
  if (token === null) return null;
  try {
    return await tokens.verify(token);
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}

function answer(status: number): Response {
  return new Response(null, { status });
}
