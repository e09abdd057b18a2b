/** The Dockerfile's stages have what their commands need. That the image starts, nginx.test.ts shows. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copiedInto, instructionsOf } from '../../scripts/check-deploy/dockerfile.ts';
import { temporaryDirectory } from '../support/postgres.ts';
import { copyStage } from './stage.ts';

const run = promisify(execFile);
const read = (name: string): string => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8');

describe('the Dockerfile', function () {
  this.timeout(30_000);

  it('builds the page from what its first stage has', async () => {
    const folder = await temporaryDirectory();
    try {
      copyStage(folder, 'page');
      const { stdout } = await run(process.execPath, ['scripts/build-page.ts'], { cwd: folder });
      assert.match(stdout, /The page weighs/);
      assert.match(readFileSync(join(folder, 'web/dist/index.html'), 'utf8'), /<!doctype html>/i);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('gets from the repository what it copies, and nothing else', () => {
    const sent = read('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const stages = ['page', 'packages', undefined].flatMap((stage) => copiedInto(read('Dockerfile'), stage));
    assert.deepEqual(new Set(sent), new Set(stages));
  });

  it('runs as somebody without rights, under an init, and says that it lives', () => {
    const last = new Map(instructionsOf(read('Dockerfile')).map(({ name, args }) => [name, args]));
    assert.equal(last.get('USER'), 'node');
    assert.match(last.get('ENTRYPOINT')!, /tini/);
    assert.match(last.get('HEALTHCHECK')!, /\/health\/live/);
  });
});
