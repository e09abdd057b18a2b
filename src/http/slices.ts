/** Requests are handled in slices, and not at all for who has gone meanwhile. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { jobsInSlices } from '../slices.ts';

export type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/** `now` in milliseconds, monotonic. */
export function inSlices(handle: Handle, now: () => number): Handle {
  const later = jobsInSlices(now);
  return (req, res) =>
    later(() => {
      if (!req.socket.destroyed) handle(req, res);
    });
}
