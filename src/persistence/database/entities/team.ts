/** A team that passed the validator of its format. */
import { defineEntity, p } from '@mikro-orm/core';
import { User } from './user.ts';

const TeamSchema = defineEntity({
  name: 'Team',
  tableName: 'teams',
  properties: {
    id: p.uuid().primary(),
    owner: () => p.manyToOne(User).deleteRule('cascade').index(),
    name: p.text(),
    format: p.text(),
    packed: p.text(),
    createdAt: p.datetime().length(3),
    updatedAt: p.datetime().length(3),
  },
});

export class Team extends TeamSchema.class {}
TeamSchema.setClass(Team);
export { TeamSchema };
