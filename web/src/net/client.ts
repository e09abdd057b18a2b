/** The Colyseus client of an account. */
import { Client } from '@colyseus/sdk';
import type { Account } from './account.ts';

export function clientOf({ token }: Account): Client {
  const client = new Client(location.origin);
  client.auth.token = token;
  return client;
}
