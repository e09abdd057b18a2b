/** What an operator's port answers in tests of the routes. */
import type { BattleId, FormatId, SideId, UserId } from '../../src/battle/ids.ts';
import { CodedError } from '../../src/errors.ts';
import type { Admin } from '../../src/http/admin-ports.ts';
import type { ConnectionEvent } from '../../src/persistence/database/stores.ts';
import { basic, fakeAdmin } from './fake-admin.ts';

export const PASSWORD = 'pässwort:with a colon';
export const GOOD = { authorization: basic(`admin:${PASSWORD}`) };

const players = [
  { side: 'p1' as SideId, userId: 'ash' as UserId },
  { side: 'p2' as SideId, userId: 'gary' as UserId },
];
const process = { host: '10.0.0.7', port: 2567, engine: 'engine-1' };
export const battle = {
  battleId: 'b1' as BattleId,
  state: 'living' as const,
  format: 'gen9ou' as FormatId,
  players,
  engine: 'engine-1',
  epoch: 3,
  crashes: 1,
  owner: { id: 'p-1', process },
  result: null,
  listing: { processId: 'p-1', clients: 2 },
};
export const event: ConnectionEvent = {
  battleId: battle.battleId,
  kind: 'dropped',
  at: 1_800_000_000_000,
  processId: 'p-1',
  userId: 'ash' as UserId,
  side: 'p1',
  afterMs: null,
  code: 1006,
};

export const row = {
  battleId: battle.battleId,
  format: battle.format,
  processId: 'p-1',
  epoch: 3,
  crashes: 1,
  players,
  turn: 7,
  startedAt: 1_800_000_000_000,
  spectators: 0,
};
export const aside = {
  battleId: 'b9' as BattleId,
  asideAt: 1_800_000_000_000,
  fault: 'error: value too long',
  format: battle.format,
  users: ['ash' as UserId, 'gary' as UserId],
};
export const info = { ...process, id: 'p-1', battles: 2, connections: 4, isDraining: false, startedAt: 1 };
export const queue = {
  format: battle.format,
  waiting: 1,
  longestMs: 500,
  tickets: [{ userId: 'misty' as UserId, elo: 1000, waitedMs: 500 }],
};
export const online = ['ash', 'brock', 'misty'].map((id) => ({
  userId: id as UserId,
  name: id,
  connections: [{ processId: 'p-1', room: 'battle' as const, battleId: battle.battleId }],
}));

/** What was asked of it is in `asked`. */
export function answering(asked: unknown[][]): Admin {
  return fakeAdmin(PASSWORD, {
    stats: async () => ({ rooms: 2 }),
    cleanUp: async (isDryRun) => {
      asked.push(['cleanUp', isDryRun]);
      return { tickets: 3, battles: 0 };
    },
    announce: async (message, startsAt) => void asked.push(['announce', message, startsAt]),
    user: async (userId) => {
      asked.push(['user', userId]);
      if (userId === 'nobody') return null;
      const connections = online[0]!.connections;
      return { userId, name: 'Ash', battleId: battle.battleId, processId: 'p-1', queue: null, connections };
    },
    online: async () => ({ users: online, silent: ['p-2'] }),
    battle: async (id) => (id === 'b1' ? battle : null),
    battles: async (filter) => {
      asked.push(['battles', filter]);
      return { items: [row], total: 3 };
    },
    events: async (id, limit) => {
      asked.push(['events', id, limit]);
      return [event];
    },
    end: async (id, winner, note) => {
      asked.push(['end', id, winner, note]);
      if (id === 'over') throw new CodedError('BATTLE_ENDED', undefined, { winner: null, reason: 'void' });
      if (id === 'broken') throw new Error('a bug');
    },
    processes: async () => ({ items: [info], asked: 'p-1' }),
    drain: async (id) => {
      asked.push(['drain', id]);
      if (id !== 'p-1') throw new CodedError('NOT_FOUND');
    },
    queues: async () => [queue],
    outbox: async () => ({ waiting: 1, aside: 1, oldestMs: 5, items: [aside] }),
    retry: async (id) => {
      asked.push(['retry', id]);
      return id === aside.battleId;
    },
  });
}
