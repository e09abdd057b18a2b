/** What a row of the corpus is: one hostile payload, and exactly what docs/protocol.md says must come back. */
import { inspect } from 'node:util';
import type { ErrorCode } from '../../../src/errors.ts';
import type { RawRequest } from '../../support/raw-socket.ts';
import type { Target } from '../target.ts';

/** A message to a room, on a connection that must stay. Nothing of the battle may change by it. */
export interface MessageRow {
  readonly name: string;
  readonly room: 'battle' | 'matchmaking';
  /** Who sends it to a battle; p1 has an open request. */
  readonly by?: 'p1' | 'spectator';
  readonly via: 'send' | 'request' | 'bytes' | 'frame';
  /** A whole frame where `via` says so. */
  readonly type: string | number | Uint8Array;
  readonly payload?: unknown;
  /** `none`: nothing comes back. */
  readonly expect: ErrorCode | 'no_handler' | 'none';
}

/** A message that ends its connection, which is one of its own. */
export interface ClosingRow {
  readonly name: string;
  readonly room: 'battle' | 'matchmaking';
  readonly frames: readonly (Uint8Array | string)[];
  readonly closes: number;
}

/** A request over HTTP. */
export interface HttpRow {
  readonly name: string;
  /** Ours unless the row brings a token, or none. */
  readonly token?: string | null;
  /** `:battle` in the path stands for a battle that is being played by others, `:team` for somebody's team. */
  readonly request: RawRequest;
  readonly status: number | readonly number[];
  /** The code of the error; absent where there is none of ours. */
  readonly code?: ErrorCode;
  /** The server may cut a connection that goes on sending. */
  readonly mayCut?: boolean;
  /** Looks at the answer further. */
  check?(json: Readonly<Record<string, unknown>>, text: string): void;
}

/** A story of several steps. Rejects when anything else comes back than must. */
export interface StoryRow {
  readonly name: string;
  run(target: Target): Promise<void>;
}

export const JSON_TYPE = { 'content-type': 'application/json' };

export function post(path: string, body: unknown, headers: Record<string, string> = {}): RawRequest {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return { method: 'POST', path, headers: { ...JSON_TYPE, ...headers }, body: text };
}

/** A short name for a payload, for the report. */
export function show(value: unknown): string {
  const text = inspect(value, { breakLength: Infinity, compact: true });
  return text.length > 70 ? `${text.slice(0, 60)}… (${text.length})` : text;
}
