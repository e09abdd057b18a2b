/** Who sat at a side of a finished battle, and with what. */
import { defineEntity, p } from '@mikro-orm/core';
import type { SideId } from '../../../battle/ids.ts';
import type { Standing } from '../stores.ts';
import { Battle } from './battle.ts';
import { User } from './user.ts';

const BattlePlayerSchema = defineEntity({
  name: 'BattlePlayer',
  tableName: 'battle_players',
  properties: {
    battle: () => p.manyToOne(Battle).primary().deleteRule('cascade'),
    side: p.text().$type<SideId>().primary(),
    /** null: has gone for good. */
    user: () => p.manyToOne(User).nullable().deleteRule('set null'),
    /** As the battle showed it: the user's own name may have changed since. */
    name: p.text(),
    elo: p.float().columnType('double precision'),
    /** Packed, as it was played. */
    team: p.text().lazy(),
    /** The rating in the battle's format; null: the battle moved none. */
    before: p.json<Standing>().columnType('json').nullable(),
    after: p.json<Standing>().columnType('json').nullable(),
    /** Wants the replay for who has its key only. */
    isPrivate: p.boolean().default(false),
    /** Lets everybody see the team. */
    isTeamPublished: p.boolean().default(false),
    // The battle's, repeated so that a user's battles, and those in a format, are found in order by one index.
    endedAt: p.datetime().length(3),
    format: p.text(),
  },
  indexes: [
    { properties: ['user', 'endedAt', 'battle'] },
    { properties: ['user', 'format', 'endedAt', 'battle'] },
  ],
});

export class BattlePlayer extends BattlePlayerSchema.class {}
BattlePlayerSchema.setClass(BattlePlayer);
export { BattlePlayerSchema };
