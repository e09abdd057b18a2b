/**
 * The secrets of a machine where none are configured: made once, kept in the data directory for its owner alone.
 * Without them a restart would sign everybody out. Never used in production.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The files, by what they are for. */
export type LocalSecret = 'jwt-secret' | 'cluster-secret' | 'redis-password';

const SECRET_BYTES = 48;
const SECRET = /^[\w-]{64}$/;

/** Whichever of several processes is first decides. Throws when the file could be another user's doing. */
export async function localSecret(dataDir: string, file: LocalSecret = 'jwt-secret'): Promise<string> {
  const path = join(dataDir, file);
  const kept = await read(path);
  if (kept !== null) return kept;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await make(path);
  const made = await read(path);
  if (made === null) throw new Error(`${path} vanished while it was made.`);
  return made;
}

/** Written aside and linked into place: no reader meets half a secret, and of two makers the first one wins. */
async function make(path: string): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}-${randomBytes(8).toString('hex')}`);
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(SECRET_BYTES).toString('base64url'));
    await file.sync();
    await link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await unlink(aside);
  }
}

async function read(path: string): Promise<string | null> {
  const file = await openOwn(path);
  if (file === null) return null;
  try {
    const { mode, uid } = await file.stat();
    if (uid !== process.getuid?.()) throw new Error(`${path} belongs to another user: remove it.`);
    if ((mode & 0o077) !== 0)
      throw new Error(`${path} may be read by others: remove it, or chmod 600 if it is yours.`);
    const secret = await file.readFile('utf8');
    if (!SECRET.test(secret)) throw new Error(`${path} is damaged: remove it.`);
    return secret;
  } finally {
    await file.close();
  }
}

async function openOwn(path: string): Promise<FileHandle | null> {
  try {
    // A link could point at a file of somebody's choice.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
