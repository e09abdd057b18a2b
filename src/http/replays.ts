/**
 * `/replays`: finished battles to watch and to keep. A private replay is there for its players and for who has its key;
 * to everybody else it does not exist.
 */
import { timingSafeEqual } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { FormatId, UserId } from '../battle/ids.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import type { BattleSummary, FinishedBattle, Replay } from '../persistence/database/stores.ts';
import { replayPage } from '../replay-page/page.ts';
import { createAdminGate } from './admin-gate.ts';
import { battleId, finishedBattle } from './battles.ts';
import { checked, readJsonBody } from './body.ts';
import type { Gate } from './gate.ts';
import { cursorField, cursorOf, pageFields, USER_ID } from './list.ts';
import { perAddress } from './per-address.ts';
import type { HttpPorts } from './ports.ts';
import { inputLog, pageReplay, showdownReplay } from './replay-views.ts';

const time = z.string().regex(/^\d{1,13}$/).transform(Number).optional(); // prettier-ignore
const searchQuery = z.object({
  user: z.string().regex(USER_ID).optional(),
  format: z.string().max(LIMITS.idChars).optional(),
  before: time,
  after: time,
  limit: pageFields.limit,
  cursor: cursorField.optional(),
});
const wishes = z.strictObject({ private: z.boolean().optional(), teamPublished: z.boolean().optional() });

type ById = Request<{ id: string }>;
type Ports = Pick<HttpPorts, 'admin' | 'battles' | 'config' | 'formats' | 'now' | 'replays'>;

export function replayRoutes(gate: Gate, ports: Ports): Router {
  const { admin, battles, formats, replays } = ports;
  const adminGate = admin && createAdminGate(admin.password, ports);

  /** Throws `BATTLE_NOT_FOUND` for who may not watch it, too; `AUTH_FAILED` for a bad token that would decide. */
  async function watchable<Watched extends Pick<Replay, 'replayKey' | 'players'>>(
    req: ById,
    replay: Watched | null,
  ): Promise<Watched> {
    if (replay && (replay.replayKey === null || isKey(req.query['key'], replay.replayKey))) return replay;
    const user = hasScheme(req, 'Bearer') ? (await gate(req)).id : null;
    if (!replay || !isPlayer(replay, user)) throw new CodedError('BATTLE_NOT_FOUND');
    return replay;
  }

  /** The inputs tell the teams: until both players have shown theirs, they are for those two and the operator. */
  async function readable(req: ById, res: Response): Promise<FinishedBattle> {
    const battle = await battles.get(battleId(req));
    if (hasScheme(req, 'Basic')) {
      if (!adminGate) throw new CodedError('AUTH_FAILED');
      void adminGate(req, res, () => {});
      if (!battle) throw new CodedError('BATTLE_NOT_FOUND');
      return battle;
    }
    const { players, publishedTeams } = await watchable(req, battle);
    if (publishedTeams.length === players.length) return battle!;
    if (!isPlayer({ players }, (await gate(req)).id)) throw new CodedError('FORBIDDEN');
    return battle!;
  }

  const router = Router();
  router.use(perAddress(LIMITS.replaysPerAddress, ports));

  router.get('/', async (req, res) => {
    const { format, user, cursor, ...rest } = checked(searchQuery, req.query);
    if (format !== undefined && !formats.has(format as FormatId)) throw new CodedError('FORMAT_NOT_FOUND');
    const search = { ...rest, cursor, format: format as FormatId | undefined };
    const { items, next } = await replays.search({ ...search, user: user as UserId | undefined });
    res.json({ items: items.map(finishedBattle), ...(next && { next: cursorOf(next) }) });
  });

  router.get('/:id.log', async (req: ById, res) => {
    const { lines } = await watchable(req, await replays.get(battleId(req)));
    res.type('text/plain').send(lines.join('\n'));
  });

  router.get('/:id.json', async (req: ById, res) => {
    const replay = await watchable(req, await replays.get(battleId(req)));
    res.json(showdownReplay(replay, formats));
  });

  router.get('/:id', async (req: ById, res) => {
    const { html, contentSecurityPolicy } = replayPage(
      pageReplay(await watchable(req, await replays.get(battleId(req))), formats),
    );
    res.set('Content-Security-Policy', contentSecurityPolicy).type('text/html').send(html);
  });

  router.get('/:id/input-log', async (req: ById, res) => {
    res.json(inputLog(await readable(req, res)));
  });

  router.patch('/:id', async (req: ById, res) => {
    const { id: user } = await gate(req);
    const wish = checked(wishes, (await readJsonBody(req, LIMITS.bodyBytes)) ?? {});
    const id = battleId(req);
    const settings = await replays.wish(id, user, {
      isPrivate: wish.private,
      isTeamPublished: wish.teamPublished,
    });
    if (!settings) {
      await watchable(req, await replays.get(id));
      throw new CodedError('FORBIDDEN');
    }
    const { isPrivate, isTeamPublished, replayKey } = settings;
    res.json({
      battleId: id,
      private: isPrivate,
      teamPublished: isTeamPublished,
      ...(replayKey !== null && { key: replayKey }),
    });
  });

  return router;
}

function hasScheme(req: Request, scheme: 'Basic' | 'Bearer'): boolean {
  return req.headers.authorization?.toLowerCase().startsWith(`${scheme.toLowerCase()} `) === true;
}

function isKey(sent: unknown, key: string): boolean {
  if (typeof sent !== 'string') return false;
  const [one, other] = [Buffer.from(sent), Buffer.from(key)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function isPlayer({ players }: Pick<BattleSummary, 'players'>, user: UserId | null): boolean {
  return user !== null && players.some(({ userId }) => userId === user);
}
