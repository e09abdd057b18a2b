/** What the operator may see and do, put together. */
import { matchMaker } from '@colyseus/core';
import { verdictFor } from '../battle/input.ts';
import type { BattleDirectory } from '../cluster/battle-directory.ts';
import type { EventBus } from '../cluster/event-bus.ts';
import { EventBusError } from '../cluster/event-bus/envelope.ts';
import { createInspection } from '../cluster/inspection.ts';
import { ANSWER_MS, type PlayedBattle } from '../cluster/live-battles.ts';
import { listLiving } from '../cluster/living-battles.ts';
import { findOnline } from '../cluster/online.ts';
import type { Config } from '../config/config.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import type { FigureParts } from '../figures.ts';
import { healthStats } from '../health-stats.ts';
import type { Admin, OutboxList } from '../http/admin-ports.ts';
import { waitingTickets } from '../matchmaking/waiting-tickets.ts';
import { drainAt, figuresOf, onlineAt } from '../queue-ports.ts';
import type { RedisInsight, Stores } from '../stores.ts';

export interface AdminParts {
  readonly figures: FigureParts;
  readonly stores: Stores;
  readonly directory: Pick<BattleDirectory, 'end'>;
  readonly bus: Pick<EventBus, 'publish'>;
  /** Battles being played, in all processes. */
  readonly played: () => Promise<readonly PlayedBattle[]>;
}

/** undefined without a password: there are no such routes then. */
export function adminPorts(
  { adminPassword }: Pick<Config, 'adminPassword'>,
  { stores, directory, bus, played, figures }: AdminParts,
): Admin | undefined {
  if (adminPassword === undefined) return undefined;
  const { log, tickets, users, battles, cleaner, retention, connectionEvents, redis } = stores;
  const processes = figures.membership.processes.bind(figures.membership);
  const online = (): ReturnType<typeof findOnline> =>
    findOnline({ processes, ask: (id) => onlineAt(id, ANSWER_MS) });
  const inspection = createInspection({ log, tickets, users, battles, processes, online });
  return {
    password: adminPassword,
    stats: () => healthStats({ ...figures, ask: (id) => figuresOf(id, ANSWER_MS) }),
    cleanUp: async (isDryRun) => ({
      ...(await cleaner.cleanUp(isDryRun)),
      ...(await retention.cleanUp(isDryRun)),
    }),
    user: (id) => inspection.user(id),
    online,
    battle: (id) => inspection.battle(id),
    battles: (filter) => listLiving({ log, played }, filter),
    events: (id, limit) => connectionEvents.ofBattle(id, limit),
    end: (id, winner, note) => directory.end(id, verdictFor(winner, note)),
    processes: async () => ({ items: await processes(), asked: matchMaker.processId }),
    drain: (id) => drain(id, processes),
    announce: (message, startsAt) => announce(bus, message, startsAt),
    queues: () => waitingTickets(tickets),
    outbox: () => outboxOf(redis),
    retry: async (id) => (await redis?.retry(id)) ?? false,
  };
}

async function drain(
  id: string,
  processes: () => Promise<readonly { readonly id: string }[]>,
): Promise<void> {
  if (!(await processes()).some((process) => process.id === id)) throw new CodedError('NOT_FOUND');
  try {
    await drainAt(id, ANSWER_MS);
  } catch {
    throw new CodedError('SERVER_DRAINING', 'The process does not answer. It may be going away already.');
  }
}

async function announce(bus: Pick<EventBus, 'publish'>, message: string, startsAt: number): Promise<void> {
  try {
    await bus.publish('system:events', { type: 'maintenance', message, startsAt });
  } catch (error) {
    if (!(error instanceof EventBusError)) throw error;
    throw new CodedError('REDIS_UNAVAILABLE', 'The other processes may not have heard it.');
  }
}

/** Without Redis a battle is recorded as it ends. */
async function outboxOf(redis: RedisInsight | undefined): Promise<OutboxList> {
  if (!redis) return { waiting: 0, aside: 0, oldestMs: null, items: [] };
  const [figures, items] = await Promise.all([redis.outbox(), redis.aside(LIMITS.listRows)]);
  return { ...figures, items };
}
