/** Whom somebody has blocked. */
import type { BlockedUser, Page } from '../../../client/src/endure.ts';
import { told } from './http.ts';
import { pathOf } from './read.ts';

/** Newest first; null where the server cannot tell. */
export async function blockedBy(token: string): Promise<readonly BlockedUser[] | null> {
  return (await told<Page<BlockedUser>>('/me/blocked', token))?.items ?? null;
}

/** Whether it is done. */
export async function unblock(token: string, userId: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const asked = fetch(`/me/blocked${pathOf(userId)}`, { method: 'DELETE', headers });
  return asked.then(
    ({ ok }) => ok,
    () => false,
  );
}
