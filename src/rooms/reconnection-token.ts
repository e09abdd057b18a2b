/**
 * Reconnection tokens name the state schema of who gave them out. A client that comes back by itself keeps its decoder
 * and skips the handshake: under another schema it would read every patch wrong, so it has to join anew.
 */
import { createHash } from 'node:crypto';
import { Encoder, Reflection, type Schema } from '@colyseus/schema';
import { BattleState } from './battle-state.ts';

const FINGERPRINT_CHARS = 8;
const PREFIX = `${schemaFingerprint(new BattleState())}.`;

/** The same for two schemas only where a decoder of one reads the other. */
export function schemaFingerprint(state: Schema): string {
  // What the handshake would tell: types, fields, and their numbers.
  const reflection = Reflection.encode(new Encoder(state));
  return createHash('sha256').update(reflection).digest('base64url').slice(0, FINGERPRINT_CHARS);
}

/** The token for a client that has, or gets now, the schema of this process. */
export function tokenOfOurSchema(token: string): string {
  return PREFIX + token;
}

export function isOfOurSchema(token: string): boolean {
  return token.startsWith(PREFIX);
}
