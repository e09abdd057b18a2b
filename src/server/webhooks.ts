/**
 * Tells another site of battles: a signed POST for each that starts or ends in this process, one after the other. Hints,
 * as all events: what is not taken in four tries is given up, and so is what waits when the process goes away. Whoever
 * needs every battle asks `GET /battles`.
 */
import { createHmac } from 'node:crypto';
import type { ChannelEvent } from '../cluster/events.ts';
import type { WebhookConfig } from '../config/config.ts';
import { LIMITS } from '../config/limits.ts';
import type { Scheduler } from '../rooms/scheduler.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface Webhooks {
  /** Never throws, and nobody waits for it. */
  tell(event: ChannelEvent<'match:events'>): void;
  /** Whatever is under way or waits is given up. */
  stop(): void;
}

export interface WebhookPorts {
  readonly scheduler: Scheduler;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  readonly logger: Logger;
}

/** Milliseconds between two tries. */
const PAUSES_MS = [1_000, 5_000, 25_000];
/** Milliseconds for an answer. */
const ANSWER_MS = 5_000;

export function createWebhooks({ url, secret }: WebhookConfig, ports: WebhookPorts): Webhooks {
  const { scheduler, wall, logger } = ports;
  const waiting: ChannelEvent<'match:events'>[] = [];
  const stopped = new AbortController();
  let isBusy = false;
  let wake = (): void => {};
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = scheduler.after(ms, resolve);
      wake = () => (cancel(), resolve());
    });

  /** Whether there is no use in trying again: it was taken, or it is not wanted. */
  async function post(body: string): Promise<boolean> {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(ANSWER_MS)]);
    const headers = {
      'content-type': 'application/json',
      'x-endure-signature': signed(secret, wall(), body),
    };
    // Whoever is told is who the operator named, and nobody whom that one names.
    const response = await fetch(url, { method: 'POST', redirect: 'manual', headers, body, signal });
    await response.body?.cancel();
    if (response.ok) return true;
    if (!isPassing(response.status)) {
      logger.warn({ status: response.status }, 'a webhook was refused');
      return true;
    }
    return false;
  }

  async function deliver({ serverId, id, at, payload }: ChannelEvent<'match:events'>): Promise<void> {
    const body = JSON.stringify({ id: `${serverId}:${id}`, at, ...payload });
    for (const ms of [...PAUSES_MS, null]) {
      if (await post(body).catch(() => false)) return;
      if (stopped.signal.aborted) return;
      if (ms === null) logger.warn({ battleId: payload.matchId }, 'a webhook was given up');
      else await pause(ms);
    }
  }

  async function work(): Promise<void> {
    isBusy = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) await deliver(next);
    isBusy = false;
  }

  return {
    tell: (event) => {
      if (stopped.signal.aborted) return;
      if (waiting.length >= LIMITS.webhooksWaiting) waiting.shift();
      waiting.push(event);
      if (!isBusy) void work();
    },
    stop: () => {
      waiting.splice(0);
      stopped.abort();
      wake();
    },
  };
}

/** The receiver's fault, or one of the way, and not ours. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** `t=<ms>,v1=<hex>`: HMAC-SHA-256 of `<ms>.<body>`, so that nothing old can be sent again as new. */
function signed(secret: string, at: number, body: string): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
