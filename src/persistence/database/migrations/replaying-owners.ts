/** Which owners died of a battle, and which only had it. */
import { Migration } from '@mikro-orm/migrations';

export class ReplayingOwnersMigration extends Migration {
  override name = '0003-replaying-owners';

  override up(): void {
    this.addSql(`alter table "live_battle"
      add column "is_replaying" boolean not null default false,
      add column "deaths" int not null default 0`);
  }
}
