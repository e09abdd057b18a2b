/** Seats that the server plays itself. Their user ids are nobody's: no token is good for one. */
import type { UserId } from './ids.ts';

export const BOT_KINDS = ['random', 'greedy', 'looking-ahead'] as const;
export type BotKind = (typeof BOT_KINDS)[number];

/** At most as long as a name may be. */
export const BOT_NAMES: Readonly<Record<BotKind, string>> = {
  random: 'Random Bot',
  greedy: 'Greedy Bot',
  'looking-ahead': 'Looking-ahead Bot',
};

const PREFIX = 'bot:';

export function botUserId(kind: BotKind): UserId {
  return (PREFIX + kind) as UserId;
}

/** Whether this id is kept for bots. */
export function isBotId(id: string): boolean {
  return id.startsWith(PREFIX);
}
