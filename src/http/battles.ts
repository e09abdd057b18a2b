/** `/battles`: finished battles, those being played, and seats in them. */
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { BattleId, FormatId, UserId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import type { BattleSummary } from '../persistence/database/stores.ts';
import { checked, readJsonBody } from './body.ts';
import type { Gate } from './gate.ts';
import { BATTLE_ID, list, pageFields, USER_ID } from './list.ts';
import { addressBuckets } from './per-address.ts';
import type { HttpPorts } from './ports.ts';
import { createBuckets, spend } from '../rate-limit.ts';
import { shownChange, type ShownChange } from '../ratings/shown.ts';

const liveQuery = z.object({ format: z.string().max(LIMITS.idChars).optional(), ...pageFields });
const finishedQuery = liveQuery.extend({ user: z.string().regex(USER_ID).optional() });
const nothing = z.strictObject({});

type Ports = Pick<HttpPorts, 'battles' | 'config' | 'formats' | 'live' | 'now'>;

export function battleRoutes(gate: Gate, { battles, config, formats, live, now }: Ports): Router {
  const perUser = createBuckets({ ...LIMITS.seatsPerUser, now });
  const perAddress = addressBuckets(LIMITS.seatsPerAddress, { config, now });

  function known(format: string | undefined): FormatId | undefined {
    if (format !== undefined && !formats.has(format as FormatId)) throw new CodedError('FORMAT_NOT_FOUND');
    return format as FormatId | undefined;
  }

  const router = Router();

  router.get('/', async (req, res) => {
    const { format, user, ...page } = checked(finishedQuery, req.query);
    const wanted = known(format);
    const { items, total } = await battles.list({
      ...page,
      ...(wanted !== undefined && { format: wanted }),
      ...(user !== undefined && { user: user as UserId }),
    });
    res.json(list(items.map(finishedBattle), total, page));
  });

  router.get('/live', async (req, res) => {
    const { format, limit, offset } = checked(liveQuery, req.query);
    const all = await live.list(known(format));
    res.json(list(all.slice(offset, offset + limit), all.length, { offset }));
  });

  router.get('/:id', async (req, res) => {
    const id = battleId(req);
    const playing = await live.get(id);
    if (playing !== null) {
      res.json({ ...playing, status: 'live' });
      return;
    }
    const ended = await battles.summary(id);
    if (ended === null) throw new CodedError('BATTLE_NOT_FOUND');
    res.json(finishedBattle(ended));
  });

  router.post('/:id/seat', async (req, res) => {
    const identity = await gate(req);
    perAddress.spend(req);
    spend(perUser, identity.id);
    checked(nothing, (await readJsonBody(req, LIMITS.bodyBytes)) ?? {});
    res.json({ seat: await live.seat(battleId(req), identity) });
  });

  return router;
}

/** Throws `BATTLE_NOT_FOUND` for what no battle can be called. */
export function battleId(req: Request<{ id: string }>): BattleId {
  const { id } = req.params;
  if (!BATTLE_ID.test(id)) throw new CodedError('BATTLE_NOT_FOUND');
  return id as BattleId;
}

/** Fields by name, so that nothing else of a record can get out. */
export function finishedBattle(battle: BattleSummary) {
  const { battleId: id, format, winner: winnerSide, reason, turns, rated, startedAt, endedAt } = battle;
  const players = Object.fromEntries(
    battle.players.map(({ side, userId, name, elo }) => [side, { id: userId, name, elo }]),
  );
  const winner = battle.players.find(({ side }) => side === winnerSide)?.userId ?? null;
  const end = { winner, winnerSide, reason, turns };
  const ratings = ratingsOf(battle);
  const shown = { battleId: id, format, players, ...end, rated, ...(ratings && { ratings }) };
  return { ...shown, startedAt, endedAt, status: 'ended' };
}

/** By user, of those who are still there; null where no rating moved. */
function ratingsOf({ players, format }: BattleSummary): Record<string, ShownChange> | null {
  const changes = players.flatMap(({ userId, before, after }) =>
    before && after && userId !== null ? [[userId, { format, ...shownChange(before, after) }] as const] : [],
  );
  return changes.length > 0 ? Object.fromEntries(changes) : null;
}
