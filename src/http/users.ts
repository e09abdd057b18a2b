/** `/users/:id`: what everybody may know of a user, and the user's battles. */
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { FormatId, SideId, UserId } from '../battle/ids.ts';
import { reasonFor } from '../battle/outcome.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import type { BattleSummary } from '../persistence/database/stores.ts';
import { ACHIEVEMENT_POINTS } from '../ratings/achievements.ts';
import { shownChange } from '../ratings/shown.ts';
import { checked } from './body.ts';
import { cursorField, cursorOf, list, pageFields, USER_ID } from './list.ts';
import { shownFormat } from './me.ts';
import type { HttpPorts } from './ports.ts';

const historyQuery = z.object({
  format: z.string().max(LIMITS.idChars).optional(),
  cursor: cursorField.optional(),
  ...pageFields,
});

type Ports = Pick<HttpPorts, 'battles' | 'formats' | 'ratings' | 'users'>;

export function userRoutes({ battles, formats, ratings, users }: Ports): Router {
  const router = Router();

  router.get('/:id', async (req, res) => {
    const id = userId(req);
    const [profile, rated] = await Promise.all([users.profile(id), ratings.ofUser(id)]);
    if (profile === null) throw new CodedError('NOT_FOUND');
    const { user, achievements, battles: count } = profile;
    res.json({
      user,
      ratings: rated.map(shownFormat),
      achievements: achievements.map(({ kind, ...rest }) => ({
        kind,
        points: ACHIEVEMENT_POINTS[kind],
        ...rest,
      })),
      battles: count,
    });
  });

  router.get('/:id/battles', async (req, res) => {
    const user = userId(req);
    const { format, cursor, limit, offset } = checked(historyQuery, req.query);
    if (format !== undefined && !formats.has(format as FormatId)) throw new CodedError('FORMAT_NOT_FOUND');
    if ((await users.find(user)) === null) throw new CodedError('NOT_FOUND');
    const filter = { user, ...(format !== undefined && { format: format as FormatId }), limit };
    if (cursor !== undefined) {
      // One more than asked for tells whether there is another page.
      const found = await battles.older(cursor, { ...filter, limit: limit + 1 });
      const items = found.slice(0, limit);
      res.json({ items: remembered(items, user), ...after(items, found.length > limit) });
      return;
    }
    const { items, total } = await battles.list({ ...filter, offset });
    const page = list(items, total, { offset });
    res.json({ ...page, items: remembered(items, user), ...after(items, page.next !== undefined) });
  });

  return router;
}

function userId(req: Request<{ id: string }>): UserId {
  const { id } = req.params;
  if (!USER_ID.test(id)) throw new CodedError('NOT_FOUND');
  return id as UserId;
}

/** How to ask for what follows. */
function after(items: readonly BattleSummary[], isMore: boolean): { cursor?: string } {
  const last = items.at(-1);
  return isMore && last ? { cursor: cursorOf(last) } : {};
}

/** Battles as one of their players remembers them. Who has just been deleted remembers none. */
function remembered(battles: readonly BattleSummary[], user: UserId) {
  return battles.flatMap(({ battleId, format, players, winner, reason, turns, startedAt, endedAt }) => {
    const mine = players.find(({ userId }) => userId === user);
    const foe = players.find((player) => player !== mine);
    if (!mine || !foe) return [];
    return {
      battleId,
      format,
      opponent: { id: foe.userId, name: foe.name },
      result: resultOf(winner, reason, mine.side),
      reason: reasonFor({ winner, reason }, mine.side),
      ratingChange: mine.before && mine.after && shownChange(mine.before, mine.after),
      turns,
      startedAt,
      endedAt,
    };
  });
}

function resultOf(winner: SideId | null, reason: BattleSummary['reason'], side: SideId) {
  if (winner === null) return reason === 'tie' ? 'tie' : 'void';
  return winner === side ? 'win' : 'loss';
}
