/** `GET /formats`: the formats on offer. */
import { Router } from 'express';
import type { Format } from '../battle/format.ts';
import type { FormatId } from '../battle/ids.ts';
import { list } from './list.ts';

export function formatRoutes(formats: ReadonlyMap<FormatId, Format>): Router {
  const items = [...formats.values()].map(
    ({ id, name, generation, gameType, players, teamRequired, teamPreview, rated }) => ({
      id,
      name,
      generation,
      gameType,
      players,
      teamRequired,
      teamPreview,
      rated,
    }),
  );
  const body = list(items, items.length, { offset: 0 });

  return Router().get('/', (_req, res) => {
    res.json(body);
  });
}
