import assert from 'node:assert/strict';
import { connectionOptions } from '../../src/persistence/database/address.ts';

/** What is asked for, and what of it is kept. */
const MODES: readonly (readonly [asked: string, kept: string])[] = [
  ['', ''],
  ['?sslmode=disable', '?sslmode=disable'],
  ['?sslmode=prefer', '?sslmode=verify-full'],
  ['?sslmode=require', '?sslmode=verify-full'],
  ['?sslmode=verify-ca', '?sslmode=verify-full'],
  ['?sslmode=verify-full', '?sslmode=verify-full'],
  ['?host=db&sslmode=require&sslrootcert=ca.pem', '?host=db&sslmode=verify-full&sslrootcert=ca.pem'],
  ['?application_name=sslmode=require', '?application_name=sslmode=require'],
];

describe('the address of a database', () => {
  for (const [asked, kept] of MODES)
    it(`becomes "${kept}" where it says "${asked}"`, () => {
      const { connectionString } = connectionOptions({ clientUrl: `postgresql://a:b@db/endure${asked}` });
      assert.equal(connectionString, `postgresql://a:b@db/endure${kept}`);
    });

  it('of the embedded database is its socket', () => {
    const { connectionString, host, port, user } = connectionOptions({ host: '/tmp/socket', port: 5 });
    assert.deepEqual([connectionString, host, port, user], [undefined, '/tmp/socket', 5, 'postgres']);
  });
});
