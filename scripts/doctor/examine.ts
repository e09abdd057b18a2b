/** All checks, from an environment: those of the configuration first, since it says what else there is to check. */
import type { ProcessInfo } from '../../src/cluster/process-lease.ts';
import type { Config } from '../../src/config/config.ts';
import { checkConfig } from './config-check.ts';
import type { Finding } from './finding.ts';
import { checkDisk, checkNode, fileLimit, judgeFiles } from './machine-check.ts';
import { checkNetwork, checkProcesses } from './network-check.ts';
import { checkPostgres } from './postgres-check.ts';
import { checkRedis } from './redis-check.ts';

/** Each is told as soon as it is known. Nothing is changed anywhere. */
export async function* examine(env: Readonly<Record<string, string | undefined>>): AsyncGenerator<Finding> {
  yield checkNode();
  const { config, findings } = checkConfig(env);
  yield* findings;
  if (!config) return;
  yield judgeFiles(fileLimit());
  yield* await checkDisk(config);
  let processes: readonly ProcessInfo[] = [];
  if (config.cluster) {
    const redis = await checkRedis(config.cluster);
    yield* redis.findings;
    processes = redis.processes;
  }
  if (config.databaseUrl !== undefined)
    yield* await checkPostgres(config.databaseUrl, config.pool, countWith(config, processes));
  yield* await checkNetwork(config, processes);
  yield* await checkProcesses(processes);
}

/** How many there are with the one that would be started here, where it does not run yet. */
function countWith({ cluster, port }: Config, processes: readonly ProcessInfo[]): number {
  const isThere = processes.some((one) => one.host === cluster?.advertisedHost && one.port === port);
  return processes.length + (isThere ? 0 : 1);
}
