/** Where a page of a search ended, as text that means something to this server alone. */
import { z } from 'zod';
import type { BattleId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import type { ReplayCursor } from '../persistence/database/stores.ts';

const PLAIN = new RegExp(`^(\\d{1,13})\\.([\\w-]{1,${LIMITS.idChars}})$`);

export function cursorText({ endedAt, battleId }: ReplayCursor): string {
  return Buffer.from(`${endedAt}.${battleId}`).toString('base64url');
}

/** Takes only what `cursorText` has given. */
export const cursorField = z
  .string()
  .max(200)
  .transform((text, context): ReplayCursor => {
    const [plain, endedAt, battleId] = PLAIN.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
    if (plain === undefined || Buffer.from(plain).toString('base64url') !== text) {
      context.addIssue({ code: 'custom', message: 'is no cursor of a search' });
      return z.NEVER;
    }
    return { endedAt: Number(endedAt), battleId: battleId as BattleId };
  });
