/** Directories of root's that nobody else can write: where binaries and data go when the project's own place is closed. */
import { lstat, mkdir } from 'node:fs/promises';

/** Under here lies what PostgreSQL needs when it runs as another account and cannot enter the project's directory. */
export const SYSTEM_DIR = '/var/lib/endure';

/** Makes `path` (its parent exists) with mode 0755, or checks that what is there is ours and closed to other writers. */
export async function ownedDirectory(path: string): Promise<void> {
  await mkdir(path, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await assertOwned(path);
}

/** Rejects unless `path` is a real directory that belongs to us and that only we can write. */
export async function assertOwned(path: string): Promise<void> {
  // lstat: a link could be turned to another place after the check.
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0)
    throw new Error(`${path} is not a directory that only this account can write: remove it.`);
}
