/**
 * `/monitor`: the Colyseus monitor, for the operator where the setting allows it. It lists the rooms of all processes and
 * calls their methods by name; of those calls only what cannot harm a battle gets through, and each is logged.
 */
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import type { TakeAct } from './admin-acts.ts';
import { checked } from './body.ts';

export interface MonitorPorts {
  /** Page and readings, under whatever path it is mounted at. */
  readonly page: RequestHandler;
  /** What a button of the page asks of a room. Rejects with a `CodedError`. */
  call(roomId: string, method: string, args: readonly unknown[]): Promise<unknown>;
}

/** Nothing else of the package is reachable, whatever it routes besides. */
const PATHS = /^\/(?:|api|api\/room|assets\/[\w.-]+)$/;

// Its style sheets are made by its script. Its page names a font of a stranger's, which it does not need.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const callQuery = z.strictObject({
  roomId: z.string().max(LIMITS.idChars),
  method: z.string().max(LIMITS.idChars),
  args: z.string().transform((text, context) => {
    try {
      const args: unknown = JSON.parse(text);
      if (Array.isArray(args)) return args as unknown[];
    } catch {
      // As any other text that is no list.
    }
    context.addIssue('must be a list in JSON');
    return z.NEVER;
  }),
});

/** To be mounted behind the operator's gate. */
export function monitorRoutes(monitor: MonitorPorts, take: TakeAct): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((_req, res, next) => {
    res.set('Content-Security-Policy', POLICY);
    next();
  });

  router.get('/api/room/call', async (req, res) => {
    // A GET that acts: any page could name it as an image, and the browser would send the password along.
    if ((req.headers['sec-fetch-site'] ?? 'same-origin') !== 'same-origin') throw new CodedError('FORBIDDEN');
    const { roomId, method, args } = checked(callQuery, req.query);
    const act = { act: 'monitor', on: roomId, method };
    res.json((await take(req, act, () => monitor.call(roomId, method, args))) ?? {});
  });

  router.use((req, res, next) => {
    if (req.method !== 'GET' || !PATHS.test(req.path)) throw new CodedError('NOT_FOUND');
    monitor.page(req, res, next);
  });
  return router;
}
