/** docs/metrics.md and the alert rules against the metrics that there are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { catalogue } = createMetrics();

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly action: string };
}

describe('docs/metrics.md', () => {
  it('has every metric, with its kind and what it says, and no other', () => {
    const rows = [...read('docs/metrics.md').matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \|$/gm)];
    assert.deepEqual(
      rows.map(([, name, kind, help]) => ({ name, kind, help: `${help}.` })),
      catalogue,
    );
  });
});

describe('deploy/alerts/endure.rules.yml', () => {
  const { groups } = parse(read('deploy/alerts/endure.rules.yml')) as {
    groups: readonly { readonly rules: readonly Rule[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  /** What Prometheus itself knows of a target. */
  const known = new Set(['up']);
  for (const { name, kind } of catalogue)
    for (const suffix of kind === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
      known.add(name + suffix);

  for (const { alert, expr, labels, annotations } of rules) {
    it(`${alert} asks for metrics that there are, and says what to do`, () => {
      const names = namesIn(expr);
      assert(names.length > 0, expr);
      for (const name of names) assert(known.has(name), name);
      assert(['warning', 'critical'].includes(labels.severity));
      assert(annotations.summary !== '' && annotations.action !== '');
    });
  }

  it('names each alert once', () => {
    assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  });
});

/** The metrics in a PromQL expression. */
function namesIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replaceAll(/\b(?:by|on|without|ignoring) *\([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b[a-z_]\w*\b(?! *\()/g)]
    .map(([name]) => name)
    .filter((name) => !['unless', 'and', 'or', 'sum', 'max', 'min'].includes(name));
}
