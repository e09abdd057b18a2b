/** The ORM on PostgreSQL. Everything durable but the living battles goes through it. */
import { defineConfig, MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import pg from 'pg';
import { connectionOptions } from './address.ts';
import type { DatabaseAddress } from './address.ts';
import { AchievementSchema } from './entities/achievement.ts';
import { BattlePlayerSchema } from './entities/battle-player.ts';
import { BattleSchema } from './entities/battle.ts';
import { BlockSchema } from './entities/block.ts';
import { ConnectionEventSchema } from './entities/connection-event.ts';
import { RatingSchema } from './entities/rating.ts';
import { TeamSchema } from './entities/team.ts';
import { UserSchema } from './entities/user.ts';
import { reclaimBroken } from './broken-connections.ts';
import { migrationsList } from './migrations/list.ts';

export interface OrmOptions {
  readonly connection: DatabaseAddress;
  readonly pool?: {
    /** Connections at most; migrating needs two. */
    readonly max: number;
    readonly idleTimeoutMs: number;
    readonly connectTimeoutMs: number;
  };
  readonly poolCreated?: (pool: pg.Pool) => void;
}

const DEFAULT_POOL = { max: 20, idleTimeoutMs: 30_000, connectTimeoutMs: 10_000 };

/** Connects on first use: an absent server shows in the first query. */
export async function initOrm({
  connection,
  pool = DEFAULT_POOL,
  poolCreated,
}: OrmOptions): Promise<MikroORM> {
  const options = connectionOptions(connection);
  return MikroORM.init(
    defineConfig({
      entities: [
        UserSchema,
        TeamSchema,
        BattleSchema,
        BattlePlayerSchema,
        RatingSchema,
        AchievementSchema,
        BlockSchema,
        ConnectionEventSchema,
      ],
      extensions: [Migrator],
      migrations: { migrationsList, snapshot: false, silent: true },
      // The input log's own tables are no entities.
      schemaGenerator: { skipTables: [/^live_/] },
      forceUtcTimezone: true,
      // As pg understands the address. The ORM would create the database of another name, which may not be ours to do.
      dbName: new pg.Client(options).database!,
      logger: () => {},
      driverOptions: {
        ...options,
        max: pool.max,
        idleTimeoutMillis: pool.idleTimeoutMs,
        connectionTimeoutMillis: pool.connectTimeoutMs,
        onPoolCreated: (created: pg.Pool) => {
          reclaimBroken(created);
          poolCreated?.(created);
        },
      },
    }),
  );
}
