/** `/teams`: the caller's own teams. Somebody else's team does not exist here. */
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { Identity } from '../auth/token.ts';
import type { FormatId, UserId } from '../battle/ids.ts';
import type { TeamCheck } from '../battle/team.ts';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { UserGone, type StoredTeam, type TeamDraft } from '../persistence/database/stores.ts';
import { checked, readJsonBody } from './body.ts';
import type { Gate } from './gate.ts';
import { list } from './list.ts';
import type { HttpPorts } from './ports.ts';
import { createBuckets, spend } from '../rate-limit.ts';

const formatAndTeam = {
  format: z.string().max(LIMITS.idChars),
  /** Export text, packed text or JSON sets; the importer looks into it. */
  team: z.union([z.string().min(1), z.array(z.unknown())], 'must be text or a list of sets'),
};
const validation = z.strictObject(formatAndTeam);
const draft = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(LIMITS.teamNameChars)
    .regex(/^[^\p{C}]*$/u, 'must not contain control characters'),
  ...formatAndTeam,
});

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

type Ports = Pick<HttpPorts, 'teams' | 'users' | 'formats' | 'checkTeam' | 'exportTeam' | 'now'>;

export function teamRoutes(gate: Gate, { teams, users, formats, checkTeam, exportTeam, now }: Ports): Router {
  const validations = createBuckets({ ...LIMITS.teamValidations, now });

  function check(format: string, team: unknown): TeamCheck {
    if (!formats.has(format as FormatId)) throw new CodedError('FORMAT_NOT_FOUND');
    return checkTeam(format as FormatId, team);
  }

  async function readDraft(req: Request, owner: UserId): Promise<TeamDraft> {
    spend(validations, owner);
    const { name, format, team } = checked(draft, await readJsonBody(req, LIMITS.teamBodyBytes));
    const result = check(format, team);
    if (!result.ok) throw new CodedError('INVALID_TEAM', undefined, { problems: result.problems });
    return { name, format: format as FormatId, packed: result.packed };
  }

  async function create({ id, name }: Identity, team: TeamDraft): Promise<StoredTeam> {
    try {
      return await teams.create(id, team);
    } catch (error) {
      if (!(error instanceof UserGone)) throw error;
      // Another process has deleted the user since, and the token is good for a new one.
      users.forget(id);
      await users.see(id, name);
      return teams.create(id, team);
    }
  }

  async function own(req: Request<{ id: string }>) {
    const { id: owner } = await gate(req);
    return found(await teams.get(owner, teamId(req)));
  }

  const router = Router();

  router.get('/', async (req, res) => {
    const { id: owner } = await gate(req);
    const all = await teams.list(owner);
    res.json(list(all, all.length, { offset: 0 }));
  });

  router.post('/', async (req, res) => {
    const identity = await gate(req);
    const { id: owner } = identity;
    const team = await readDraft(req, owner);
    if ((await teams.list(owner)).length >= LIMITS.teamsPerUser) {
      throw new CodedError('FORBIDDEN', `Nobody may keep more than ${LIMITS.teamsPerUser} teams.`);
    }
    res.status(201).json(await create(identity, team));
  });

  router.post('/validate', async (req, res) => {
    const { id } = await gate(req);
    spend(validations, id);
    const { format, team } = checked(validation, await readJsonBody(req, LIMITS.teamBodyBytes));
    const result = check(format, team);
    res.json(
      result.ok
        ? { valid: true, problems: [], packed: result.packed }
        : { valid: false, problems: result.problems },
    );
  });

  router.get('/:id', async (req, res) => {
    res.json(await own(req));
  });

  router.put('/:id', async (req, res) => {
    const { id: owner } = await gate(req);
    const id = teamId(req);
    res.json(found(await teams.replace(owner, id, await readDraft(req, owner))));
  });

  router.delete('/:id', async (req, res) => {
    const { id: owner } = await gate(req);
    if (!(await teams.remove(owner, teamId(req)))) throw new CodedError('TEAM_NOT_FOUND');
    res.status(204).end();
  });

  router.get('/:id/export', async (req, res) => {
    const { packed } = await own(req);
    res.type('text/plain').send(exportTeam(packed));
  });

  return router;
}

function teamId(req: Request<{ id: string }>): string {
  const { id } = req.params;
  if (!UUID.test(id)) throw new CodedError('TEAM_NOT_FOUND');
  return id;
}

function found<Team>(team: Team | null): Team {
  if (team === null) throw new CodedError('TEAM_NOT_FOUND');
  return team;
}
