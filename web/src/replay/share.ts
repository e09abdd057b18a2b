/** Where a replay is, for others too. */
import type { Replay, ReplaySettings } from '../../../client/src/endure.ts';
import { pathOf } from '../net/read.ts';
import type { Account } from '../net/session.ts';

export interface ReplayAddress {
  readonly id: string;
  /** Opens a private one; null where none was given. */
  readonly key: string | null;
}

/** Leads there whoever follows it. Where only a player knows the way in, it asks for the key. */
export async function linkOf(
  address: ReplayAddress,
  replay: Replay,
  account: Account | null,
): Promise<string> {
  const isClosed = replay.private === 1 && address.key === null;
  const key = isClosed && account ? await keyOf(address.id, account.token) : address.key;
  return `${location.origin}/replay${pathOf(address.id)}${key === null ? '' : `?key=${encodeURIComponent(key)}`}`;
}

/** null where the server cannot tell. */
async function keyOf(id: string, token: string): Promise<string | null> {
  try {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    // No wish is changed: the answer tells those that there are.
    const response = await fetch(`/replays${pathOf(id)}`, { method: 'PATCH', headers, body: '{}' });
    return response.ok ? (((await response.json()) as ReplaySettings).key ?? null) : null;
  } catch {
    return null;
  }
}
