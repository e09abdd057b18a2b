/** Sends the rows of raw bytes. */
import assert from 'node:assert/strict';
import { rawTcp } from '../support/raw-tcp.ts';
import type { WireRow } from './corpus/wire.ts';
import type { Target } from './target.ts';

/** Upgraded connections stay open; an answer is there long before. */
const WAIT_MS = 300;

export async function sendWire(target: Target, rows: readonly WireRow[]): Promise<void> {
  const send = async ({ name, sent, status }: WireRow): Promise<void> => {
    const answer = await rawTcp(target.url, sent, WAIT_MS);
    const given = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
    assert.ok(status.includes(given), `${name}: ${given} ${answer.slice(0, 200)}`);
    process.kill(target.pid, 0);
  };
  await Promise.all(rows.map(send));
}
