/** Users, teams, finished battles (the entities), and the living battles' input log (`live_*`, plain SQL only). */
import { Migration } from '@mikro-orm/migrations';

const RECORDS = [
  `create table "users" (
    "id" varchar(128) primary key,
    "name" text not null,
    "created_at" timestamptz(3) not null default now()
  )`,
  `create table "teams" (
    "id" uuid primary key,
    "owner_id" varchar(128) not null,
    "name" text not null,
    "format" text not null,
    "packed" text not null,
    "created_at" timestamptz(3) not null,
    "updated_at" timestamptz(3) not null,
    constraint "teams_owner_id_foreign" foreign key ("owner_id") references "users" ("id") on delete cascade
  )`,
  `create index "teams_owner_id_index" on "teams" ("owner_id")`,
  `create table "battles" (
    "id" varchar(128) primary key,
    "format" text not null,
    "engine" text not null,
    "seed" text not null,
    "rated" boolean not null,
    "timer" json not null,
    "winner" text null,
    "reason" text not null,
    "turns" int not null,
    "started_at" timestamptz(3) not null,
    "ended_at" timestamptz(3) not null,
    "inputs" json not null,
    "lines" json not null
  )`,
  `create index "battles_ended_at_id_index" on "battles" ("ended_at", "id")`,
  `create index "battles_format_ended_at_id_index" on "battles" ("format", "ended_at", "id")`,
  `create table "battle_players" (
    "battle_id" varchar(128) not null,
    "side" text not null,
    "user_id" varchar(128) not null,
    "name" text not null,
    "elo" double precision not null,
    "team" text not null,
    "ended_at" timestamptz(3) not null,
    primary key ("battle_id", "side"),
    constraint "battle_players_battle_id_foreign" foreign key ("battle_id") references "battles" ("id") on delete cascade,
    constraint "battle_players_user_id_foreign" foreign key ("user_id") references "users" ("id")
  )`,
  `create index "battle_players_user_id_ended_at_battle_id_index"
    on "battle_players" ("user_id", "ended_at", "battle_id")`,
];

const LIVING = [
  // The opening lies in a table of its own: this row is written anew with every append, so it is kept small, and the
  // page half empty, so that the new version fits beside the old one and no index is touched.
  `create table "live_battle" (
    "id" text primary key,
    "serial" bigint not null generated always as identity,
    "format" text not null,
    "engine" text not null,
    "users" json not null,
    "epoch" int not null default 0,
    "owner" text null,
    "crashes" int not null default 0,
    "length" int not null default 0,
    "last_at" bigint not null default 0
  ) with (fillfactor = 50)`,
  `create index "live_battle_serial_index" on "live_battle" ("serial")`,
  `create table "live_opening" (
    "battle_id" text primary key references "live_battle" ("id") on delete cascade,
    "opening" json not null
  )`,
  `create table "live_entry" (
    "battle_id" text not null references "live_battle" ("id") on delete cascade,
    "seq" int not null,
    "at" bigint not null,
    "entry" json not null,
    primary key ("battle_id", "seq")
  )`,
  `create table "live_player" (
    "user_id" text primary key,
    "battle_id" text not null references "live_battle" ("id") on delete cascade
  )`,
  `create index "live_player_battle_id_index" on "live_player" ("battle_id")`,
];

export class InitialMigration extends Migration {
  override name = '0001-initial';

  override up(): void {
    for (const statement of [...RECORDS, ...LIVING]) this.addSql(statement);
  }
}
