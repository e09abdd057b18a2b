/** The HTTP side of the server, on the port of the WebSocket. Routes are added here and nowhere else. */
import express, { type RequestHandler } from 'express';
import { LIMITS } from '../config/limits.ts';
import { CodedError } from '../errors.ts';
import { adminRoutes } from './admin.ts';
import { authRoutes } from './auth.ts';
import { battleRoutes } from './battles.ts';
import { blockedRoutes } from './blocked.ts';
import { challengeRoutes, myChallengeRoutes } from './challenges.ts';
import { corsHeadersFor } from './cors.ts';
import { answerError } from './errors.ts';
import { formatRoutes } from './formats.ts';
import { createGate } from './gate.ts';
import { healthRoutes } from './health.ts';
import { ladderRoutes } from './ladder.ts';
import { meRoutes } from './me.ts';
import { metricsRoutes } from './metrics.ts';
import { pageRoutes } from './page.ts';
import { perAddress } from './per-address.ts';
import type { HttpPorts } from './ports.ts';
import { replayRoutes } from './replays.ts';
import { logRequest } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { teamRoutes } from './teams.ts';
import { userRoutes } from './users.ts';

export function createHttpApp(ports: HttpPorts): express.Express {
  const gate = createGate(ports);
  const app = express();
  // Answers are small and change with every turn.
  app.disable('etag');
  app.use(requestLog(ports), securityHeaders, cors(ports.config), neverCached);
  app.use(perAddress(LIMITS.requestsPerAddress, ports));

  app.use(['/battles', '/challenges', '/ladder', '/users'], perAddress(LIMITS.readsPerAddress, ports));
  if (ports.admin) app.use(adminRoutes(ports.admin, ports));
  app.use(metricsRoutes(ports));
  app.use(pageRoutes());
  app.use('/auth', authRoutes(ports));
  app.use('/battles', battleRoutes(gate, ports));
  app.use('/challenges', challengeRoutes(ports));
  app.use('/formats', formatRoutes(ports.formats));
  app.use('/health', healthRoutes(ports.health));
  app.use('/ladder', ladderRoutes(ports));
  app.use('/me/blocked', blockedRoutes(gate, ports));
  app.use('/me/challenges', myChallengeRoutes(gate, ports));
  app.use('/me', meRoutes(gate, ports));
  app.use('/replays', replayRoutes(gate, ports));
  app.use('/teams', teamRoutes(gate, ports));
  app.use('/users', userRoutes(ports));

  app.use(() => {
    throw new CodedError('NOT_FOUND');
  });
  app.use(answerError(ports));
  return app;
}

function requestLog(ports: Pick<HttpPorts, 'log' | 'now'>): RequestHandler {
  return (_req, res, next) => {
    logRequest(res, ports);
    next();
  };
}

function cors(config: HttpPorts['config']): RequestHandler {
  return (req, res, next) => {
    res.set(corsHeadersFor(req.headers.origin, config));
    if (req.method === 'OPTIONS') res.status(204).end();
    else next();
  };
}

const neverCached: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
