/** What only the operator may see and do. Every method rejects with `StoreAway`, and with a `CodedError` where it says so. */
import type { BattleId, SideId, UserId } from '../battle/ids.ts';
import type { BattlePlace, UserPlace } from '../cluster/inspection.ts';
import type { LivingBattle, LivingFilter } from '../cluster/living-battles.ts';
import type { OnlineUsers } from '../cluster/online.ts';
import type { ProcessInfo } from '../cluster/process-lease.ts';
import type { WaitingQueue } from '../matchmaking/waiting-tickets.ts';
import type { ConnectionEvent } from '../persistence/database/stores.ts';
import type { AsideBattle, OutboxFigures } from '../persistence/outbox.ts';

export interface OutboxList extends OutboxFigures {
  /** Those set aside, the oldest first. */
  readonly items: readonly AsideBattle[];
}

export interface ProcessList {
  readonly items: readonly ProcessInfo[];
  /** Id of the process that answers. */
  readonly asked: string;
}

export interface Admin {
  /** Of the user `admin`. */
  readonly password: string;
  /** Figures of this process and of what it knows of the others. */
  stats(): Promise<object>;
  /** Removes orphaned data, or with `isDryRun` only counts it. Counts by family. */
  cleanUp(isDryRun: boolean): Promise<Readonly<Record<string, number>>>;
  /** null for a user whom nobody has seen. */
  user(id: UserId): Promise<UserPlace | null>;
  /** Who is connected to any process. */
  online(): Promise<OnlineUsers>;
  /** null for a battle that neither lives nor is recorded. */
  battle(id: BattleId): Promise<BattlePlace | null>;
  battles(filter: LivingFilter): Promise<{ readonly items: readonly LivingBattle[]; readonly total: number }>;
  /** Newest first. */
  events(id: BattleId, limit: number): Promise<readonly ConnectionEvent[]>;
  /** Ends a battle, void with a winner of null. `BATTLE_ENDED`, `BATTLE_NOT_FOUND`, `SERVER_DRAINING`: ask again. */
  end(id: BattleId, winner: SideId | null, note: string): Promise<void>;
  processes(): Promise<ProcessList>;
  /** Makes a process hand everything over and end. `NOT_FOUND`, `SERVER_DRAINING`. */
  drain(processId: string): Promise<void>;
  /** Tells everybody who is connected. `startsAt`: ms since the epoch, when what is announced begins. */
  announce(message: string, startsAt: number): Promise<void>;
  queues(): Promise<readonly WaitingQueue[]>;
  outbox(): Promise<OutboxList>;
  /** Lets a battle be tried again that could not be recorded. False for one that does not wait. */
  retry(id: BattleId): Promise<boolean>;
}
