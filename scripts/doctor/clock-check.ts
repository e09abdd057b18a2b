/** Clocks against this machine's. The server compares none for leases, but tokens and what processes relay expire. */
import { fault, type Finding, ok, warn } from './finding.ts';

export interface ClockReading {
  /** Milliseconds since the epoch, by our clock: right before and after the question. */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** By the other clock. */
  readonly at: number;
  /** How coarse that one is told, in milliseconds. */
  readonly stepMs?: number;
}

const SUSPECT_MS = 1_000;
/** What a process relays to another one is good for 30 s. */
const BROKEN_MS = 15_000;
const ADVICE = 'run chrony or ntpd on all machines';

/** The least by which the clocks differ, whenever within the round trip the other one was read. */
export function offsetOf({ askedAt, answeredAt, at, stepMs = 0 }: ClockReading): number {
  if (at > answeredAt) return at - answeredAt;
  if (at + stepMs < askedAt) return at + stepMs - askedAt;
  return 0;
}

export function judgeClock(whose: string, reading: ClockReading): Finding {
  const offset = offsetOf(reading);
  const seconds = (Math.abs(offset) / 1_000).toFixed(1);
  const text = `The clock of ${whose} is ${seconds} s ${offset > 0 ? 'ahead of' : 'behind'} this machine's`;
  if (Math.abs(offset) >= BROKEN_MS) return fault(text, ADVICE);
  if (Math.abs(offset) >= SUSPECT_MS) return warn(text, ADVICE);
  return ok(`The clock of ${whose} agrees with this machine's.`);
}

/** `read` answers what the other clock says, in milliseconds since the epoch. */
export async function readClock(read: () => Promise<number>): Promise<ClockReading> {
  const askedAt = Date.now();
  const at = await read();
  return { askedAt, answeredAt: Date.now(), at };
}
