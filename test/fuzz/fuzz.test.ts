/** What is documented is what is fuzzed. The inputs themselves, in small: test/security/hostile-load.test.ts. */
import assert from 'node:assert/strict';
import { documentedRoutes } from './http.ts';

describe('the fuzz of HTTP', () => {
  it('knows every route of the documentation', () => {
    const routes = documentedRoutes();
    for (const path of [
      '/teams',
      '/replays/:id',
      '/users/:id/battles',
      '/admin/battles/:id/events',
      '/me/blocked/:userId',
    ])
      assert.ok(
        routes.some((route) => route.path === path),
        path,
      );
  });
});
