/** The Colyseus monitor, and what its buttons may do to rooms. */
import { matchMaker } from '@colyseus/core';
import { CodedError } from '../errors.ts';
import type { MonitorPorts } from '../http/monitor.ts';
import { SERVER_MESSAGES } from '../rooms/messages.ts';
import { CLOSE } from '../rooms/wire.ts';

/** A call of a method of the room, wherever it is. */
interface RoomCall {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** What clients believe: nobody says that but the room itself. */
const PROTOCOL = new Set<unknown>(Object.values(SERVER_MESSAGES).flat());

/** Loaded only where it is wanted: it gives every room methods that edit its state. */
export async function loadMonitor(): Promise<MonitorPorts> {
  const { monitor } = await import('@colyseus/monitor');
  return {
    page: monitor({
      columns: ['roomId', 'name', 'clients', 'locked', 'elapsedTime', { metadata: 'epoch' }, 'processId'],
    }),
    call: async (roomId, method, args) => {
      const room = await matchMaker.driver.findOne({ roomId });
      if (!room) throw new CodedError('NOT_FOUND', 'There is no such room.');
      const call = callFor(room.name === 'battle', method, args);
      try {
        return await matchMaker.remoteRoomCall(roomId, call.method, [...call.args]);
      } catch {
        throw new CodedError('SERVER_DRAINING', 'The room does not answer.');
      }
    },
  };
}

/**
 * What is done in place of what the page asks for. A battle is not disposed of but handed over: its clients come back,
 * and so does it. Throws a `CodedError`.
 */
export function callFor(isBattle: boolean, method: string, args: readonly unknown[]): RoomCall {
  const [first, second] = args;
  if (method === 'disconnect' && isBattle) return { method: 'handOver', args: [] };
  if (method === '_forceClientDisconnect')
    return isBattle ? { method: 'kickClient', args: [first, CLOSE.OVER] } : { method, args: [first] };
  if (method === 'broadcast' && !PROTOCOL.has(first)) return { method, args: [first, second] };
  if (method === '_sendMessageToClient' && !PROTOCOL.has(second)) return { method, args };
  throw new CodedError('FORBIDDEN', 'That could break a battle or the queue, or tell clients a lie.');
}
