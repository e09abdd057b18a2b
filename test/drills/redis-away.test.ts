import { proveRedisAway } from './redis-away.proof.ts';

describe('a cluster without Redis', () => {
  it('refuses at once what needs it, and goes on with every battle where it was', async function () {
    this.timeout(90_000);
    const outages = [{ ms: 6_000, isMute: false }];
    await proveRedisAway({ processes: 2, battles: 2, outages, restarts: 1 }, 1, () => {});
  });
});
