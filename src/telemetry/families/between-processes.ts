/** How well processes hear one another. */
import { counter, type Family, gauge, secondsOf } from './family.ts';

export const BETWEEN_PROCESSES: readonly Family[] = [
  gauge('endure_bus_healthy', '1 while the event bus works, or is about to again.', ({ bus }) =>
    Number(bus.health.isHealthy),
  ),
  gauge(
    'endure_bus_round_trip_seconds',
    'What the last probe of the event bus took through the store and back.',
    ({ bus }) => secondsOf(bus.health.roundTripMs),
  ),
  counter(
    'endure_bus_published_total',
    'Events published, failures among them.',
    ({ bus }) => bus.statistics.publisher.totalPublished,
  ),
  counter(
    'endure_bus_publish_failures_total',
    'Events that the store did not take.',
    ({ bus }) => bus.statistics.publisher.failedPublishes,
  ),
  counter(
    'endure_bus_receive_failures_total',
    'Events that were junk, or at which a subscriber failed.',
    ({ bus }) => bus.statistics.subscriber.failedEvents,
  ),
  gauge(
    'endure_canary_round_trip_seconds',
    'What the last question to another process took; not there when it was not answered.',
    ({ canary }) => secondsOf(canary.roundTripMs),
  ),
  counter(
    'endure_canary_lost_total',
    'Questions to other processes that were not answered.',
    ({ canary }) => canary.lost,
  ),
];
