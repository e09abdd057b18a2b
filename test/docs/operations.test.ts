/** docs/operations.md against the admin routes, in both directions. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadConfig } from '../../src/config/config.ts';
import { adminRoutes } from '../../src/http/admin.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { fakeAdmin } from '../http/fake-admin.ts';

const PAGE = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

describe('docs/operations.md', () => {
  it('names every admin route, and no other', () => {
    const { stack } = adminRoutes(fakeAdmin('password'), {
      config: loadConfig({}),
      log: createLogger('silent'),
      now: () => 0,
    }) as unknown as { readonly stack: readonly Layer[] };
    const known = stack
      .flatMap(({ route }) => (route ? Object.keys(route.methods).map((method) => [method, route.path]) : []))
      .map(([method, path]) => `${method!.toUpperCase()} ${path!}`)
      .filter((route) => route.includes('/admin/'));
    const documented = [...PAGE.matchAll(/`((?:GET|POST) \/admin\/[^`?]+)/g)].map(([, route]) => route!);
    assert.deepEqual([...new Set(documented)].sort(), known.sort());
  });
});
