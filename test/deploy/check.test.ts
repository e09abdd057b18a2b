/** What `npm run check` says of deploy/: nothing of what is shipped, and something of every file once it is broken. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDeployment } from '../../scripts/check-deploy.ts';
import { temporaryDirectory } from '../support/postgres.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** A file, what is put into the place of what, what is said of it, and by which program. */
const BREAKS: readonly (readonly [file: string, from: string, to: string, said: RegExp, program?: string])[] =
  [
    ['Dockerfile', 'COPY web web', 'COPY page page', /copies page, which is not there/],
    ['aws/containers.json', '"essential": true,', '"essential": true', /is no JSON/],
    ['aws/main.tf', 'network_mode  ', 'network_mode =', /refused by terraform/, 'terraform'],
    ['azure/main.bicep', 'Nothing on our side can parse Bicep', 'All is well', /does not say in its head/],
    ['compose.yaml', 'restart:', 'restarts:', /services\/app.*restarts/],
    ['compose.override.yaml', 'profiles: [tools]', 'profiles: tools', /profiles/],
    ['gcp/google.yaml', 'spec:', 'spec', /is no YAML/],
    ['gcp/setup.sh', 'done', '', /refused by sh/, 'sh'],
    ['kubernetes/endure.yaml', 'periodSeconds: 3', 'periodSecs: 3', /readinessProbe.*periodSecs/],
    ['kubernetes/redis.yaml', 'kind: Service', 'kind: Secret', /secrets are made outside/],
    ['nginx/endure.conf', 'proxy_http_version', 'proxy_http', /refused by nginx/, 'nginx'],
    ['nginx/nginx.conf', 'server_tokens off;', 'server_tokens off', /refused by nginx/, 'nginx'],
    ['nginx/upstream.conf', 'least_conn', 'most_conn', /refused by nginx/, 'nginx'],
    ['nginx/upstream.docker.conf', 'valid=2s', 'valid=ever', /refused by nginx/, 'nginx'],
    ['systemd/endure@.service', 'Restart=', 'Restarts=', /refused by systemd-analyze/, 'systemd-analyze'],
  ];

function isInstalled(program: string): boolean {
  const path = `${process.env['PATH']}:/usr/sbin`;
  return spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: path } }).status === 0;
}

describe('check-deploy', function () {
  this.timeout(20_000);

  it('finds nothing wrong with what is shipped', () => {
    assert.deepEqual(checkDeployment().faults, []);
  });

  it('finds each file that is broken, and each that it does not know', async () => {
    const root = `${await temporaryDirectory()}/`;
    try {
      cpSync(`${ROOT}deploy`, join(root, 'deploy'), { recursive: true });
      for (const name of ['package.json', 'package-lock.json', '.npmrc', 'LICENSE', 'client', 'scripts'])
        symlinkSync(`${ROOT}${name}`, join(root, name));
      for (const name of ['src', 'web']) symlinkSync(`${ROOT}${name}`, join(root, name));
      for (const [file, from, to] of BREAKS) {
        const path = join(root, 'deploy', file);
        const text = readFileSync(path, 'utf8');
        assert.ok(text.includes(from), `${file} has no ${from}`);
        writeFileSync(path, text.replaceAll(from, to));
      }
      writeFileSync(join(root, 'deploy/notes.txt'), 'what is this?');
      const { faults } = checkDeployment(root);
      for (const [file, , , said, program] of BREAKS) {
        if (program && !isInstalled(program)) continue;
        assert.ok(
          faults.some((fault) => fault.startsWith(`deploy/${file} `) && said.test(fault)),
          `nothing of ${file} in\n${faults.join('\n')}`,
        );
      }
      assert.ok(faults.includes('deploy/notes.txt is of no kind that check-deploy knows'));
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
