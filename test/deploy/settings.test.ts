/** What the files of deploy/ say agrees with the server: its settings, its limits and how long it takes to stop. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { ENVIRONMENT_KEYS, SECRET_KEYS } from '../../src/config/schema.ts';
import { NODE_FLAGS } from '../../scripts/node-flags.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { STOP_MS } from '../../src/run.ts';
import { BATTLES } from '../../src/telemetry/families/battles.ts';

const read = (path: string): string => readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');

/** What a process with 250 battles needs beside its heap: docs/performance.md. */
const BESIDE_HEAP_MIB = 300;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly podSelector: { readonly matchLabels: object };
    readonly metrics: readonly { readonly pods: { readonly metric: { readonly name: string } } }[];
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
  };
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly {
    readonly env: readonly { readonly name: string }[];
    readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  }[];
}

const manifests = parseAllDocuments(read('kubernetes/endure.yaml')).map(
  (document) => document.toJS() as Manifest,
);
const manifest = (kind: string): Manifest => manifests.find((one) => one.kind === kind)!;
const pod = manifest('Deployment').spec.template.spec;
const compose = parse(read('compose.yaml')) as {
  services: { app: { environment: Record<string, string>; secrets: string[]; stop_grace_period: string } };
  secrets: Record<string, { file: string }>;
};
const containers = JSON.parse(read('aws/containers.json')) as {
  environment: { name: string }[];
  secrets: { name: string; valueFrom: string }[];
  stopTimeout: number;
}[];
const unit = read('systemd/endure@.service');
const bicep = read('azure/main.bicep');

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}

describe('the files of deploy/', () => {
  it('start Node as npm start does', () => {
    const command = JSON.parse(/^CMD (.+)$/m.exec(read('Dockerfile'))![1]!) as string[];
    assert.deepEqual(command, ['node', ...NODE_FLAGS, 'src/main.ts']);
    const started = ['node', ...NODE_FLAGS, 'src/main.ts'].join(' ');
    for (const path of ['systemd/endure@.service', 'aws/containers.json'])
      assert(read(path).includes(started), path);
  });

  it('leave room beside the heap', () => {
    const heap = Number(/^--max-old-space-size=(\d+)$/m.exec(NODE_FLAGS.join('\n'))![1]);
    const limits = [
      /limits: \{ memory: (\d+)g \}/.exec(read('compose.yaml')),
      /limits: \{ memory: (\d+)Gi \}/.exec(read('kubernetes/endure.yaml')),
      /^MemoryMax=(\d+)G$/m.exec(unit),
    ];
    for (const limit of limits) assert(Number(limit![1]) * 1024 >= heap + BESIDE_HEAP_MIB, limit![0]);
  });

  const stops: readonly (readonly [string, number])[] = [
    ['compose.yaml', Number.parseInt(compose.services.app.stop_grace_period, 10)],
    [
      'kubernetes/endure.yaml',
      pod.terminationGracePeriodSeconds - Number(pod.containers[0]!.lifecycle.preStop.exec.command.at(-1)),
    ],
    ['aws/containers.json', containers[0]!.stopTimeout],
    ['azure/main.bicep', Number(all(bicep, /terminationGracePeriodSeconds: (\d+)/g)[0])],
    ['systemd/endure@.service', Number(all(unit, /^TimeoutStopSec=(\d+)s$/gm)[0])],
  ];
  for (const [file, seconds] of stops)
    it(`${file} waits until a process has handed its battles over`, () => {
      assert.ok(seconds * 1000 > STOP_MS, String(seconds));
    });

  const settings: readonly (readonly [string, readonly string[]])[] = [
    ['compose.yaml', Object.keys(compose.services.app.environment)],
    [
      'kubernetes/endure.yaml',
      [...pod.containers[0]!.env.map(({ name }) => name), ...Object.keys(manifest('ConfigMap').data!)],
    ],
    [
      'aws/containers.json',
      [...containers[0]!.environment, ...containers[0]!.secrets].map(({ name }) => name),
    ],
    ['azure/main.bicep', all(bicep, /\{ name: '([A-Z_]+)', (?:value|secretRef)/g)],
    ['systemd/endure@.service', all(unit, /^Environment=([A-Z_]+)=/gm)],
    ['Dockerfile', all(read('Dockerfile'), /^ENV (\w+)=/gm)],
  ];
  const known = new Set<string>([
    ...ENVIRONMENT_KEYS,
    ...SECRET_KEYS.map((key) => `${key}_FILE`),
    // Node's own.
    'NODE_COMPILE_CACHE',
  ]);
  for (const [file, names] of settings)
    it(`${file} sets what the server reads, and all that production needs`, () => {
      assert.deepEqual(
        names.filter((name) => !known.has(name)),
        [],
      );
      if (file === 'Dockerfile') return;
      for (const key of ['DATABASE_URL', 'REDIS_URL', 'CLUSTER_SECRET', 'JWT_SECRET', 'TRUSTED_PROXIES'])
        assert.ok(names.includes(key) || names.includes(`${key}_FILE`), key);
    });

  it('name secrets and have none', () => {
    for (const [name, { file }] of Object.entries(compose.secrets)) assert.equal(file, `./secrets/${name}`);
    assert.ok(compose.services.app.secrets.every((name) => name in compose.secrets));
    assert.ok(containers[0]!.secrets.every(({ valueFrom }) => valueFrom.startsWith('${')));
    assert.ok(manifests.every(({ kind }) => kind !== 'Secret'));
  });

  it('find the processes of Kubernetes by the labels that these have', () => {
    const { labels } = manifest('Deployment').spec.template.metadata;
    assert.deepEqual(manifest('Deployment').spec.selector.matchLabels, labels);
    assert.deepEqual(manifest('Service').spec.selector, labels);
    assert.deepEqual(manifest('PodDisruptionBudget').spec.selector.matchLabels, labels);
    assert.deepEqual(manifest('NetworkPolicy').spec.podSelector.matchLabels, labels);
    const { scaleTargetRef } = manifest('HorizontalPodAutoscaler').spec;
    assert.equal(scaleTargetRef.kind, 'Deployment');
    assert.equal(scaleTargetRef.name, manifest('Deployment').metadata.name);
  });

  it('scale by a metric that there is', () => {
    const [metric] = manifest('HorizontalPodAutoscaler').spec.metrics;
    assert.ok(BATTLES.some(({ name }) => name === metric?.pods.metric.name));
  });

  it('let nginx take what the server takes, wait longer than it, and hang up first', () => {
    const conf = read('nginx/upstream.conf') + read('nginx/nginx.conf') + read('nginx/endure.conf');
    const number = (pattern: RegExp): number => Number(all(conf, pattern)[0]);
    assert.equal(number(/client_max_body_size (\d+)k;/g) * 1024, LIMITS.teamBodyBytes);
    assert.ok(number(/large_client_header_buffers \d+ (\d+)k;/g) * 1024 > LIMITS.tokenChars);
    assert.ok(number(/keepalive_timeout (\d+)s;/g) * 1000 < LIMITS.keepAliveMs);
    assert.ok(number(/proxy_read_timeout (\d+)s;/g) * 1000 > LIMITS.relayAnswerMs);
  });
});
