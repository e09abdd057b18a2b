/** The configurations of nginx, each way in which they are put together, by nginx itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localNginx } from './local-nginx.ts';
import type { Verdict } from './verdict.ts';

const FIND = new URL('../ensure-nginx.mjs', import.meta.url).pathname;

/** Its path; undefined where there is none. Never installs. */
export function findNginx(): string | undefined {
  const env = { ...process.env, NO_APT: '1' };
  const found = execFileSync(process.execPath, [FIND], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return found.trim() || undefined;
}

/** An upstream file is tried as such, the others with upstream.conf. */
export function checkNginx(root: string, path: string): Verdict {
  const nginx = findNginx();
  if (!nginx) return 'there is no nginx';
  const folder = mkdtempSync(join(tmpdir(), 'endure-nginx-'));
  try {
    cpSync(`${root}deploy/nginx`, folder, { recursive: true });
    if (/upstream[^/]*\.conf$/.test(path)) cpSync(`${root}${path}`, join(folder, 'upstream.conf'));
    localNginx(folder, 8080);
    const { status, stderr } = spawnSync(nginx, ['-t', '-q', '-p', folder, '-c', 'nginx.conf'], {
      encoding: 'utf8',
    });
    const said = stderr.trim();
    return status === 0 && said === '' ? [] : [`is refused by nginx: ${said || `status ${status}`}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
