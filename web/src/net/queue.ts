/** A place in the queue, kept until it becomes a battle or is given up. */
import type { Room } from '@colyseus/sdk';
import type { MatchmakingEvents } from '../../../src/rooms/messages.ts';
import type { Account } from './account.ts';
import { clientOf } from './client.ts';
import { ApiError, type ErrorBody } from './http.ts';

export interface QueueWish {
  readonly format: string;
  readonly teamId?: string;
}

export interface Queue {
  /** Its battle's id, once there is one; null after `cancel`. Rejects with what does not pass by itself. */
  readonly battle: Promise<string | null>;
  cancel(): void;
}

const AGAIN_MS = 1_000;

export function enterQueue(account: Account, wish: QueueWish, onPlace: (position: number) => void): Queue {
  const found = Promise.withResolvers<string | null>();
  let room: Room | null = null;
  let isOver = false;
  const finish = (battleId: string | null): void => {
    isOver = true;
    found.resolve(battleId);
    if (room?.connection.isOpen) void room.leave();
  };
  const again = (): void => void (isOver || setTimeout(() => void join(), AGAIN_MS));
  const refused = (error: ErrorBody): void => {
    if (error.code === 'ALREADY_IN_BATTLE') finish(String(error.details?.['battleId']));
    else {
      isOver = true;
      found.reject(new ApiError(error));
      void room?.leave();
    }
  };

  async function join(): Promise<void> {
    if (isOver) return;
    try {
      room = await clientOf(account).joinOrCreate('matchmaking');
    } catch {
      return again();
    }
    // A ticket does not come back with its seat: it is asked for anew.
    room.reconnection.enabled = false;
    room.onMessage('QUEUE_JOINED', ({ position }: MatchmakingEvents['QUEUE_JOINED']) => onPlace(position));
    room.onMessage('QUEUE_LEFT', ({ reason }: MatchmakingEvents['QUEUE_LEFT']) => {
      if (reason === 'disconnected') void room?.leave();
    });
    room.onMessage('MATCH_FOUND', ({ battleId }: MatchmakingEvents['MATCH_FOUND']) => finish(battleId));
    room.onMessage('ERROR', refused);
    room.onLeave(again);
    if (isOver) void room.leave();
    else room.send('JOIN_QUEUE', wish);
  }

  void join();
  return { battle: found.promise, cancel: () => finish(null) };
}
