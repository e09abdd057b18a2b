/** `/me/blocked`: whom the caller wants no challenges from. */
import { type Request, Router } from 'express';
import type { UserId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { UserGone, type BlockResult } from '../persistence/database/stores.ts';
import type { Gate } from './gate.ts';
import { USER_ID } from './list.ts';
import type { HttpPorts } from './ports.ts';

export function blockedRoutes(gate: Gate, { blocks, users }: Pick<HttpPorts, 'blocks' | 'users'>): Router {
  async function block(me: { id: UserId; name: string }, other: UserId): Promise<BlockResult> {
    try {
      return await blocks.add(me.id, other);
    } catch (error) {
      if (!(error instanceof UserGone)) throw error;
      // Another process has deleted the user since, and the token is good for a new one.
      users.forget(me.id);
      await users.see(me.id, me.name);
      return blocks.add(me.id, other);
    }
  }

  const router = Router();

  router.get('/', async (req, res) => {
    const items = await blocks.list((await gate(req)).id);
    res.json({ items, total: items.length });
  });

  router.put('/:id', async (req, res) => {
    const me = await gate(req);
    const other = userId(req);
    if (other === me.id) throw new CodedError('FORBIDDEN', 'Nobody can block oneself.');
    const result = await block(me, other);
    if (result === 'unknown') throw new CodedError('NOT_FOUND');
    if (result === 'full')
      throw new CodedError('FORBIDDEN', `Nobody may block more than ${LIMITS.blockedUsers} users.`);
    res.status(204).end();
  });

  router.delete('/:id', async (req, res) => {
    const { id } = await gate(req);
    await blocks.remove(id, userId(req));
    res.status(204).end();
  });

  return router;
}

function userId(req: Request<{ id: string }>): UserId {
  const { id } = req.params;
  if (!USER_ID.test(id)) throw new CodedError('NOT_FOUND');
  return id as UserId;
}
