/** What happened to a connection to a battle. Stands alone: most battles are recorded later than their events. */
import { defineEntity, p } from '@mikro-orm/core';
import type { SideId } from '../../../battle/ids.ts';
import type { ConnectionEventKind } from '../stores.ts';

const ConnectionEventSchema = defineEntity({
  name: 'ConnectionEvent',
  tableName: 'connection_events',
  properties: {
    /** In the order of writing. */
    id: p.bigint().primary(),
    battleId: p.string().length(128),
    kind: p.text().$type<ConnectionEventKind>(),
    at: p.datetime().length(3),
    processId: p.text(),
    userId: p.string().length(128).nullable(),
    side: p.text().$type<SideId>().nullable(),
    // Nobody may have had a battle for longer than an int has milliseconds.
    afterMs: p.float().columnType('double precision').nullable(),
    code: p.integer().nullable(),
  },
  // The second one is for pruning.
  indexes: [{ properties: ['battleId', 'at', 'id'] }, { properties: ['at'] }, { properties: ['userId'] }],
});

export class ConnectionEvent extends ConnectionEventSchema.class {}
ConnectionEventSchema.setClass(ConnectionEvent);
export { ConnectionEventSchema };
