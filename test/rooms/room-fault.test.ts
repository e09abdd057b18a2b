import assert from 'node:assert/strict';
import type { RoomException } from '@colyseus/core';
import { roomFault } from '../../src/rooms/room-fault.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

const CHOICE = 'move thunderbolt';

/** As Colyseus wraps what a message handler has thrown. */
function onMessage(auth: object | undefined): RoomException {
  const cause = new TypeError('wires crossed');
  return Object.assign(new Error(cause.message, { cause }), {
    name: 'OnMessageException',
    client: { auth },
    payload: { choice: CHOICE },
    type: 'MOVE',
  });
}

describe('roomFault', () => {
  it('names the user and the reason in the log, not what was sent', () => {
    const lines: string[] = [];
    const log = createLogger('error', { write: (line) => void lines.push(line) });
    const fault = roomFault(onMessage({ id: 'ash' }), 'onMessage');
    log.error({ battleId: 'b1', ...fault }, 'a battle room failed');
    const { userId, method, err } = JSON.parse(lines[0]!) as Record<string, unknown>;
    assert.deepEqual([userId, method], ['ash', 'onMessage']);
    assert.equal((err as { cause: { type: string } }).cause.type, 'TypeError');
    assert(!lines[0]!.includes(CHOICE));
  });

  it('needs no user', () => {
    assert.equal(roomFault(onMessage(undefined), 'onMessage').userId, undefined);
    const ofTheRoom = new Error('late');
    assert.equal(roomFault(ofTheRoom, 'setTimeout').userId, undefined);
  });
});
