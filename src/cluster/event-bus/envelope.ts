/** An event as it crosses the store: text of our own making, since presences differ in what they do to objects. */
import { z } from 'zod';
import { LIMITS } from '../../config/limits.ts';
import { type BusEvent, type Channel, EVENTS, type Payload } from '../events.ts';

export type EventBusErrorCode =
  /** The payload is not one of the channel. */
  | 'EVENT_INVALID'
  /** The event would not stay below `LIMITS.busEventBytes`: name things by id, or say that all is to be read again. */
  | 'EVENT_TOO_LARGE'
  /** This process's subscribers have it; the other processes may not: the last try failed, too. */
  | 'EVENT_NOT_PUBLISHED'
  /** Too many events are on their way already; nobody has this one. */
  | 'BUS_BUSY'
  | 'BUS_CLOSED';

export class EventBusError extends Error {
  override readonly name = 'EventBusError';
  readonly code: EventBusErrorCode;

  constructor(code: EventBusErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const envelope = z.object({
  serverId: z.string().min(1).max(LIMITS.idChars),
  id: z.string().min(1).max(LIMITS.idChars),
  at: z.number().int(),
  payload: z.unknown(),
});

/** What a bus sends itself to learn whether anything comes back. Stands in place of a payload; no subscriber sees it. */
const PROBE = 'probe';

/** Where a message comes from. `id` is unique together with `serverId`. */
export interface Origin {
  readonly serverId: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type Message =
  | { readonly kind: 'event'; readonly event: BusEvent }
  | { readonly kind: 'probe'; readonly serverId: string; readonly id: string }
  | { readonly kind: 'junk' };

/** Throws `EventBusError`. */
export function encodeEvent<C extends Channel>(origin: Origin, channel: C, payload: Payload<C>): string {
  const parsed = EVENTS[channel].safeParse(payload);
  if (!parsed.success)
    throw new EventBusError('EVENT_INVALID', `No event of ${channel}: ${whatIsWrong(parsed.error)}`);
  const text = JSON.stringify(envelope.parse({ ...origin, payload: parsed.data }));
  const size = Buffer.byteLength(text);
  if (size >= LIMITS.busEventBytes)
    throw new EventBusError('EVENT_TOO_LARGE', `An event of ${channel} has ${size} bytes.`);
  return text;
}

export function encodeProbe(origin: Origin): string {
  return JSON.stringify({ ...origin, payload: PROBE });
}

/** Reads whatever came over the channel. */
export function decodeMessage(channel: Channel, message: unknown): Message {
  if (typeof message !== 'string' || message.length >= LIMITS.busEventBytes) return { kind: 'junk' };
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return { kind: 'junk' };
  }
  const outer = envelope.safeParse(json);
  if (!outer.success) return { kind: 'junk' };
  const { serverId, id, at } = outer.data;
  if (outer.data.payload === PROBE) return { kind: 'probe', serverId, id };
  const payload = EVENTS[channel].safeParse(outer.data.payload);
  if (!payload.success) return { kind: 'junk' };
  return { kind: 'event', event: { channel, serverId, id, at, payload: payload.data } as BusEvent };
}

/** Fields, not values. */
function whatIsWrong(error: z.core.$ZodError): string {
  return error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', ');
}
