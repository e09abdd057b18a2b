/** What happened to the connections to battles. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "connection_events" (
    "id" bigserial primary key,
    "battle_id" varchar(128) not null,
    "kind" text not null,
    "at" timestamptz(3) not null,
    "process_id" text not null,
    "user_id" varchar(128) null,
    "side" text null,
    "after_ms" double precision null,
    "code" int null
  )`,
  `create index "connection_events_battle_id_at_id_index" on "connection_events" ("battle_id", "at", "id")`,
  `create index "connection_events_at_index" on "connection_events" ("at")`,
];

export class ConnectionEventsMigration extends Migration {
  override name = '0002-connection-events';

  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
