/** The configuration in force, for people: JSON in which a secret is said to be set, and no more. */
import { BlockList } from 'node:net';
import type { Config } from './config.ts';

const SECRETS: ReadonlySet<string> = new Set(['secret', 'adminPassword']);
const ADDRESSES: ReadonlySet<string> = new Set(['databaseUrl', 'redisUrl']);
const HIDDEN = 'set';

/** What is unset is null. */
export function printedConfig(config: Config): string {
  return JSON.stringify(config, (key, value: unknown) => shown(key, value), 2);
}

function shown(key: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof BlockList) return value.rules;
  if (typeof value !== 'string') return value;
  if (SECRETS.has(key)) return HIDDEN;
  // Whoever knows the address of a webhook may often call it.
  if (key === 'url') return new URL(value).origin;
  return ADDRESSES.has(key) ? withoutPassword(value) : value;
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = HIDDEN;
  if (url.searchParams.has('password')) url.searchParams.set('password', HIDDEN);
  return url.href;
}
