/** What the HTTP routes need of everything else, put together. */
import type { Tokens } from '../auth/token.ts';
import { FORMATS } from '../battle/format.ts';
import { checkTeam, exportTeam } from '../battle/team.ts';
import type { BattleDirectory } from '../cluster/battle-directory.ts';
import type { ProcessInfo } from '../cluster/process-lease.ts';
import type { Config } from '../config/config.ts';
import type { HttpPorts, LiveBattle } from '../http/ports.ts';
import type { BattleRoom } from '../rooms/battle-room.ts';
import type { BattleDescription } from '../rooms/battle-view.ts';
import type { Clocks, Stores } from '../stores.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface HttpParts {
  readonly config: Config;
  readonly clocks: Clocks;
  readonly stores: Stores;
  readonly tokens: Tokens;
  readonly rooms: ReadonlySet<BattleRoom>;
  readonly directory: BattleDirectory;
  /** What this process says of itself. */
  readonly describe: () => ProcessInfo;
  readonly logger: Logger;
}

export function httpPorts({ config, clocks, stores, rooms, directory, ...parts }: HttpParts): HttpPorts {
  const { log, users, teams, battles, tickets } = stores;
  const { describe, tokens, logger } = parts;
  return {
    config,
    tokens,
    users,
    teams,
    battles,
    live: {
      list: async (format) =>
        [...rooms]
          .flatMap((room) => played(room.describe()) ?? [])
          .filter((battle) => format === undefined || battle.format === format),
      get: async (id) => played(await directory.describe(id)),
      seat: (id, identity) => directory.seat(id, identity),
      battleOf: (userId) => log.battleOf(userId),
    },
    queue: { placeOf: (userId) => tickets.placing(userId) },
    health: {
      live: () => ({ ok: true }),
      ready: async () => {
        const isUp = await log.ping();
        const { isDraining } = describe();
        return { ok: isUp && !isDraining, draining: isDraining, checks: { database: isUp } };
      },
      summary: async () => ({
        status: (await log.ping()) ? 'ok' : 'degraded',
        uptime: Math.round(process.uptime()),
        timestamp: clocks.wall(),
        ...describe(),
      }),
    },
    formats: FORMATS,
    checkTeam,
    exportTeam,
    log: logger,
    now: () => clocks.scheduler.now(),
  };
}

/** null for a battle that is over. */
function played(battle: BattleDescription | null): LiveBattle | null {
  if (!battle?.isPlayed) return null;
  const { isPlayed: _, ...shown } = battle;
  return shown;
}
