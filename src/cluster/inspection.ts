/** Where a user is and where a battle is, for the operator: what log, queue and leases say at this moment. */
import { matchMaker } from '@colyseus/core';
import type { BattleId, FormatId, SideId, UserId } from '../battle/ids.ts';
import type { Input, VoidReason } from '../battle/input.ts';
import type { Outcome } from '../battle/outcome.ts';
import type { BattleStore, UserStore } from '../persistence/database/stores.ts';
import type { BattleHead, InputLog } from '../persistence/input-log/input-log.ts';
import type { Placing, TicketStore } from '../persistence/tickets/tickets.ts';
import type { OnlineUser, OnlineUsers } from './online.ts';
import type { ProcessInfo } from './process-lease.ts';

export interface UserPlace {
  readonly userId: UserId;
  readonly name: string;
  readonly battleId: BattleId | null;
  /** Of the process that owns the battle; null without a battle, and for one that nobody has. */
  readonly processId: string | null;
  readonly queue: Placing | null;
  /** Wherever the processes that answer have one. */
  readonly connections: OnlineUser['connections'];
}

export interface BattlePlace {
  readonly battleId: BattleId;
  readonly state: 'living' | 'ended';
  readonly format: FormatId;
  readonly players: readonly { readonly side: SideId; readonly userId: UserId | null }[];
  /** The engine that opened it, its epoch, and the owners that died replaying it; null once ended. */
  readonly engine: string | null;
  readonly epoch: number | null;
  readonly crashes: number | null;
  /** null: nobody has it. */
  readonly owner: BattleOwner | null;
  /** null while it lives. */
  readonly result: BattleResult | null;
  /** As Colyseus lists the room; an ended battle's room stays for a while. */
  readonly listing: { readonly processId: string; readonly clients: number } | null;
}

/** How a battle ended; what its last input adds to that, once it is recorded. */
export interface BattleResult extends Outcome {
  /** Why it was void. */
  readonly why: VoidReason | null;
  /** Of the operator who ended it. */
  readonly note: string | null;
}

export interface BattleOwner {
  readonly id: string;
  /** null: its lease is out. */
  readonly process: Pick<ProcessInfo, 'host' | 'port' | 'engine'> | null;
}

export interface InspectionPorts {
  readonly log: Pick<InputLog, 'head' | 'battleOf'>;
  readonly tickets: Pick<TicketStore, 'placing'>;
  readonly users: Pick<UserStore, 'find'>;
  readonly battles: Pick<BattleStore, 'get' | 'summary'>;
  processes(): Promise<readonly ProcessInfo[]>;
  /** Who is connected, in all processes. Rejects with `StoreAway`. */
  online(): Promise<Pick<OnlineUsers, 'users'>>;
}

/** Both reject with `StoreAway`. */
export interface Inspection {
  /** null for a user whom nobody has seen. */
  user(id: UserId): Promise<UserPlace | null>;
  /** null for a battle that neither lives nor is recorded. */
  battle(id: BattleId): Promise<BattlePlace | null>;
}

export function createInspection(ports: InspectionPorts): Inspection {
  const { log, tickets, users, battles } = ports;
  return {
    async user(id) {
      const [user, battleId, queue, online] = await Promise.all([
        users.find(id),
        log.battleOf(id),
        tickets.placing(id),
        ports.online(),
      ]);
      if (!user) return null;
      const head = battleId && (await log.head(battleId));
      const connections = online.users.find(({ userId }) => userId === id)?.connections ?? [];
      const processId = head?.owner ?? null;
      return { userId: id, name: user.name, battleId, processId, queue, connections };
    },

    async battle(id) {
      const [head, listing] = await Promise.all([log.head(id), listingOf(id)]);
      if (head) {
        const { format, engine, epoch, crashes, users: players } = head;
        const owner = await ownerOf(head, ports);
        const life = { engine, epoch, crashes, owner, result: null };
        return { battleId: id, state: 'living', format, players, ...life, listing };
      }
      const summary = await battles.summary(id);
      if (!summary) return null;
      const { format } = summary;
      const last = (await battles.get(id))?.inputs.at(-1)?.input;
      const players = summary.players.map(({ side, userId }) => ({ side, userId }));
      const over = { engine: null, epoch: null, crashes: null, owner: null, result: resultOf(summary, last) };
      return { battleId: id, state: 'ended', format, players, ...over, listing };
    },
  };
}

function resultOf({ winner, reason }: Outcome, last: Input | undefined): BattleResult {
  const why = last?.type === 'void' ? last.why : null;
  const note = last?.type === 'void' || last?.type === 'forfeit' ? last.note : null;
  return { winner, reason, why, note: note ?? null };
}

async function listingOf(id: BattleId): Promise<BattlePlace['listing']> {
  const listing = await matchMaker.driver.findOne({ roomId: id });
  return listing ? { processId: listing.processId, clients: listing.clients } : null;
}

async function ownerOf({ owner }: BattleHead, ports: InspectionPorts): Promise<BattleOwner | null> {
  if (owner === null) return null;
  const found = (await ports.processes()).find(({ id }) => id === owner);
  return { id: owner, process: found ? { host: found.host, port: found.port, engine: found.engine } : null };
}
