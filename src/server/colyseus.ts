/** Colyseus as we use it: it has the rooms and their sockets; listening, routing and signals are ours. */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { matchMaker, Server } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import type { Tokens } from '../auth/token.ts';
import { createAdmission, type AdmissionPorts } from '../cluster/admission.ts';
import type { Relay } from '../cluster/relay.ts';
import { handUpgrade } from '../cluster/readable-upgrades.ts';
import { type MeteredSocket, meterSocket } from '../cluster/socket-meter.ts';
import { gateUpgrades, type UpgradeGatePorts, type UpgradeHandler } from '../cluster/upgrade-gate.ts';
import { createUpgradeRouter, type UpgradePorts } from '../cluster/upgrades.ts';
import type { Config } from '../config/config.ts';
import { LIMITS } from '../config/limits.ts';
import { limitedAddress } from '../http/client-address.ts';
import { addressBuckets } from '../http/per-address.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import { translateSocketErrors } from '../rooms/socket-errors.ts';
import type { Stores } from '../stores.ts';
import { consoleLogger, type Logger } from '../telemetry/logger.ts';
import type { Meter } from '../telemetry/meter.ts';

export interface Sockets {
  /** How many are open. */
  count(): number;
  /** Ends those that their clients leave open. */
  cut(): void;
  /** No more upgrades. */
  shutdown(): void;
}

export interface GateParts {
  readonly relay: Relay | undefined;
  readonly tokens: Tokens;
  readonly meter: Pick<Meter, 'refused'>;
  readonly scheduler: Scheduler;
}

/** Of `ws`; its types do not know them. */
const WS_BOUNDS = {
  maxFragments: LIMITS.wsFragments,
  maxPendingAutoPongs: LIMITS.wsPendingPongs,
  closeTimeout: LIMITS.wsCloseMs,
};

/** Sets up the matchmaker too; it accepts nobody yet. */
export async function createColyseus(
  { presence, driver }: Pick<Stores, 'presence' | 'driver'>,
  admission: AdmissionPorts,
  logger: Logger,
): Promise<{ colyseus: Server; transport: WebSocketTransport }> {
  translateSocketErrors();
  const transport = new WebSocketTransport({
    noServer: true,
    maxPayload: LIMITS.wsPayloadBytes,
    ...WS_BOUNDS,
    // What is small once sent may be large once read.
    perMessageDeflate: false,
    beforeUpgrade: createAdmission(admission),
  });
  const colyseus = new Server({
    greet: false,
    gracefullyShutdown: false,
    logger: consoleLogger(logger),
    presence,
    driver,
    transport,
  });
  await matchMaker.onReady;
  return { colyseus, transport };
}

/** What an upgrade is let through by. */
export function upgradeGate(
  config: Config,
  { relay, tokens, meter, scheduler }: GateParts,
): UpgradeGatePorts {
  const now = (): number => scheduler.now();
  const upgrades = addressBuckets(LIMITS.upgradesPerAddress, { config, now });
  const strangers = addressBuckets(LIMITS.strangersPerAddress, { config, now });
  return {
    take: (req) => upgrades.take(req),
    takeStranger: (req) => strangers.take(req),
    limitedAddress: (req) => limitedAddress(req, config),
    isRelayed: (req) => relay !== undefined && relay.readRelayed(req) !== null,
    tokens,
    limited: () => meter.refused('upgrade', 'RATE_LIMITED'),
    now,
  };
}

/** Gives the transport the upgrades of `http`: all of them, or with a relay those whose room is here. */
export function connectTransport(
  transport: WebSocketTransport,
  http: HttpServer,
  gate: UpgradeGatePorts,
  relayed: UpgradePorts | undefined,
): Sockets {
  const inner = new EventEmitter();
  const here: UpgradeHandler = (req, socket, head) => handUpgrade(inner, req, socket, head);
  gateUpgrades(http, gate, relayed ? createUpgradeRouter(inner, relayed) : here);
  transport.attachToServer(inner as HttpServer);
  const wss = transport['wss'];
  wss.on('connection', (ws: MeteredSocket, { socket }: IncomingMessage) => {
    meterSocket(ws, socket, () => gate.now());
  });
  const { clients } = wss;
  return {
    count: () => clients.size,
    cut: () => {
      for (const socket of clients) socket.terminate();
    },
    shutdown: () => {
      transport.shutdown();
      inner.emit('close');
    },
  };
}
