/** A finished battle: opening and inputs (all of it, to who replays), and the lines that replay would give. */
import { defineEntity, p } from '@mikro-orm/core';
import type { TimerRules } from '../../../battle/opening.ts';
import type { Entry } from '../../../battle/input.ts';
import type { EndReason } from '../../../battle/outcome.ts';
import type { SideId } from '../../../battle/ids.ts';
import { BattlePlayer } from './battle-player.ts';

const BattleSchema = defineEntity({
  name: 'Battle',
  tableName: 'battles',
  properties: {
    /** Given at match time, so it is what makes recording happen once. */
    id: p.string().length(128).primary(),
    format: p.text(),
    engine: p.text(),
    seed: p.text(),
    rated: p.boolean(),
    timer: p.json<TimerRules>().columnType('json'),
    winner: p.text().$type<SideId>().nullable(),
    reason: p.text().$type<EndReason>(),
    turns: p.integer(),
    startedAt: p.datetime().length(3),
    endedAt: p.datetime().length(3),
    // json and not jsonb: the text is kept as it is, also where it names a NUL.
    inputs: p.json<readonly Entry[]>().columnType('json').lazy(),
    lines: p.json<readonly string[]>().columnType('json').lazy(),
    /** Ratings moved in this order; null: none did. */
    ratedSeq: p.bigint().nullable(),
    /** Who knows it may watch; null: everybody may. */
    replayKey: p.text().nullable(),
    players: () => p.oneToMany(BattlePlayer).mappedBy('battle').orderBy({ side: 'asc' }),
  },
  indexes: [{ properties: ['endedAt', 'id'] }, { properties: ['format', 'endedAt', 'id'] }],
});

export class Battle extends BattleSchema.class {}
BattleSchema.setClass(Battle);
export { BattleSchema };
