import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { proxyList } from '../../src/config/proxy-list.ts';
import { clientAddress } from '../../src/http/client-address.ts';

function addressOf(remoteAddress: string, forwarded?: string, proxies: string[] = []): string {
  const list = proxyList(proxies);
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
