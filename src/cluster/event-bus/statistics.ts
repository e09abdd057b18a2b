/** What the bus has done, in total and by channel. */
import { type Channel, CHANNELS } from '../events.ts';

export interface PublisherFigures {
  /** Successful and failed ones; an event on its way is in none. */
  readonly totalPublished: number;
  readonly successfulPublishes: number;
  readonly failedPublishes: number;
  /** Milliseconds since the epoch; of the last successful one. */
  readonly lastPublishTime: number | null;
}

export interface SubscriberFigures {
  /** Processed and failed ones: what other processes sent, and what this one delivered to itself. */
  readonly totalReceived: number;
  /** Valid, and no subscriber threw. */
  readonly processedEvents: number;
  /** Junk, and events at which a subscriber threw. */
  readonly failedEvents: number;
  /** Milliseconds since the epoch. */
  readonly lastReceiveTime: number | null;
}

type ByChannel<T> = { readonly channelStats: Readonly<Record<Channel, T>> };

export interface BusStatistics {
  readonly publisher: PublisherFigures & ByChannel<PublisherFigures>;
  readonly subscriber: SubscriberFigures & ByChannel<SubscriberFigures>;
}

/** Outcomes of one kind of work, by channel. */
export class Tally {
  readonly #counts = new Map(CHANNELS.map((channel) => [channel, { good: 0, bad: 0, last: 0 }]));

  count(channel: Channel, isGood: boolean, at: number | null): void {
    const counts = this.#counts.get(channel)!;
    if (isGood) counts.good += 1;
    else counts.bad += 1;
    if (at !== null) counts.last = Math.max(counts.last, at);
  }

  /** `name` gives the counts the names they are known by. */
  figures<T>(name: (good: number, bad: number, last: number | null) => T): T & ByChannel<T> {
    const named = ({ good, bad, last }: { good: number; bad: number; last: number }): T =>
      name(good, bad, last === 0 ? null : last);
    const total = { good: 0, bad: 0, last: 0 };
    for (const { good, bad, last } of this.#counts.values()) {
      total.good += good;
      total.bad += bad;
      total.last = Math.max(total.last, last);
    }
    const channels = CHANNELS.map((channel) => [channel, named(this.#counts.get(channel)!)] as const);
    return { ...named(total), channelStats: Object.fromEntries(channels) as Record<Channel, T> };
  }
}

export function publisherFigures(good: number, bad: number, last: number | null): PublisherFigures {
  return {
    totalPublished: good + bad,
    successfulPublishes: good,
    failedPublishes: bad,
    lastPublishTime: last,
  };
}

export function subscriberFigures(good: number, bad: number, last: number | null): SubscriberFigures {
  return { totalReceived: good + bad, processedEvents: good, failedEvents: bad, lastReceiveTime: last };
}
