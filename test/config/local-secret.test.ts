import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localSecret } from '../../src/config/local-secret.ts';

describe('localSecret', () => {
  let root: string;
  let dataDir: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'endure-secret-'));
    dataDir = join(root, 'data');
  });

  afterEach(() => rm(root, { recursive: true }));

  it('is made once and kept for its owner alone', async () => {
    const secret = await localSecret(dataDir);
    assert(secret.length >= 32);
    assert.equal(await localSecret(dataDir), secret);
    assert.equal((await stat(join(dataDir, 'jwt-secret'))).mode & 0o777, 0o600);
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
  });

  it('is the same for all who make it at once, and leaves nothing else behind', async () => {
    const secrets = await Promise.all(Array.from({ length: 20 }, () => localSecret(dataDir)));
    assert.equal(new Set(secrets).size, 1);
    assert.deepEqual(await readdir(dataDir), ['jwt-secret']);
  });

  it('differs between directories', async () => {
    assert.notEqual(await localSecret(dataDir), await localSecret(join(root, 'other')));
  });

  it('is refused when others may read it', async () => {
    await localSecret(dataDir);
    await chmod(join(dataDir, 'jwt-secret'), 0o640);
    await assert.rejects(localSecret(dataDir), /may be read by others/);
  });

  it('is refused when it is a link', async () => {
    await localSecret(dataDir);
    await rename(join(dataDir, 'jwt-secret'), join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), join(dataDir, 'jwt-secret'));
    await assert.rejects(localSecret(dataDir), { code: 'ELOOP' });
  });

  it('is refused when it is damaged, not replaced', async () => {
    await localSecret(dataDir);
    await writeFile(join(dataDir, 'jwt-secret'), '');
    await assert.rejects(localSecret(dataDir), /is damaged/);
  });
});
