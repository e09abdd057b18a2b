/** `GET /me`: the caller, and where they are right now. */
import { Router } from 'express';
import type { Gate } from './gate.ts';
import type { HttpPorts } from './ports.ts';

export function meRoutes(gate: Gate, { live, queue }: Pick<HttpPorts, 'live' | 'queue'>): Router {
  return Router().get('/', async (req, res) => {
    const { id, name } = await gate(req);
    const [battleId, place] = await Promise.all([live.battleOf(id), queue.placeOf(id)]);
    res.json({
      user: { id, name },
      ...(battleId && { battleId }),
      ...(place && { queue: place }),
      ratings: [],
    });
  });
}
