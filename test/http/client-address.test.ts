import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { addressList } from '../../src/config/address-list.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { clientAddress } from '../../src/http/client-address.ts';
import { addressBuckets } from '../../src/http/per-address.ts';

function addressOf(remoteAddress: string, forwarded?: string, proxies: string[] = []): string {
  const list = addressList(proxies);
  assert(list);
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded, 'x-real-ip': '6.6.6.6' };
  return clientAddress({ headers, socket: { remoteAddress } } as unknown as IncomingMessage, list);
}

describe('clientAddress', () => {
  const rows: readonly (readonly [string, string, string | undefined, string[], string])[] = [
    ['is the socket', '1.2.3.4', undefined, [], '1.2.3.4'],
    ['believes nobody by default', '1.2.3.4', '9.9.9.9', [], '1.2.3.4'],
    ['believes no stranger', '1.2.3.4', '9.9.9.9', ['10.0.0.0/8'], '1.2.3.4'],
    ['believes a trusted proxy', '10.0.0.7', '9.9.9.9', ['10.0.0.0/8'], '9.9.9.9'],
    [
      'does not believe what a client put before it',
      '10.0.0.7',
      '6.6.6.6, 9.9.9.9',
      ['10.0.0.0/8'],
      '9.9.9.9',
    ],
    ['passes several trusted proxies', '10.0.0.7', '9.9.9.9, 10.0.0.8', ['10.0.0.0/8'], '9.9.9.9'],
    ['stays at the proxy when it says nothing', '10.0.0.7', undefined, ['10.0.0.0/8'], '10.0.0.7'],
    ['stays at the proxy when it says nonsense', '10.0.0.7', '9.9.9.9, x', ['10.0.0.0/8'], '10.0.0.7'],
    ['knows IPv4 in IPv6', '::ffff:1.2.3.4', undefined, [], '1.2.3.4'],
    ['knows a proxy by IPv4 in IPv6', '::ffff:10.0.0.7', '9.9.9.9', ['10.0.0.7'], '9.9.9.9'],
    ['takes an IPv6 network as one', '2001:db8:1:2:3:4:5:6', undefined, [], '2001:db8:1:2::/64'],
    ['spells out what :: leaves out', '2001:db8::6', undefined, [], '2001:db8:0:0::/64'],
    ['leaves zones out', 'fe80::1%eth0', undefined, [], 'fe80:0:0:0::/64'],
    ['knows loopback', '::1', undefined, [], '0:0:0:0::/64'],
    ['believes an IPv6 proxy', 'fd00::1', '9.9.9.9', ['fd00::/8'], '9.9.9.9'],
    ['is the same for both spellings', '10.0.0.7', '2001:0DB8:0::6', ['10.0.0.0/8'], '2001:db8:0:0::/64'],
  ];
  for (const [name, socket, forwarded, proxies, expected] of rows) {
    it(name, () => assert.equal(addressOf(socket, forwarded, proxies), expected));
  }
});

describe('limits per address', () => {
  const listOf = (addresses: string[]) => addressList(addresses) ?? assert.fail();
  const config = {
    trustedProxies: listOf(['10.0.0.7']),
    exemptAddresses: listOf(['192.0.2.0/24', '2001:db8::/32']),
  };
  const rate = { perMinute: 60, burst: 1 };
  const request = (remoteAddress: string, forwarded = ''): IncomingMessage =>
    ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }) as unknown as IncomingMessage;

  const rows: readonly (readonly [string, IncomingMessage, boolean])[] = [
    ['an address', request('1.2.3.4'), true],
    ['an exempt address', request('192.0.2.9'), false],
    ['an exempt network of IPv6', request('2001:db8::9'), false],
    ['who says to be exempt', request('1.2.3.4', '192.0.2.9'), true],
    ['an exempt address behind a trusted proxy', request('10.0.0.7', '192.0.2.9'), false],
    ['a trusted proxy itself', request('10.0.0.7'), true],
  ];
  for (const [name, asker, isLimited] of rows)
    it(`${isLimited ? 'hold' : 'do not hold'} for ${name}`, () => {
      const buckets = addressBuckets(rate, { config, now: () => 0 });
      buckets.spend(asker);
      assert.equal(buckets.take(asker).ok, !isLimited);
      if (isLimited) assert.throws(() => buckets.spend(asker), { code: 'RATE_LIMITED' });
      else buckets.spend(asker);
    });

  it('have a bucket for each address, which fills again', () => {
    let at = 0;
    const buckets = addressBuckets(LIMITS.guestTokens, { config, now: () => at });
    for (let count = 0; count < LIMITS.guestTokens.burst; count++) buckets.spend(request('1.2.3.4'));
    assert.equal(buckets.take(request('1.2.3.4')).ok, false);
    assert.equal(buckets.take(request('1.2.3.5')).ok, true);
    at += 60_000;
    assert.equal(buckets.take(request('1.2.3.4')).ok, true);
  });
});
