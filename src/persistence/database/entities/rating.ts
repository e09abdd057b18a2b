/** A user's rating in one format. */
import { defineEntity, p } from '@mikro-orm/core';
import type { Glicko } from '../../../ratings/glicko.ts';
import { User } from './user.ts';

const RatingSchema = defineEntity({
  name: 'Rating',
  tableName: 'ratings',
  properties: {
    user: () => p.manyToOne(User).primary().deleteRule('cascade'),
    format: p.text().primary(),
    elo: p.float().columnType('double precision').default(1000),
    peak: p.float().columnType('double precision').default(1000),
    /** null: no battle yet. */
    glicko: p.json<Glicko>().columnType('json').nullable(),
    wins: p.integer().default(0),
    losses: p.integer().default(0),
    ties: p.integer().default(0),
    /** Wins in a row, and the most of them. */
    streak: p.integer().default(0),
    bestStreak: p.integer().default(0),
  },
  // The ladder, from its end.
  indexes: [{ properties: ['format', 'elo', 'user'] }],
});

export class Rating extends RatingSchema.class {}
RatingSchema.setClass(Rating);
export { RatingSchema };
