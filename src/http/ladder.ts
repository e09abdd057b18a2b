/** `/ladder`: who stands where in a format, by Elo. */
import { Router } from 'express';
import { z } from 'zod';
import type { FormatId, UserId } from '../battle/ids.ts';
import { CodedError } from '../errors.ts';
import type { LadderRow } from '../persistence/database/stores.ts';
import { shownRating } from '../ratings/shown.ts';
import { checked } from './body.ts';
import { list, pageFields, USER_ID } from './list.ts';
import type { HttpPorts } from './ports.ts';

const query = z.object(pageFields);

export function ladderRoutes({ formats, ratings }: Pick<HttpPorts, 'formats' | 'ratings'>): Router {
  function known(format: string): FormatId {
    if (!formats.has(format as FormatId)) throw new CodedError('FORMAT_NOT_FOUND');
    return format as FormatId;
  }

  const router = Router();

  router.get('/:format', async (req, res) => {
    const format = known(req.params.format);
    const page = checked(query, req.query);
    const { items, total } = await ratings.ladder(format, page.limit, page.offset);
    res.json(list(items.map(shownRow), total, page));
  });

  router.get('/:format/:user', async (req, res) => {
    const format = known(req.params.format);
    const { user } = req.params;
    const row = USER_ID.test(user) ? await ratings.rank(format, user as UserId) : null;
    if (row === null) throw new CodedError('NOT_FOUND');
    res.json(shownRow(row));
  });

  return router;
}

/** Fields by name, so that nothing else of a record can get out. */
function shownRow(row: LadderRow) {
  const { rank, user, wins, losses, ties } = row;
  return { rank, user: { id: user.id, name: user.name }, ...shownRating(row), wins, losses, ties };
}
