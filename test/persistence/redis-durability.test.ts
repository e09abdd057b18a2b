import assert from 'node:assert/strict';
import { durabilityWarnings } from '../../src/persistence/redis/durability.ts';
import { DURABLE, startTestRedis } from '../support/redis.ts';
import type { RedisSettings } from '../support/redis.ts';

const ROWS: readonly { readonly settings: RedisSettings; readonly warnings: readonly RegExp[] }[] = [
  { settings: DURABLE, warnings: [] },
  { settings: { appendonly: 'yes', appendfsync: 'always' }, warnings: [] },
  { settings: {}, warnings: [/appendonly yes/] },
  { settings: { appendonly: 'yes', appendfsync: 'no' }, warnings: [/never syncs/] },
  { settings: { ...DURABLE, 'maxmemory-policy': 'allkeys-lru' }, warnings: [/allkeys-lru/] },
  { settings: { 'maxmemory-policy': 'volatile-ttl' }, warnings: [/appendonly yes/, /volatile-ttl/] },
];

describe('durabilityWarnings', () => {
  for (const { settings, warnings } of ROWS)
    it(`${warnings.length === 0 ? 'says nothing of' : 'warns of'} ${JSON.stringify(settings)}`, async () => {
      const server = await startTestRedis(settings);
      const found = await durabilityWarnings(server.connect());
      assert.equal(found.length, warnings.length, found.join(' '));
      warnings.forEach((warning, index) => assert.match(found[index] ?? '', warning));
      await server.stop();
    });
});
