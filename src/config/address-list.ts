/** Addresses and networks, as `TRUSTED_PROXIES` and `RATE_LIMIT_EXEMPT` list them. */
import { BlockList, isIP } from 'node:net';

/** null when a part is neither an address nor a network in CIDR notation. */
export function addressList(parts: readonly string[]): BlockList | null {
  const list = new BlockList();
  return parts.every((part) => add(list, part)) ? list : null;
}

function add(list: BlockList, part: string): boolean {
  const [address = '', bits, ...rest] = part.split('/');
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  if (family === 0 || rest.length > 0) return false;
  if (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= longest)) return false;
  list.addSubnet(address, bits === undefined ? longest : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  return true;
}
