/** The process itself. Names without our prefix are those that dashboards for Node know. */
import { counter, type Family, gauge } from './family.ts';

export const PROCESS: readonly Family[] = [
  gauge(
    'endure_build_info',
    'Always 1; the labels say what runs.',
    ({ process: { version, engine, node } }) => [[{ version, engine, node }, 1]],
    ['version', 'engine', 'node'],
  ),
  gauge(
    'process_start_time_seconds',
    'When the process started, in seconds since the epoch.',
    ({ process }) => process.startedAt / 1_000,
  ),
  counter(
    'process_cpu_user_seconds_total',
    'Processor time in user mode.',
    ({ process }) => process.cpuSeconds.user,
  ),
  counter(
    'process_cpu_system_seconds_total',
    'Processor time in the kernel.',
    ({ process }) => process.cpuSeconds.system,
  ),
  gauge(
    'process_resident_memory_bytes',
    'Memory that the process holds.',
    ({ process }) => process.memory.rss,
  ),
  gauge('nodejs_heap_size_total_bytes', 'Heap that V8 has taken.', ({ process }) => process.memory.heapTotal),
  gauge('nodejs_heap_size_used_bytes', 'Heap in use.', ({ process }) => process.memory.heapUsed),
  gauge(
    'nodejs_external_memory_bytes',
    'Memory of objects that are kept outside the heap.',
    ({ process }) => process.memory.external,
  ),
  gauge(
    'endure_event_loop_delay_seconds',
    'How long the main loop kept its work waiting over the last minute: median, 99th percentile and longest.',
    ({ process: { eventLoopDelayMs } }) => [
      [{ percentile: '50' }, eventLoopDelayMs.p50 / 1_000],
      [{ percentile: '99' }, eventLoopDelayMs.p99 / 1_000],
      [{ percentile: '100' }, eventLoopDelayMs.max / 1_000],
    ],
    ['percentile'],
  ),
  gauge('endure_draining', '1 while the process hands its battles over.', ({ isDraining }) =>
    Number(isDraining),
  ),
  gauge('endure_suspended', '1 while the process holds still because the store is away.', ({ isSuspended }) =>
    Number(isSuspended),
  ),
  gauge(
    'endure_store_up',
    '1 where a store answers: database, redis.',
    ({ stores }) => Object.entries(stores).map(([store, isUp]) => [{ store }, Number(isUp)]),
    ['store'],
  ),
];
