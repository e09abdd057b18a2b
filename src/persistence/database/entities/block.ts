/** That a user wants nothing of another one. */
import { defineEntity, p } from '@mikro-orm/core';
import { User } from './user.ts';

const BlockSchema = defineEntity({
  name: 'Block',
  tableName: 'blocks',
  properties: {
    user: () => p.manyToOne(User).primary().deleteRule('cascade'),
    blocked: () => p.manyToOne(User).primary().deleteRule('cascade').index(),
    at: p.datetime().length(3).defaultRaw('now()'),
  },
});

export class Block extends BlockSchema.class {}
BlockSchema.setClass(Block);
export { BlockSchema };
