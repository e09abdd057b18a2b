/** This machine: its Node, how many files a process may open, and the disk under DATA_DIR. */
import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { fault, type Finding, ok, reasonOf, warn } from './finding.ts';

const MIB = 1024 * 1024;
const NODE_MAJOR = 24;
/** A battle takes some 50 KB in the database. */
const LITTLE_MIB = 1024;
const TOO_LITTLE_MIB = 100;
/** Two for each relayed connection, and a database. */
const FILES = 4096;

export function checkNode(version: string = process.versions.node): Finding {
  if (Number.parseInt(version, 10) >= NODE_MAJOR) return ok(`Node ${version}.`);
  return fault(`Node ${version} is too old`, `run it through npm, or install Node ${NODE_MAJOR}`);
}

/** `limit`: as `ulimit -n` says. */
export function judgeFiles(limit: number): Finding {
  const text = `A process may open ${limit} files, and every connection is one or two`;
  return limit >= FILES ? ok(`${text}.`) : warn(text, 'raise it: ulimit -n 65536, LimitNOFILE=65536');
}

export function fileLimit(): number {
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } };
  };
  const soft = userLimits?.open_files?.soft ?? 'unlimited';
  return soft === 'unlimited' ? Infinity : soft;
}

/** Nothing is written. */
export async function checkDisk({ dataDir, databaseUrl, jwt, isProduction }: Config): Promise<Finding[]> {
  const keepsSecret = !isProduction && jwt.secret === undefined;
  if (databaseUrl !== undefined && !keepsSecret) return [];
  const dir = resolve(dataDir);
  try {
    const there = await nearest(dir);
    await access(there, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(there);
    return [judgeSpace(dir, (bavail * bsize) / MIB), ...(await checkSecretFile(join(dir, 'jwt-secret')))];
  } catch (error) {
    return [
      fault(
        `DATA_DIR ${dir} cannot be written (${reasonOf(error)})`,
        'give it to the user who runs the server',
      ),
    ];
  }
}

export function judgeSpace(dir: string, freeMib: number): Finding {
  const text = `DATA_DIR ${dir} has ${Math.floor(freeMib)} MiB left`;
  if (freeMib < TOO_LITTLE_MIB) return fault(text, 'the database would stop: make room');
  return freeMib < LITTLE_MIB ? warn(text, 'make room before it is full') : ok(`${text}.`);
}

async function checkSecretFile(path: string): Promise<Finding[]> {
  const found = await stat(path).catch(() => null);
  if (!found || (found.mode & 0o077) === 0) return [];
  return [fault(`${path} may be read by others`, 'remove it, or chmod 600 if it is yours')];
}

/** The directory itself, or the one that it would be made in. */
async function nearest(dir: string): Promise<string> {
  for (let at = dir; ; at = dirname(at))
    if (at === dirname(at) || (await stat(at).catch(() => null))) return at;
}
