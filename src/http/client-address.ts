/** Whose request it is, for limits per address. A forwarded address counts only as far as trusted proxies vouch for it. */
import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP, type Socket } from 'node:net';
import type { Config } from '../config/config.ts';

export type AddressConfig = Pick<Config, 'trustedProxies' | 'exemptAddresses'>;

/** An IPv4 address, or the /64 network of an IPv6 one: a home has that many addresses. */
export function clientAddress(request: IncomingMessage, trustedProxies: BlockList): string {
  return unit(sender(request, trustedProxies));
}

/** The same; null for an address that no limit is for. */
export function limitedAddress(request: IncomingMessage, config: AddressConfig): string | null {
  const address = sender(request, config.trustedProxies);
  return isListed(address, config.exemptAddresses) ? null : unit(address);
}

/** Of a connection, before anybody has asked anything. null for one that no limit is for, such as a trusted proxy's. */
export function connectionAddress(socket: Socket, config: AddressConfig): string | null {
  const address = plain(socket.remoteAddress ?? '');
  const isFree = isListed(address, config.trustedProxies) || isListed(address, config.exemptAddresses);
  return isFree ? null : unit(address);
}

function sender(request: IncomingMessage, trustedProxies: BlockList): string {
  const hops = String(request.headers['x-forwarded-for'] ?? '').split(',');
  let address = plain(request.socket.remoteAddress ?? '');
  while (isListed(address, trustedProxies)) {
    const before = plain(hops.pop()?.trim() ?? '');
    if (isIP(before) === 0) break;
    address = before;
  }
  return address;
}

function unit(address: string): string {
  return isIP(address) === 6 ? network(address) : address;
}

/** IPv4 as such, also where a socket for both families names it. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function isListed(address: string, list: BlockList): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function network(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const known = groups.length + (tail ? tail.split(':').length : 0);
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - known)).fill('0');
  const all = [...groups, ...zeros, ...(tail ? tail.split(':') : [])];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
