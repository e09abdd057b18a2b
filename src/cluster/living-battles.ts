/** The battles that live, by what the log says of them, for the operator: with an owner or without one, shown or not. */
import type { BattleId, FormatId, SideId, UserId } from '../battle/ids.ts';
import type { BattleHead, InputLog } from '../persistence/input-log/input-log.ts';
import type { PlayedBattle } from './live-battles.ts';

export interface LivingBattle {
  readonly battleId: BattleId;
  readonly format: FormatId;
  /** Of its owner; null: nobody has it. */
  readonly processId: string | null;
  readonly epoch: number;
  readonly crashes: number;
  readonly players: readonly { readonly side: SideId; readonly userId: UserId }[];
  /** As its owner tells; null where none does. */
  readonly turn: number | null;
  readonly startedAt: number | null;
  readonly spectators: number | null;
}

export interface LivingFilter {
  /** Of the owner; `none`: battles that nobody has. */
  readonly processId?: string;
  readonly format?: FormatId;
  readonly limit: number;
  readonly offset: number;
}

export interface LivingPorts {
  readonly log: Pick<InputLog, 'living'>;
  /** Rejects with `StoreAway`. */
  played(): Promise<readonly PlayedBattle[]>;
}

/** Oldest first, with the number of all that fit. Rejects with `StoreAway`. */
export async function listLiving(
  ports: LivingPorts,
  { limit, offset, ...wanted }: LivingFilter,
): Promise<{ readonly items: readonly LivingBattle[]; readonly total: number }> {
  const page: BattleHead[] = [];
  let total = 0;
  for await (const head of ports.log.living()) {
    if (!fits(head, wanted)) continue;
    if (total >= offset && page.length < limit) page.push(head);
    total += 1;
  }
  const shown = new Map(
    page.length > 0 ? (await ports.played()).map((battle) => [battle.battleId, battle]) : [],
  );
  return { items: page.map((head) => rowOf(head, shown.get(head.id))), total };
}

function fits({ owner, format }: BattleHead, wanted: Pick<LivingFilter, 'processId' | 'format'>): boolean {
  if (wanted.format !== undefined && format !== wanted.format) return false;
  return wanted.processId === undefined || (owner ?? 'none') === wanted.processId;
}

function rowOf(
  { id, format, owner, epoch, crashes, users }: BattleHead,
  battle?: PlayedBattle,
): LivingBattle {
  return {
    battleId: id,
    format,
    processId: owner,
    epoch,
    crashes,
    players: users,
    turn: battle?.turn ?? null,
    startedAt: battle?.startedAt ?? null,
    spectators: battle?.spectators ?? null,
  };
}
