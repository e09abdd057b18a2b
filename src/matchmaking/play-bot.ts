/** Battles against the server's own players. They need no queue: one starts as soon as it is asked for. */
import { BOT_NAMES, botUserId, type BotKind } from '../battle/bot-seat.ts';
import type { BattleId, FormatId, PackedTeam, UserId } from '../battle/ids.ts';
import { CodedError } from '../errors.ts';
import type { TicketStore } from '../persistence/tickets/tickets.ts';
import type { Player } from './matchmaker.ts';
import type { OpenFixture } from './open-battle.ts';

export interface PlayBotPorts {
  readonly openBattle: OpenFixture;
  readonly tickets: Pick<TicketStore, 'placing'>;
  newBattleId(): BattleId;
  /** The living battle that this user sits in. */
  battleOf(userId: UserId): Promise<BattleId | null>;
  /** A team for a bot; null where the format draws the teams. */
  botTeam(format: FormatId): PackedTeam | null;
}

/**
 * Resolves when a room plays the battle. Rejects with `ALREADY_IN_BATTLE`, `ALREADY_IN_QUEUE` or `StoreAway`. A battle
 * that was written before a crash goes on like any other: who asks again is in it. `team` is null where the format draws
 * the teams, otherwise valid for the format.
 */
export type PlayBot = (
  player: Player,
  format: FormatId,
  team: PackedTeam | null,
  bot: BotKind,
) => Promise<BattleId>;

export function createPlayBot(ports: PlayBotPorts): PlayBot {
  return async (player, format, team, bot) => {
    const { userId, elo } = player;
    const playing = await ports.battleOf(userId);
    if (playing) throw inBattle(playing);
    const placing = await ports.tickets.placing(userId);
    if (placing) {
      const { format: queued, position } = placing;
      throw new CodedError('ALREADY_IN_QUEUE', undefined, { format: queued, position });
    }
    const battleId = ports.newBattleId();
    const foe = { userId: botUserId(bot), name: BOT_NAMES[bot], elo, team: ports.botTeam(format), bot };
    const result = await ports.openBattle({ battleId, format, tickets: [{ ...player, team }, foe] });
    // Since we asked, another connection of the user was faster.
    if (result.kind === 'busy') throw inBattle(result.users[0]!.battleId);
    return battleId;
  };
}

function inBattle(battleId: BattleId): CodedError {
  return new CodedError('ALREADY_IN_BATTLE', undefined, { battleId });
}
