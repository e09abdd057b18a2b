/**
 * Removes a person for good and keeps the battles, under a name that says so. Battles are forgotten some at a time, each
 * in the transaction that takes the user from it; the user's row goes last, when nothing names it any more. So what a
 * crash leaves is a user with fewer battles, and asking again does the rest.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { BattleId, SideId, UserId } from '../../battle/ids.ts';
import { battleNames } from '../../battle/names.ts';
import { renamed } from '../../battle/renamed-lines.ts';

/** Other requests wait for no more than these rows. */
const BATTLES = 10;
const EVENTS = 1_000;

/** As a battle shows whom nobody may know any more; with a number where the other player is called so too. */
export const DELETED_NAME = 'Deleted user';

// Locked in one order by everybody, so that two opponents who go at once do not bring each other's names back.
const LOCK_BATTLES = `
select id from battles
where id in (select battle_id from battle_players where user_id = ? order by ended_at, battle_id limit ?)
order by id for update`;
const READ_SEAT = `
select p.side, p.name, f.name as foe, b.lines::text as lines
from battles b join battle_players p on p.battle_id = b.id
  join battle_players f on f.battle_id = b.id and f.side <> p.side
where b.id = ? and p.user_id = ?`;
const FORGET_SEAT = `
with seat as (update battle_players set user_id = null, name = ? where battle_id = ? and side = ?)
update battles set lines = ?::json where id = ?`;
const REMOVE_EVENTS = `
delete from connection_events where id in (select id from connection_events where user_id = ? limit ?) returning id`;
// As recording a battle does: what comes after it sees all battles.
const LOCK_USER = 'select 1 from users where id = ? for update';
const IS_NAMED = `
select exists (select from battle_players where user_id = ?)
  or exists (select from connection_events where user_id = ?) as named`;

interface Seat {
  readonly side: SideId;
  readonly name: string;
  readonly foe: string;
  /** JSON. */
  readonly lines: string;
}

/** Teams, ratings and achievements go with the user's row. */
export async function eraseUser(orm: MikroORM, id: UserId): Promise<void> {
  do {
    while (await orm.em.fork().transactional((em) => forgetBattles(em, id)));
    while ((await orm.em.fork().execute<object[]>(REMOVE_EVENTS, [id, EVENTS])).length > 0);
  } while (!(await orm.em.fork().transactional((em) => removeRow(em, id))));
}

/** Whether there may be more. */
async function forgetBattles(em: EntityManager, id: UserId): Promise<boolean> {
  const battles = await em.execute<{ id: BattleId }[]>(LOCK_BATTLES, [id, BATTLES]);
  for (const battle of battles) {
    // Who plays on this thread does not wait for more than one battle's lines.
    await breathe();
    await forgetSeat(em, battle.id, id);
  }
  return battles.length > 0;
}

async function forgetSeat(em: EntityManager, battleId: BattleId, id: UserId): Promise<void> {
  const [seat] = await em.execute<Seat[]>(READ_SEAT, [battleId, id]);
  if (!seat) return;
  const { side, name, foe, lines } = seat;
  const [, gone] = battleNames([foe, DELETED_NAME]) as [string, string];
  const without = renamed(JSON.parse(lines) as string[], name, gone);
  await em.execute(FORGET_SEAT, [gone, battleId, side, JSON.stringify(without), battleId]);
}

/** false: the user was named again meanwhile. */
async function removeRow(em: EntityManager, id: UserId): Promise<boolean> {
  await em.execute(LOCK_USER, [id]);
  const [found] = await em.execute<{ named: boolean }[]>(IS_NAMED, [id, id]);
  if (found!.named) return false;
  await em.execute('delete from users where id = ?', [id]);
  return true;
}
