/**
 * The metrics that are read when somebody asks, one row each. docs/metrics.md and deploy/alerts are compared with them by
 * tests.
 */
import { BATTLES } from './families/battles.ts';
import { BETWEEN_PROCESSES } from './families/between-processes.ts';
import { CONNECTIONS } from './families/connections.ts';
import type { Family } from './families/family.ts';
import { PROCESS } from './families/process.ts';
import { SHARED } from './families/shared.ts';

export const FAMILIES: readonly Family[] = [
  ...PROCESS,
  ...BATTLES,
  ...CONNECTIONS,
  ...BETWEEN_PROCESSES,
  ...SHARED,
];
