/** Whom the bots play as: users whose tokens we sign ourselves where we know the secret, otherwise guests. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import jwt from 'jsonwebtoken';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly token: string;
}

export interface Accounts {
  take(): Promise<Account>;
  /** For whoever asks next. Every account that was taken comes back, in a battle or not. */
  giveBack(account: Account): void;
}

const TOKEN_S = 24 * 60 * 60;
/** When the server asks for patience without saying how much, in seconds. */
const PATIENCE_S = 3;

/** A user of its own for everybody who asks, so nobody meets anybody twice. */
export function signedAccounts(secret: string): Accounts {
  const run = randomUUID().slice(0, 8);
  let count = 0;
  return {
    take: async () => {
      const name = `Bot ${++count}`;
      const id = `bot-${run}-${count}`;
      const claims = { sub: id, name };
      return { id, name, token: jwt.sign(claims, secret, { algorithm: 'HS256', expiresIn: TOKEN_S }) };
    },
    giveBack: () => {},
  };
}

/** Longest idle first, and new ones only while few are idle: nobody is rematched at once. */
export function restedAccounts(accounts: Accounts): Accounts {
  const idle: Account[] = [];
  return {
    take: async () => (idle.length > GUESTS ? idle.shift()! : accounts.take()),
    giveBack: (account) => void idle.push(account),
  };
}

/** As many as an address may sign in at once; more than two for each battle, because nobody is rematched at once. */
const GUESTS = 20;

/** Guests are few for each address, so they play again and again: longest idle first, to meet somebody else. */
export function guestAccounts(url: string): Accounts {
  const idle: Account[] = [];
  let count = 0;
  return {
    take: async () => {
      const rested = count < GUESTS ? undefined : idle.shift();
      return rested ?? (await signIn(url, `Bot ${++count}`));
    },
    giveBack: (account) => void idle.push(account),
  };
}

/** Signed accounts when this secret, or the one in the data directory, is the server's; otherwise guests. */
export async function accountsFor(
  url: string,
  secret: string | undefined,
  dataDir: string,
): Promise<Accounts> {
  const known = await knownSecret(url, secret, dataDir);
  return known === undefined ? guestAccounts(url) : signedAccounts(known);
}

/** This secret or the one in the data directory, if it is the server's. Rejects when the one that is given is not. */
export async function knownSecret(
  url: string,
  secret: string | undefined,
  dataDir: string,
): Promise<string | undefined> {
  const known = secret ?? (await readFile(join(dataDir, 'jwt-secret'), 'utf8').catch(() => undefined));
  if (known === undefined) return undefined;
  const { token } = await signedAccounts(known).take();
  const response = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } });
  if (response.ok) return known;
  if (secret !== undefined) throw new Error('The server does not take tokens of this secret.');
  return undefined;
}

/** Signs in as a guest, patiently. */
export async function signIn(url: string, name: string): Promise<Account> {
  for (;;) {
    const response = await fetch(`${url}/auth/guest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    const body = (await response.json()) as { token: string; user: { id: string; name: string } };
    if (response.ok) return { ...body.user, token: body.token };
    if (response.status !== 429) throw new Error(`sign-in: ${response.status} ${JSON.stringify(body)}`);
    await sleep(1000 * (Number(response.headers.get('retry-after')) || PATIENCE_S));
  }
}
