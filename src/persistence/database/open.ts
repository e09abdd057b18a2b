/** Everything that is stored, ready to use: the embedded database or the operator's, migrated, and ours alone. */
import { join } from 'node:path';
import type pg from 'pg';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { PostgresInputLog } from '../input-log/postgres.ts';
import { Results } from '../results/results.ts';
import type { DatabaseAddress } from './address.ts';
import { OrmBattleStore } from './battle-store.ts';
import { OrmBlockStore } from './block-store.ts';
import { OrmConnectionEventStore } from './connection-event-store.ts';
import { migrate } from './migrate.ts';
import { initOrm } from './orm.ts';
import { type PoolFigures, poolFigures } from './pool-figures.ts';
import { createProbe } from './probe.ts';
import { OrmRetention, type Retention } from './retention.ts';
import { ownDatabase } from './single-owner.ts';
import { OrmRatingStore } from './rating-store.ts';
import { OrmReplayStore } from './replay-store.ts';
import type {
  BattleStore,
  BlockStore,
  ConnectionEventStore,
  RatingStore,
  ReplayStore,
  TeamStore,
  UserStore,
} from './stores.ts';
import { OrmTeamStore } from './team-store.ts';
import { OrmUserStore } from './user-store.ts';

export interface Database {
  readonly log: PostgresInputLog;
  readonly users: UserStore;
  readonly teams: TeamStore;
  readonly battles: BattleStore;
  readonly ratings: RatingStore;
  readonly replays: ReplayStore;
  readonly blocks: BlockStore;
  readonly results: Results;
  readonly connectionEvents: ConnectionEventStore;
  readonly retention: Retention;
  /** Within a second; never rejects. */
  isDatabaseUp(): Promise<boolean>;
  /** Connections, by what they are for. */
  pools(): Readonly<Record<string, PoolFigures>>;
  close(): Promise<void>;
}

/** Rejects with `DatabaseTaken`, or when the database cannot be started, reached or migrated. */
export async function openDatabase(config: Config, logger: Logger): Promise<Database> {
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({
        dataDir: join(config.dataDir, 'postgres'),
        onNotice: (text) => logger.warn(text),
      });
  const address: DatabaseAddress = embedded ?? { clientUrl: config.databaseUrl! };
  const ownership = await ownDatabase(address, (error) => {
    logger.fatal({ err: error }, 'the database has another owner');
    process.exit(1);
  });
  const { orm, poolOfOrm } = await openOrm(address, config);
  const stores = storesOf(orm);
  const results = new Results({ summary: (id) => stores.battles.summary(id) });
  const log = new PostgresInputLog(address, (recorded) => results.tell(recorded));
  return {
    log,
    results,
    ...stores,
    pools: () => ({ orm: poolOfOrm(), ...log.pools }),
    close: async () => {
      await log.close();
      await orm.close();
      await ownership.release();
      await embedded?.stop();
    },
  };
}

/** A database that several processes use; their living battles are elsewhere. */
export async function openSharedDatabase(
  config: Config,
): Promise<Omit<Database, 'log' | 'results'> & { readonly address: DatabaseAddress }> {
  const address: DatabaseAddress = { clientUrl: config.databaseUrl! };
  const { orm, poolOfOrm } = await openOrm(address, config);
  return {
    address,
    ...storesOf(orm),
    pools: () => ({ orm: poolOfOrm() }),
    close: () => orm.close(),
  };
}

async function openOrm(connection: DatabaseAddress, { pool }: Pick<Config, 'pool'>) {
  let created: pg.Pool | undefined;
  const orm = await initOrm({ connection, pool, poolCreated: (one) => (created = one) });
  await migrate(orm);
  return { orm, poolOfOrm: () => poolFigures(created) };
}

function storesOf(
  orm: Awaited<ReturnType<typeof initOrm>>,
): Pick<
  Database,
  | 'users'
  | 'teams'
  | 'battles'
  | 'ratings'
  | 'replays'
  | 'blocks'
  | 'connectionEvents'
  | 'retention'
  | 'isDatabaseUp'
> {
  return {
    users: new OrmUserStore(orm),
    teams: new OrmTeamStore(orm),
    battles: new OrmBattleStore(orm),
    ratings: new OrmRatingStore(orm),
    replays: new OrmReplayStore(orm),
    blocks: new OrmBlockStore(orm),
    connectionEvents: new OrmConnectionEventStore(orm),
    retention: new OrmRetention(orm),
    isDatabaseUp: createProbe(orm),
  };
}
