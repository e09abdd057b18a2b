/** What only the operator may see and do. What is done is logged. */
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { BattleId, FormatId, SideId, UserId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { createActs, type TakeAct } from './admin-acts.ts';
import { createAdminGate } from './admin-gate.ts';
import type { Admin } from './admin-ports.ts';
import { checked, readJsonBody } from './body.ts';
import { BATTLE_ID, list, pageFields, USER_ID } from './list.ts';
import { monitorRoutes } from './monitor.ts';
import type { HttpPorts } from './ports.ts';

/** `?dryRun` alone is meant as yes: it is the careful reading. */
const cleanUpQuery = z.strictObject({ dryRun: z.enum(['', '1', 'true', '0', 'false']).default('false') });
const eventsQuery = z.strictObject({ limit: pageFields.limit });
const pageQuery = z.strictObject(pageFields);
const idField = z.string().regex(BATTLE_ID).optional();
const battlesQuery = z.strictObject({ process: idField, format: idField, ...pageFields });
const endBody = z.strictObject({
  to: z.enum(['p1', 'p2', 'void']),
  // It goes into the log and to people: printable, whatever the script.
  note: z.string().regex(new RegExp(`^\\P{C}{1,${LIMITS.operatorNoteChars}}$`, 'u')),
});

const announcement = z.strictObject({ message: endBody.shape.note, startsAt: z.int().min(0) });

type Ports = Pick<HttpPorts, 'config' | 'log' | 'monitor' | 'now'>;
type WithId = Request<{ id: string }>;

export function adminRoutes(admin: Admin, ports: Ports): Router {
  const gate = createAdminGate(admin.password, ports);
  const take = createActs(ports);
  const router = Router();
  router.use(['/health/stats', '/health/cleanup', '/admin'], gate);
  readings(router, admin);
  acts(router, admin, take);
  if (ports.monitor) router.use('/monitor', gate, monitorRoutes(ports.monitor, take));
  return router;
}

function readings(router: Router, admin: Admin): void {
  router.get('/health/stats', async (_req, res) => {
    res.json(await admin.stats());
  });

  router.get('/admin/processes', async (_req, res) => {
    res.json(await admin.processes());
  });

  router.get('/admin/users', async (req, res) => {
    const page = checked(pageQuery, req.query);
    const { users, silent } = await admin.online();
    const items = users.slice(page.offset, page.offset + page.limit);
    res.json({ ...list(items, users.length, page), silent });
  });

  router.get('/admin/users/:id', async (req: WithId, res) => {
    const { id } = req.params;
    const user = USER_ID.test(id) ? await admin.user(id as UserId) : null;
    if (user === null) throw new CodedError('NOT_FOUND');
    res.json(user);
  });

  router.get('/admin/queues', async (_req, res) => {
    const items = await admin.queues();
    res.json(list(items, items.length, { offset: 0 }));
  });

  router.get('/admin/battles', async (req, res) => {
    const { process, format, ...page } = checked(battlesQuery, req.query);
    const { items, total } = await admin.battles({
      ...page,
      ...(process !== undefined && { processId: process }),
      ...(format !== undefined && { format: format as FormatId }),
    });
    res.json(list(items, total, page));
  });

  router.get('/admin/battles/:id', async (req: WithId, res) => {
    const battle = await admin.battle(battleId(req));
    if (battle === null) throw new CodedError('BATTLE_NOT_FOUND');
    res.json(battle);
  });

  router.get('/admin/battles/:id/events', async (req: WithId, res) => {
    const { limit } = checked(eventsQuery, req.query);
    const items = await admin.events(battleId(req), limit);
    res.json(list(items, items.length, { offset: 0 }));
  });

  router.get('/admin/outbox', async (_req, res) => {
    res.json(await admin.outbox());
  });
}

function acts(router: Router, admin: Admin, take: TakeAct): void {
  router.post('/health/cleanup', async (req, res) => {
    const { dryRun } = checked(cleanUpQuery, req.query);
    const isDryRun = !['0', 'false'].includes(dryRun);
    const act = { act: 'cleanup', dryRun: isDryRun };
    res.json({ dryRun: isDryRun, removed: await take(req, act, () => admin.cleanUp(isDryRun)) });
  });

  router.post('/admin/battles/:id/end', async (req: WithId, res) => {
    const on = battleId(req);
    const { to, note } = checked(endBody, await readJsonBody(req, LIMITS.bodyBytes));
    const winner: SideId | null = to === 'void' ? null : to;
    await take(req, { act: 'end', on, to, note }, () => admin.end(on, winner, note));
    res.json({ battleId: on, winner, reason: winner ? 'forfeit' : 'void' });
  });

  router.post('/admin/processes/:id/drain', async (req: WithId, res) => {
    const { id } = req.params;
    if (!BATTLE_ID.test(id)) throw new CodedError('NOT_FOUND');
    await take(req, { act: 'drain', on: id }, () => admin.drain(id));
    res.status(202).json({ processId: id, draining: true });
  });

  router.post('/admin/announce', async (req, res) => {
    const { message, startsAt } = checked(announcement, await readJsonBody(req, LIMITS.bodyBytes));
    await take(req, { act: 'announce', message, startsAt }, () => admin.announce(message, startsAt));
    res.status(202).json({ message, startsAt });
  });

  router.post('/admin/outbox/:id/retry', async (req: WithId, res) => {
    const on = battleId(req);
    await take(req, { act: 'retry', on }, async () => {
      if (!(await admin.retry(on))) throw new CodedError('BATTLE_NOT_FOUND');
    });
    res.status(202).json({ retried: [on] });
  });

  router.post('/admin/outbox/retry', async (req, res) => {
    res.status(202).json({ retried: await take(req, { act: 'retry' }, () => retryAll(admin)) });
  });
}

/** Those that are set aside at this moment: what fails again comes back behind them. */
async function retryAll(admin: Admin): Promise<BattleId[]> {
  const retried: BattleId[] = [];
  let page = await admin.outbox();
  for (let left = page.aside; left > 0 && page.items.length > 0; page = await admin.outbox()) {
    const ids = page.items.slice(0, left).map(({ battleId: id }) => id);
    const isRetried = await Promise.all(ids.map((id) => admin.retry(id)));
    retried.push(...ids.filter((_, index) => isRetried[index]));
    left -= ids.length;
  }
  return retried;
}

function battleId(req: WithId): BattleId {
  const { id } = req.params;
  if (!BATTLE_ID.test(id)) throw new CodedError('BATTLE_NOT_FOUND');
  return id as BattleId;
}
