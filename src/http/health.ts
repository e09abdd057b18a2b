/** Liveness, readiness and a summary, for load balancers and people. */
import { Router } from 'express';
import { ERRORS, errorBody } from '../errors.ts';
import type { Health } from './ports.ts';

export function healthRoutes(health: Health): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    const summary = await health.summary();
    res.status(summary.status === 'degraded' ? 503 : 200).json(summary);
  });

  router.get('/live', (_req, res) => {
    res.json(health.live());
  });

  router.get('/ready', async (_req, res) => {
    const readiness = await health.ready();
    if (readiness.ok) {
      res.json(readiness);
      return;
    }
    const code = readiness.draining ? 'SERVER_DRAINING' : 'REDIS_UNAVAILABLE';
    res.status(ERRORS[code].status).json({ ...errorBody(code), ...readiness });
  });

  return router;
}
