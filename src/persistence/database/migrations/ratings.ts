/** Ratings and achievements; what a rated battle did to them; replays that not everybody may see; users who are gone. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `create table "ratings" (
    "user_id" varchar(128) not null,
    "format" text not null,
    "elo" double precision not null default 1000,
    "peak" double precision not null default 1000,
    "glicko" json null,
    "wins" int not null default 0,
    "losses" int not null default 0,
    "ties" int not null default 0,
    "streak" int not null default 0,
    "best_streak" int not null default 0,
    primary key ("user_id", "format"),
    constraint "ratings_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade
  )`,
  `create index "ratings_format_elo_user_id_index" on "ratings" ("format", "elo", "user_id")`,
  `create table "achievements" (
    "user_id" varchar(128) not null,
    "kind" text not null,
    "format" text not null,
    "battle_id" varchar(128) not null,
    "at" timestamptz(3) not null,
    primary key ("user_id", "kind"),
    constraint "achievements_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade
  )`,
  // In the order in which ratings moved: taken while both users' ratings are locked.
  `create sequence "battles_rated_seq"`,
  `alter table "battles"
    add column "rated_seq" bigint null,
    add column "replay_key" text null`,
  `alter table "battle_players"
    add column "before" json null,
    add column "after" json null,
    add column "is_private" boolean not null default false,
    add column "is_team_published" boolean not null default false,
    alter column "user_id" drop not null,
    drop constraint "battle_players_user_id_foreign",
    add constraint "battle_players_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null`,
  // For who is deleted, and for guests who are long gone.
  `create index "connection_events_user_id_index" on "connection_events" ("user_id")`,
  `create index "users_created_at_id_index" on "users" ("created_at", "id")`,
];

export class RatingsMigration extends Migration {
  override name = '0004-ratings';

  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
