/** What kubectl and docker make of the files, where they are installed: overlays fit, and a swarm takes the Compose file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { parse, parseAllDocuments } from 'yaml';
import { manifestFaults } from '../../scripts/check-deploy/documents.ts';

const DEPLOY = new URL('../../deploy/', import.meta.url).pathname;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** What the program prints; null where there is none. Throws what it says of a fault. */
function printed(program: string, ...args: string[]): string | null {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) {
    process.stderr.write(`There is no ${program}, so what it makes of deploy/ is not tested.\n`);
    return null;
  }
  assert.equal(status, 0, stderr);
  return stdout;
}

describe('rendered', function () {
  this.timeout(10_000);

  function manifests(context: Mocha.Context, folder: string): Manifest[] {
    const text = printed('kubectl', 'kustomize', `${DEPLOY}${folder}`);
    if (text === null) return context.skip();
    return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  }

  it('deploy/kubernetes fits its schemas', function () {
    assert.deepEqual(manifests(this, 'kubernetes').flatMap(manifestFaults), []);
  });

  it('deploy/gcp fits them too, and has no Redis of its own', function () {
    const all = manifests(this, 'gcp');
    // Of these only Google, or nobody, has a schema.
    const ours = all.filter(
      ({ kind }) => !['SecretProviderClass', 'BackendConfig', 'ServiceAccount'].includes(kind),
    );
    assert.deepEqual(ours.flatMap(manifestFaults), []);
    assert.ok(all.every(({ metadata }) => metadata.name === 'endure'));
    assert.match(all.find(({ kind }) => kind === 'ConfigMap')!.data!['TRUSTED_PROXIES']!, /BALANCER/);
  });

  it('compose.yaml is a stack for a swarm', function () {
    const text = printed('docker', 'stack', 'config', '--compose-file', `${DEPLOY}compose.yaml`);
    if (text === null) return this.skip();
    const { services } = parse(text) as { services: Record<string, { deploy?: { replicas?: number } }> };
    assert.deepEqual(Object.keys(services).sort(), ['app', 'nginx', 'postgres', 'redis']);
    assert.equal(services['app']?.deploy?.replicas, 2);
  });
});
