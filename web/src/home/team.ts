/** The team that was last played in each format: its text in this browser, and what the server keeps of it. */
import type { EndureClient } from '../../../client/src/endure.ts';

const NAME = 'From the page';

export function savedTeam(format: string): string {
  return localStorage.getItem(keyOf(format)) ?? '';
}

export function saveTeam(format: string, team: string): void {
  localStorage.setItem(keyOf(format), team);
}

/** Its id on the server, in the place of the one before. Rejects with `INVALID_TEAM`. */
export async function teamIdOf({ teams }: EndureClient, format: string): Promise<string> {
  const draft = { name: NAME, format, team: savedTeam(format) };
  const before = (await teams.list()).items.find((team) => team.name === NAME && team.format === format);
  const { id } = await (before ? teams.replace(before.id, draft) : teams.create(draft));
  return id;
}

function keyOf(format: string): string {
  return `endure.team.${format}`;
}
