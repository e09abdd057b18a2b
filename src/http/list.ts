/** Lists over HTTP: pages of `{items, total, next?}`, and the ids that paths and filters carry. */
import { z } from 'zod';
import type { BattleId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import type { PlaceInList } from '../persistence/database/stores.ts';

const number = (least: number, most: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${least} to ${most}`)
    .default(otherwise);

/** Ids as paths carry them; one of another form exists nowhere. */
export const BATTLE_ID = new RegExp(`^[\\w-]{1,${LIMITS.idChars}}$`);
export const USER_ID = new RegExp(`^[\\x20-\\x7e]{1,${LIMITS.userIdChars}}$`);

/** Query fields of every list. */
export const pageFields = {
  limit: number(1, LIMITS.listRows, LIMITS.listRowsDefault),
  offset: number(0, LIMITS.listOffset, 0),
};

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface List<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  /** The offset of the next page, where there is one. */
  readonly next?: number;
}

/** `items` is the page that `offset` begins. */
export function list<Item>(
  items: readonly Item[],
  total: number,
  { offset }: Pick<Page, 'offset'>,
): List<Item> {
  const next = offset + items.length;
  return { items, total, ...(items.length > 0 && next < total && { next }) };
}

// More digits are years that JavaScript writes as PostgreSQL does not read them.
const CURSOR = new RegExp(`^(\\d{1,13})-([\\w-]{1,${LIMITS.idChars}})$`);

/** Query field: behind which battle a page begins. */
export const cursorField = z
  .string()
  .regex(CURSOR)
  .transform((text): PlaceInList => {
    const [, endedAt, battleId] = CURSOR.exec(text)!;
    return { endedAt: Number(endedAt), battleId: battleId as BattleId };
  });

/** What `cursorField` reads. */
export function cursorOf({ endedAt, battleId }: PlaceInList): string {
  return `${endedAt}-${battleId}`;
}
