/** Whom users want no challenges from. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "blocks" (
    "user_id" varchar(128) not null,
    "blocked_id" varchar(128) not null,
    "at" timestamptz(3) not null default now(),
    primary key ("user_id", "blocked_id"),
    constraint "blocks_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade,
    constraint "blocks_blocked_id_foreign" foreign key ("blocked_id") references "users" ("id") on update cascade on delete cascade
  )`,
  // For who is deleted.
  `create index "blocks_blocked_id_index" on "blocks" ("blocked_id")`,
];

export class BlocksMigration extends Migration {
  override name = '0005-blocks';

  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
