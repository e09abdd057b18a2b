/** What a user has achieved, once and for good. */
import { defineEntity, p } from '@mikro-orm/core';
import type { AchievementKind } from '../../../ratings/achievements.ts';
import { User } from './user.ts';

const AchievementSchema = defineEntity({
  name: 'Achievement',
  tableName: 'achievements',
  properties: {
    user: () => p.manyToOne(User).primary().deleteRule('cascade'),
    kind: p.text().$type<AchievementKind>().primary(),
    /** Of the battle that was the last step; it names no row, for the battle may be recorded in the same moment. */
    format: p.text(),
    battleId: p.string().length(128),
    at: p.datetime().length(3),
  },
});

export class Achievement extends AchievementSchema.class {}
AchievementSchema.setClass(Achievement);
export { AchievementSchema };
