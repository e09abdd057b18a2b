/** An operator's port of which a test gives the parts that may be asked. */
import assert from 'node:assert/strict';
import type { Admin } from '../../src/http/admin-ports.ts';

export function fakeAdmin(password: string, parts: Partial<Admin> = {}): Admin {
  const never = (): never => assert.fail('nobody asked for it');
  return {
    password,
    stats: never,
    cleanUp: never,
    user: never,
    online: never,
    battle: never,
    battles: never,
    events: never,
    end: never,
    processes: never,
    drain: never,
    announce: never,
    queues: never,
    outbox: never,
    retry: never,
    ...parts,
  };
}

export function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}
