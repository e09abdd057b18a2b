/** What the operator may see and do, put together. */
import { createInspection } from '../cluster/inspection.ts';
import type { Config } from '../config/config.ts';
import { healthStats, type StatsParts } from '../health-stats.ts';
import type { Admin } from '../http/ports.ts';
import type { Stores } from '../stores.ts';

export type AdminParts = Omit<StatsParts, 'tickets' | 'redis'> & { readonly stores: Stores };

/** undefined without a password: there are no such routes then. */
export function adminPorts(
  { adminPassword }: Pick<Config, 'adminPassword'>,
  { stores, ...parts }: AdminParts,
): Admin | undefined {
  if (adminPassword === undefined) return undefined;
  const { log, tickets, users, battles, cleaner, retention, connectionEvents, redis } = stores;
  const processes = parts.membership.processes.bind(parts.membership);
  const inspection = createInspection({ log, tickets, users, battles, processes });
  return {
    password: adminPassword,
    stats: () => healthStats({ ...parts, tickets, redis }),
    cleanUp: async (isDryRun) => ({
      ...(await cleaner.cleanUp(isDryRun)),
      ...(await retention.cleanUp(isDryRun)),
    }),
    user: (id) => inspection.user(id),
    battle: (id) => inspection.battle(id),
    events: (id, limit) => connectionEvents.ofBattle(id, limit),
  };
}
