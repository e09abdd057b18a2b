/**
 * Which system account runs PostgreSQL. PostgreSQL refuses to run as root, so a server started as root steps down to
 * `postgres` or `nobody` for it, and its files must lie where that account can reach them.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** null: PostgreSQL runs as we do. */
export async function postgresAccount(): Promise<Account | null> {
  if (process.geteuid?.() !== 0) return null;
  const passwd = await readFile('/etc/passwd', 'utf8');
  const accounts = new Map(passwd.split('\n').map((line) => [line.split(':')[0], line.split(':')] as const));
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.get(name);
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(
    'PostgreSQL cannot run as root and /etc/passwd has neither postgres nor nobody: set DATABASE_URL.',
  );
}

/** Whether `account` may pass through every directory above `path` that exists. */
export async function canReach(account: Account | null, path: string): Promise<boolean> {
  if (!account) return true;
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    const found = await stat(dir).catch(() => null);
    if (found && !mayEnter(account, found)) return false;
    if (dir === dirname(dir)) return true;
  }
}

function mayEnter(account: Account, dir: { uid: number; gid: number; mode: number }): boolean {
  if (dir.uid === account.uid) return (dir.mode & 0o100) !== 0;
  if (dir.gid === account.gid) return (dir.mode & 0o010) !== 0;
  return (dir.mode & 0o001) !== 0;
}
