import { proveFinishes } from './finishes.proof.ts';

describe('finishes', () => {
  it('records each battle once while drainers, Redis and PostgreSQL are killed', async () => {
    await proveFinishes(
      { battles: 60, users: 12, formats: 2, kills: { drainer: 3, redis: 2, postgres: 2 } },
      1,
      () => {},
    );
  }).timeout(90_000);
});
