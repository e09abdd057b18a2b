/** The battle's format beside each of its players, so that one index leads to what a user played in it. */
import { Migration } from '@mikro-orm/migrations';

const STATEMENTS = [
  `alter table "battle_players" add column "format" text null`,
  `update "battle_players" p set "format" = b."format" from "battles" b where b."id" = p."battle_id"`,
  `alter table "battle_players" alter column "format" set not null`,
  `create index "battle_players_user_id_format_ended_at_battle_id_index"
    on "battle_players" ("user_id", "format", "ended_at", "battle_id")`,
];

export class PlayerFormatsMigration extends Migration {
  override name = '0006-player-formats';

  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
