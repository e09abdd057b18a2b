/** Battles wherever they are: seats in them, and what may be shown of them, whichever process plays them. */
import { matchMaker, type IRoomCache } from '@colyseus/core';
import type { Identity } from '../auth/token.ts';
import type { BattleId } from '../battle/ids.ts';
import { foeOf } from '../battle/ids.ts';
import type { Verdict } from '../battle/input.ts';
import { reasonFor } from '../battle/outcome.ts';
import { CodedError, type ErrorBody } from '../errors.ts';
import type { BattleStore, BattleSummary } from '../persistence/database/stores.ts';
import { StoreAway, type InputLog } from '../persistence/input-log/input-log.ts';
import type { BattleDescription } from '../rooms/battle-view.ts';
import type { PlayerInfo, Seat } from '../rooms/messages.ts';
import { localBattle, type Whereabouts } from './recovery.ts';

/** A seat in a battle for one connection of a player. */
export interface PlayerSeat {
  readonly battleId: BattleId;
  readonly format: BattleDescription['format'];
  readonly opponent: PlayerInfo;
  readonly seat: Seat;
}

export interface DirectoryPorts {
  readonly log: Pick<InputLog, 'head'> & { ping(): Promise<boolean> };
  readonly battles: Pick<BattleStore, 'summary'>;
  ensureRoom(id: BattleId): Promise<Whereabouts>;
}

/** What a client may say about a join; `reconnectionToken` is the SDK's. */
export interface SeatOptions {
  readonly from?: unknown;
  readonly reconnectionToken?: unknown;
}

/** A claim and its listing are two steps: how often the second is awaited, and how long between. */
const LISTING_TRIES = 20;
const LISTING_PAUSE_MS = 100;

export class BattleDirectory {
  readonly #ports: DirectoryPorts;

  constructor(ports: DirectoryPorts) {
    this.#ports = ports;
  }

  /**
   * To be asked before any call of Colyseus's that reaches the store: those wait longer, and fail without saying why.
   * Rejects with `StoreAway` when the store does not answer at once.
   */
  async demandStore(): Promise<void> {
    if (!(await this.#ports.log.ping())) throw new StoreAway('The store does not answer.');
  }

  /** Brings the battle back first where no process has it. Rejects with a `CodedError` or `StoreAway`. */
  async seat(id: BattleId, identity: Identity, options: SeatOptions = {}): Promise<Seat> {
    await this.demandStore();
    const listing = await this.#listing(id);
    if (!listing) throw await this.#missing(id, identity);
    const { from, reconnectionToken } = options;
    const sessionId =
      typeof reconnectionToken === 'string'
        ? await ask(id, 'sessionOf', [reconnectionToken, identity])
        : null;
    if (typeof sessionId === 'string')
      return matchMaker.buildSeatReservation(listing, sessionId) as unknown as Seat;
    const join = from === undefined ? {} : { from };
    const refusal = (await ask(id, 'refusalOf', [identity.id, join])) as ErrorBody | null;
    if (refusal) throw new CodedError(refusal.code, refusal.message, refusal.details);
    return reserve(listing, join, identity);
  }

  /** null when this user has no side in it, or it is over. */
  async playerSeat(id: BattleId, identity: Identity): Promise<PlayerSeat | null> {
    const listing = await this.#listing(id);
    const battle = listing && (await this.describe(id));
    if (!battle?.isPlayed) return null;
    const side = (['p1', 'p2'] as const).find((candidate) => battle.players[candidate].id === identity.id);
    if (!side) return null;
    const seat = await this.seat(id, identity);
    return { battleId: id, format: battle.format, opponent: battle.players[foeOf(side)], seat };
  }

  /** null when no process plays it. Does not bring it back. */
  async describe(id: BattleId): Promise<BattleDescription | null> {
    // The row of a room that died outlives its battle for a while, and nobody answers for it.
    if (!localBattle(id) && !(await this.#ports.log.head(id))) return null;
    if (!(await matchMaker.driver.findOne({ roomId: id }))) return null;
    return (await ask(id, 'describe', [])) as BattleDescription;
  }

  /**
   * Ends it by the operator's word, bringing it back first where no process has it. Rejects with a `CodedError` or
   * `StoreAway`; after `SERVER_DRAINING` it may have ended all the same: who asks again is told so.
   */
  async end(id: BattleId, verdict: Verdict): Promise<void> {
    await this.demandStore();
    if (!(await this.#listing(id))) throw await this.#missing(id);
    const refusal = (await ask(id, 'end', [verdict])) as ErrorBody | null;
    if (refusal?.code === 'BATTLE_ENDED') throw await this.#missing(id);
    if (refusal) throw new CodedError(refusal.code, refusal.message);
  }

  /** null for a battle that does not live. */
  async #listing(id: BattleId): ReturnType<typeof matchMaker.driver.findOne> {
    const where = await this.#ports.ensureRoom(id);
    if (where === 'here') return matchMaker.driver.findOne({ roomId: id });
    if (where !== 'elsewhere') return undefined as never;
    for (let tries = 0; tries < LISTING_TRIES; tries++) {
      const [listing, head] = await Promise.all([
        matchMaker.driver.findOne({ roomId: id }),
        this.#ports.log.head(id),
      ]);
      // It has ended meanwhile.
      if (!head) return undefined as never;
      if (listing && listing.processId === head.owner) return listing;
      await new Promise((resolve) => setTimeout(resolve, LISTING_PAUSE_MS));
    }
    throw new CodedError('SERVER_DRAINING');
  }

  async #missing(id: BattleId, identity?: Identity): Promise<CodedError> {
    const summary = await this.#ports.battles.summary(id);
    return summary ? battleEnded(summary, identity?.id) : new CodedError('BATTLE_NOT_FOUND');
  }
}

/** The refusal of a battle that is over, with its result as this user sees it; without one, as a spectator does. */
export function battleEnded({ players, winner, reason }: BattleSummary, userId?: string): CodedError {
  const side = players.find((player) => player.userId === userId)?.side ?? null;
  const winnerId = players.find((player) => player.side === winner)?.userId ?? null;
  return new CodedError('BATTLE_ENDED', undefined, {
    winner: winnerId,
    reason: reasonFor({ winner, reason }, side),
  });
}

/** A room takes in whom it has not refused, unless it closes or its process is on its way out. */
async function reserve(listing: IRoomCache, join: object, identity: Identity): Promise<Seat> {
  try {
    return (await matchMaker.reserveSeatFor(listing, join, identity)) as unknown as Seat;
  } catch (error) {
    throw error instanceof StoreAway ? error : new CodedError('SERVER_DRAINING');
  }
}

/** Asks the room, wherever it is. A process that does not answer is going away. */
async function ask(
  id: BattleId,
  method: 'sessionOf' | 'refusalOf' | 'describe' | 'end',
  args: unknown[],
): Promise<unknown> {
  try {
    return await matchMaker.remoteRoomCall(id, method, args);
  } catch {
    throw new CodedError('SERVER_DRAINING');
  }
}
