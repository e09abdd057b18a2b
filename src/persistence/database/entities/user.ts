/** Somebody whose token we have seen. */
import { defineEntity, p } from '@mikro-orm/core';

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    /** The token's `sub`. */
    id: p.string().length(128).primary(),
    name: p.text(),
    createdAt: p.datetime().length(3).defaultRaw('now()'),
  },
  indexes: [{ properties: ['createdAt', 'id'] }],
});

export class User extends UserSchema.class {}
UserSchema.setClass(User);
export { UserSchema };
