/**
 * `ensureRoom`, the only way in which a battle room comes to be: claim → replay → room → live. A new battle is a
 * recovered one with an empty log, so this is no emergency path.
 */
import { matchMaker } from '@colyseus/core';
import type { BattleId } from '../battle/ids.ts';
import type { VoidReason } from '../battle/input.ts';
import { Divergence, replaySteps, type Replayed } from '../battle/replay.ts';
import { StoreAway, type BattleHead, type Claim, type InputLog } from '../persistence/input-log/input-log.ts';
import { BattleRoom } from '../rooms/battle-room.ts';
import type { BattleLog, Takeover } from '../rooms/session-ports.ts';
import { CLOSE } from '../rooms/wire.ts';
import type { Counts } from '../telemetry/counts.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Meter } from '../telemetry/meter.ts';
import { RecoveryPace, UNDER_WAY_MAX } from './recovery-pace.ts';
import { stepsInSlices } from './slices.ts';
import { endVoid } from './void-battle.ts';

/** Where a battle is after `ensureRoom`. */
export type Whereabouts =
  /** A room of this process plays it, or stays for a while after its end. */
  | 'here'
  /** It does not live: unknown, or ended. */
  | 'missing'
  /** Another process owns it, or an engine of another version opened it. */
  | 'elsewhere';

/** So many may die replaying a battle before it ends void unplayed: with the one that played it last they are five. */
const CRASHES_MAX = 4;
/** So many may die with a battle in which nothing is logged: of an input that kills before it is, at the worst. */
const DEATHS_MAX = 20;

/** What is known of the processes that may own battles. */
export interface BattleOwners {
  /** Rejects with `StoreAway`. */
  isDead(processId: string): Promise<boolean>;
  /** Ids and engines of the processes that live, this one among them. */
  living(): Promise<readonly { readonly id: string; readonly engine: string }[]>;
  /** How long a battle waits for a process with its engine, in milliseconds. */
  readonly engineGraceMs: number;
}

export interface RecoveryPorts {
  readonly log: InputLog;
  readonly engine: string;
  /** Of this run of the process. */
  readonly processId: string;
  readonly owners: BattleOwners;
  /** Raised as it goes. */
  readonly counts: Counts;
  readonly meter: Pick<Meter, 'took'>;
  readonly logger: Logger;
}

/** A room on its way. */
interface Making {
  readonly takeover: Takeover;
  /** Once it has taken that. */
  room?: BattleRoom;
}

export class Recovery {
  readonly #ports: RecoveryPorts;
  readonly #pace = new RecoveryPace();
  readonly #underWay = new Map<BattleId, Promise<Whereabouts>>();
  readonly #making = new Map<BattleId, Making>();
  /** Battles whose engine no process had when we last looked, and since when. */
  readonly #foreignSince = new Map<BattleId, number>();
  #isClosed = false;
  #orphaned = 0;

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
  }

  /** Battles that the last sweep found without an owner and could not take up. */
  get orphans(): number {
    return this.#orphaned;
  }

  /** For the room that is being created: what it is to be made from. */
  takeover(room: BattleRoom): Takeover | undefined {
    const making = this.#making.get(room.roomId as BattleId);
    if (!making || making.room) return undefined;
    making.room = room;
    return making.takeover;
  }

  /** For somebody who waits for it. Single flight for each id. Rejects with `StoreAway`. */
  ensureRoom(id: BattleId): Promise<Whereabouts> {
    if (!this.#underWay.has(id) && localBattle(id)?.isClosing === false) return Promise.resolve('here');
    this.#pace.hurry(id);
    return this.#ensure(id);
  }

  /** Takes up every living battle that has no room, several at a time. Rejects with `StoreAway`. */
  async sweep(): Promise<void> {
    const orphans = this.#orphans();
    const working = Array.from({ length: UNDER_WAY_MAX }, () => this.#takeUp(orphans));
    const left = await Promise.allSettled(working);
    const failed = left.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    this.#orphaned = left.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
  }

  /** No more claims: the process is going away. Resolves when what is under way is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay.values());
  }

  /** Living battles that have no owner that lives and that nobody else is there for. */
  async *#orphans(): AsyncGenerator<BattleHead> {
    const living = await this.#ports.owners.living();
    const engines = new Set(living.map(({ engine }) => engine));
    const others = await this.#alive(living.map(({ id }) => id));
    for await (const head of this.#ports.log.living()) {
      if (this.#isClosed) return;
      if (engines.has(head.engine)) this.#foreignSince.delete(head.id);
      if (localBattle(head.id) || (head.owner !== null && others.has(head.owner))) continue;
      if (head.engine === this.#ports.engine || !engines.has(head.engine)) yield head;
    }
  }

  /** Those that live, by more than a lease that is not out yet; this process is not among them. */
  async #alive(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { owners, processId } = this.#ports;
    const others = ids.filter((id) => id !== processId);
    const areDead = await Promise.all(others.map((id) => owners.isDead(id)));
    return new Set(others.filter((_, index) => !areDead[index]));
  }

  /** How many it could not take up. */
  async #takeUp(orphans: AsyncGenerator<BattleHead>): Promise<number> {
    let left = 0;
    for await (const head of orphans) {
      try {
        if (head.engine === this.#ports.engine) await this.#ensure(head.id);
        else if (!(await this.#endForeign(head))) left += 1;
      } catch (error) {
        // The next ones would fare no better.
        if (error instanceof StoreAway) throw error;
        left += 1;
        this.#ports.logger.error({ battleId: head.id, err: error }, 'a battle could not be taken up');
      }
    }
    return left;
  }

  #ensure(id: BattleId): Promise<Whereabouts> {
    const running = this.#underWay.get(id);
    if (running) return running;
    const recovery = this.#recover(id).finally(() => {
      this.#underWay.delete(id);
      this.#pace.done(id);
    });
    this.#underWay.set(id, recovery);
    return recovery;
  }

  async #recover(id: BattleId): Promise<Whereabouts> {
    if (this.#isClosed) return 'elsewhere';
    // Colyseus forgets a room by its id: the new one would be forgotten with the old one.
    await localBattle(id)?.gone;
    const head = await this.#ports.log.head(id);
    if (!head) return 'missing';
    if (await this.#isOwnedElsewhere(head)) return 'elsewhere';
    const isSuspect = head.crashes > 0;
    const claim = (): Promise<Whereabouts> => this.#claim(head);
    const begin = async (where: Whereabouts): Promise<Whereabouts> => {
      if (where === 'here') await localBattle(id)?.begin();
      return where;
    };
    // The first entry clears a suspect. The store may keep it waiting: others need not.
    return isSuspect
      ? this.#pace.run(id, true, () => claim().then(begin))
      : begin(await this.#pace.run(id, false, claim));
  }

  async #claim({ id, epoch }: BattleHead): Promise<Whereabouts> {
    // It may have closed while this battle waited for its turn.
    if (this.#isClosed) return 'elsewhere';
    const { log, processId, engine } = this.#ports;
    const result = await log.claim(id, epoch, processId, engine);
    if (result.kind === 'claimed') return this.#take(id, result.claim);
    return result.kind === 'missing' ? 'missing' : 'elsewhere';
  }

  async #isOwnedElsewhere({ owner }: BattleHead): Promise<boolean> {
    const { processId, owners } = this.#ports;
    return owner !== null && owner !== processId && !(await owners.isDead(owner));
  }

  async #take(id: BattleId, claim: Claim): Promise<Whereabouts> {
    const log = this.#logOf(id, claim.epoch);
    const begunAt = performance.now();
    const replayed = isPoison(claim) ? 'poison' : await this.#replayInTurn(claim);
    if (replayed === null) {
      await log.release();
      return 'elsewhere';
    }
    if (typeof replayed === 'string') {
      await this.#endVoid(claim, log, replayed);
      return 'missing';
    }
    await this.#make(id, { ...replayed, entries: claim.entries, epoch: claim.epoch, log });
    if (claim.epoch > 1) this.#recovered(claim, begunAt);
    return 'here';
  }

  async #make(id: BattleId, takeover: Takeover): Promise<void> {
    const making: Making = { takeover };
    this.#making.set(id, making);
    try {
      await matchMaker.handleCreateRoom('battle', {}, undefined, id);
    } catch (error) {
      // Colyseus keeps it half made; and the next owner's must be the only one.
      await making.room?.disconnect(CLOSE.MOVED);
      await takeover.log.release();
      throw error;
    } finally {
      this.#making.delete(id);
    }
  }

  #recovered({ opening, epoch, entries }: Claim, begunAt: number): void {
    this.#ports.counts.recoveries++;
    this.#ports.logger.info(
      {
        battleId: opening.id,
        epoch,
        entries: entries.length,
        ms: Math.round(performance.now() - begunAt),
      },
      'battle recovered',
    );
  }

  /** null: the process is going away. */
  #replayInTurn(claim: Claim): Promise<Replayed | VoidReason | null> {
    // A new battle takes no time.
    if (claim.entries.length === 0) return this.#replay(claim);
    return this.#pace.inTurn(claim.opening.id, async () => (this.#isClosed ? null : this.#replay(claim)));
  }

  async #replay({ opening, entries, epoch }: Claim): Promise<Replayed | VoidReason> {
    const begunAt = performance.now();
    try {
      const replayed = await stepsInSlices(replaySteps(opening, entries), () => performance.now());
      if (epoch > 1) this.#ports.meter.took('replay', performance.now() - begunAt);
      return replayed;
    } catch (error) {
      this.#ports.logger.error({ battleId: opening.id, err: error }, 'a log does not replay');
      return error instanceof Divergence ? 'divergence' : 'sim-error';
    }
  }

  /** A battle opened by an engine that no process has. False while it waits for one. */
  async #endForeign({ id, epoch, engine }: BattleHead): Promise<boolean> {
    const since = this.#foreignSince.get(id) ?? performance.now();
    this.#foreignSince.set(id, since);
    if (performance.now() - since < this.#ports.owners.engineGraceMs) return false;
    this.#foreignSince.delete(id);
    const result = await this.#ports.log.claim(id, epoch, this.#ports.processId, engine);
    if (result.kind !== 'claimed') return true;
    this.#ports.logger.warn({ battleId: id, engine }, 'no process has the engine of this battle');
    await this.#endVoid(result.claim, this.#logOf(id, result.claim.epoch), 'engine');
    return true;
  }

  #endVoid(claim: Claim, log: BattleLog, why: VoidReason): Promise<void> {
    this.#ports.counts.voids++;
    this.#ports.logger.error({ battleId: claim.opening.id, why }, 'a battle ends void');
    return endVoid(claim, log, why);
  }

  #logOf(id: BattleId, epoch: number): BattleLog {
    const { log } = this.#ports;
    return {
      append: (length, entry) => log.append(id, epoch, length, entry),
      finish: (record) => log.finish(id, epoch, record),
      release: () => log.release(id, epoch),
    };
  }
}

/** The battle room with this id in this process. */
export function localBattle(id: string): BattleRoom | undefined {
  const room: unknown = matchMaker.getLocalRoomById(id);
  return room instanceof BattleRoom ? room : undefined;
}

function isPoison({ crashes, deaths }: Claim): boolean {
  return crashes >= CRASHES_MAX || deaths >= DEATHS_MAX;
}
