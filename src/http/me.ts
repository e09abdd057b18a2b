/** `GET /me`: the caller, where they are right now, and how they stand. */
import { Router } from 'express';
import type { FormatRating } from '../persistence/database/stores.ts';
import { shownRating } from '../ratings/shown.ts';
import type { Gate } from './gate.ts';
import type { HttpPorts } from './ports.ts';

type Ports = Pick<HttpPorts, 'live' | 'queue' | 'ratings'>;

export function meRoutes(gate: Gate, { live, queue, ratings }: Ports): Router {
  return Router().get('/', async (req, res) => {
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
}

/** As the user and everybody else see it. */
export function shownFormat(rating: FormatRating) {
  const { format, wins, losses, ties, streak, peak } = rating;
  return { format, ...shownRating(rating), wins, losses, ties, streak, peak: Math.round(peak) };
}
