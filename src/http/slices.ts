/**
 * Requests are handled for some milliseconds at a time: in between the event loop looks at everything else, so that a
 * rush of requests does not hold up battles. One that comes alone waits for nothing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/** Milliseconds. */
const SLICE_MS = 5;

/** `now` in milliseconds, monotonic. */
export function inSlices(handle: Handle, now: () => number): Handle {
  const waiting: Parameters<Handle>[] = [];

  const work = (): void => {
    const until = now() + SLICE_MS;
    while (waiting.length > 0 && now() < until) {
      const [req, res] = waiting.shift()!;
      if (!req.socket.destroyed) handle(req, res);
    }
    if (waiting.length > 0) setImmediate(work);
  };

  return (req, res) => {
    if (waiting.push([req, res]) === 1) setImmediate(work);
  };
}
