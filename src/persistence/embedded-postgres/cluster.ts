/**
 * The files of the embedded database: `<dataDir>/postgres/` (0700, the account's own) with `data/` and the socket.
 * Trust authentication is safe only because nobody else can enter that directory and nothing listens on TCP.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, lchown, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { canReach } from './account.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { ownedDirectory, SYSTEM_DIR } from './owned-directory.ts';

const run = promisify(execFile);

/** Names the socket; nothing listens on this TCP port. */
export const SOCKET_PORT = 5432;
/** Room in `sockaddr_un` less the terminating zero: 107 on Linux, 103 on macOS. */
const SOCKET_PATH_MAX = 103;

export interface Cluster {
  /** PGDATA. */
  readonly data: string;
  /** Directory of the socket: what clients give as host. */
  readonly socketDir: string;
}

/** Finds or makes the database files. `notice` is told when they had to go to another place than `dataDir`. */
export async function prepareCluster(
  dataDir: string,
  account: Account | null,
  binaries: Binaries,
  notice: (text: string) => void,
): Promise<Cluster> {
  const base = await baseDirectory(resolve(dataDir), account, notice);
  const data = join(base, 'data');
  const version = await clusterVersion(data);
  if (version === null) await initialise(base, data, account, binaries);
  else await assertSameMajor(version, data, binaries);
  return { data, socketDir: await socketDirectory(base, account) };
}

/** Leftovers of first starts that were killed. Only the holder of the running database may call this. */
export async function removeDrafts(cluster: Cluster): Promise<void> {
  const base = join(cluster.data, '..');
  const drafts = (await readdir(base)).filter((name) => name.startsWith('data.init'));
  await Promise.all(drafts.map((name) => rm(join(base, name), { recursive: true, force: true })));
}

async function baseDirectory(
  dataDir: string,
  account: Account | null,
  notice: (text: string) => void,
): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const base = join(dataDir, 'postgres');
  if (await canReach(account, base)) return privateDirectory(base, account);
  await ownedDirectory(SYSTEM_DIR);
  const name = `data-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
  const elsewhere = join(SYSTEM_DIR, name);
  notice(`PostgreSQL's account cannot enter ${dataDir}; the database lies in ${elsewhere}`);
  return privateDirectory(elsewhere, account);
}

async function privateDirectory(path: string, account: Account | null): Promise<string> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(path);
  if (!found.isDirectory() || (found.mode & 0o077) !== 0)
    throw new Error(`${path} must be a directory with mode 0700: whoever can enter it owns the database.`);
  // Also when it was there: we may have been killed between making it and giving it away.
  if (account && found.uid === process.geteuid?.()) await lchown(path, account.uid, account.gid);
  return path;
}

async function socketDirectory(base: string, account: Account | null): Promise<string> {
  if (Buffer.byteLength(join(base, `.s.PGSQL.${SOCKET_PORT}.lock`)) <= SOCKET_PATH_MAX) return base;
  const dir = await mkdtemp(join(tmpdir(), 'endure-'));
  if (account) await chown(dir, account.uid, account.gid);
  return dir;
}

async function clusterVersion(data: string): Promise<string | null> {
  try {
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function assertSameMajor(version: string, data: string, binaries: Binaries): Promise<void> {
  const { stdout } = await run(binaries.postgres, ['--version']);
  const major = /(\d+)/.exec(stdout)?.[1];
  if (major !== version)
    throw new Error(
      `${data} was written by PostgreSQL ${version}, this is ${major}: move it away or set DATABASE_URL.`,
    );
}

/** Under its final name only when complete, so that a killed first start leaves nothing half made. */
async function initialise(
  base: string,
  data: string,
  account: Account | null,
  binaries: Binaries,
): Promise<void> {
  const draft = await mkdtemp(join(base, 'data.init-'));
  if (account) await chown(draft, account.uid, account.gid);
  const args = ['-D', draft, '-A', 'trust', '-U', 'postgres', '--locale=C', '-E', 'UTF8'];
  try {
    await run(binaries.initdb, args, { ...account, cwd: base });
    await rename(draft, data);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process may have been faster; which of them may run the database is decided by its lock file.
    if ((await clusterVersion(data)) === null) throw error;
  }
}
