/** What only the operator may see and do: figures, the clean-up, and where a user or a battle is. */
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { BattleId, UserId } from '../battle/ids.ts';
import { CodedError } from '../errors.ts';
import { createAdminGate } from './admin-gate.ts';
import { checked } from './body.ts';
import { BATTLE_ID, list, pageFields, USER_ID } from './list.ts';
import type { Admin, HttpPorts } from './ports.ts';

/** `?dryRun` alone is meant as yes: it is the careful reading. */
const cleanUpQuery = z.strictObject({ dryRun: z.enum(['', '1', 'true', '0', 'false']).default('false') });
const eventsQuery = z.strictObject({ limit: pageFields.limit });

export function adminRoutes(admin: Admin, ports: Pick<HttpPorts, 'config' | 'now'>): Router {
  const gate = createAdminGate(admin.password, ports);
  const router = Router();

  router.get('/health/stats', gate, async (_req, res) => {
    res.json(await admin.stats());
  });

  router.post('/health/cleanup', gate, async (req, res) => {
    const { dryRun } = checked(cleanUpQuery, req.query);
    const isDryRun = !['0', 'false'].includes(dryRun);
    res.json({ dryRun: isDryRun, removed: await admin.cleanUp(isDryRun) });
  });

  router.get('/admin/users/:id', gate, async (req: Request<{ id: string }>, res) => {
    const { id } = req.params;
    const user = USER_ID.test(id) ? await admin.user(id as UserId) : null;
    if (user === null) throw new CodedError('NOT_FOUND');
    res.json(user);
  });

  router.get('/admin/battles/:id', gate, async (req: Request<{ id: string }>, res) => {
    const battle = await admin.battle(battleId(req));
    if (battle === null) throw new CodedError('BATTLE_NOT_FOUND');
    res.json(battle);
  });

  router.get('/admin/battles/:id/events', gate, async (req: Request<{ id: string }>, res) => {
    const { limit } = checked(eventsQuery, req.query);
    const items = await admin.events(battleId(req), limit);
    res.json(list(items, items.length, { offset: 0 }));
  });

  return router;
}

function battleId(req: Request<{ id: string }>): BattleId {
  const { id } = req.params;
  if (!BATTLE_ID.test(id)) throw new CodedError('BATTLE_NOT_FOUND');
  return id as BattleId;
}
