/** `/metrics` for Prometheus and `/metrics.json` for everything else: for the operator, or on a port of their own. */
import express, { type RequestHandler, Router } from 'express';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { createAdminGate } from './admin-gate.ts';
import { answerError, type ErrorPorts } from './errors.ts';
import { perAddress } from './per-address.ts';
import type { HttpPorts, MetricsPort } from './ports.ts';
import { logRequest } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';

/** On the server's own port: behind the operator's password, or for everybody where the operator says so. */
export function metricsRoutes(ports: Pick<HttpPorts, 'admin' | 'config' | 'metrics' | 'now'>): Router {
  const { admin, config, metrics } = ports;
  if (config.metrics.isOpen) return routes(metrics, perAddress(LIMITS.adminPerAddress, ports));
  return admin ? routes(metrics, createAdminGate(admin.password, ports)) : Router();
}

/** A port of their own: who reaches it may read it. */
export function createMetricsApp(
  metrics: MetricsPort,
  ports: ErrorPorts & Pick<HttpPorts, 'now'>,
): express.Express {
  const app = express();
  app.disable('etag').disable('x-powered-by');
  app.use((_req, res, next) => {
    logRequest(res, ports);
    next();
  }, securityHeaders);
  app.use(routes(metrics));
  app.use(() => {
    throw new CodedError('NOT_FOUND');
  });
  app.use(answerError(ports));
  return app;
}

function routes(metrics: MetricsPort, ...gates: RequestHandler[]): Router {
  const router = Router();

  router.get('/metrics', ...gates, async (_req, res) => {
    res.set('Content-Type', metrics.contentType).send(await metrics.text());
  });

  router.get('/metrics.json', ...gates, async (_req, res) => {
    res.json(await metrics.json());
  });

  return router;
}
