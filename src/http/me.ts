/** `/me`: the caller, where they are right now, and how they stand; and how to be gone. */
import { Router } from 'express';
import { LIMITS } from '../config/limits.ts';
import type { FormatRating } from '../persistence/database/stores.ts';
import { createBuckets, spend } from '../rate-limit.ts';
import { shownRating } from '../ratings/shown.ts';
import type { Gate } from './gate.ts';
import type { HttpPorts } from './ports.ts';

type Ports = Pick<HttpPorts, 'deleteUser' | 'live' | 'now' | 'queue' | 'ratings'>;

export function meRoutes(gate: Gate, { deleteUser, live, now, queue, ratings }: Ports): Router {
  const perUser = createBuckets({ ...LIMITS.deletionsPerUser, now });
  const router = Router();

  router.get('/', async (req, res) => {
    const { id, name } = await gate(req);
    const [battleId, place, rated] = await Promise.all([
      live.battleOf(id),
      queue.placeOf(id),
      ratings.ofUser(id),
    ]);
    res.json({
      user: { id, name },
      ...(battleId && { battleId }),
      ...(place && { queue: place }),
      ratings: rated.map(shownFormat),
    });
  });

  router.delete('/', async (req, res) => {
    const { id } = await gate(req);
    spend(perUser, id);
    await deleteUser(id);
    res.status(204).end();
  });

  return router;
}

/** As the user and everybody else see it. */
export function shownFormat(rating: FormatRating) {
  const { format, wins, losses, ties, streak, peak } = rating;
  return { format, ...shownRating(rating), wins, losses, ties, streak, peak: Math.round(peak) };
}
