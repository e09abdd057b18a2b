/** Redis: whether it is there, whether it keeps what it is given, and who else uses it. */
import { Redis } from 'ioredis';
import type { ProcessInfo } from '../../src/cluster/process-lease.ts';
import type { ClusterConfig } from '../../src/config/config.ts';
import { durabilityWarnings, factsOf } from '../../src/persistence/redis/durability.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { RedisLeases } from '../../src/persistence/redis/leases.ts';
import { type ClockReading, judgeClock, readClock } from './clock-check.ts';
import { fault, type Finding, ok, reasonOf, warn } from './finding.ts';
import { judgeLatency, latencyOf } from './latency.ts';

export interface RedisReading {
  /** What `INFO` answers. */
  readonly facts: ReadonlyMap<string, string>;
  /** Of the server's own check at its start. */
  readonly losses: readonly string[];
  readonly latencyMs: number;
  readonly clock: ClockReading;
  /** Of servers with our prefix. */
  readonly processes: readonly ProcessInfo[];
}

const CONNECT_MS = 3_000;
const LEAST_MAJOR = 7;
/** Connections of one process of ours, with some to spare. */
const CONNECTIONS = 10;
const FULL = 0.95;
const NEARLY_FULL = 0.8;

export async function checkRedis(
  cluster: ClusterConfig,
): Promise<{ readonly findings: Finding[]; readonly processes: readonly ProcessInfo[] }> {
  const redis = new Redis(cluster.redisUrl, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  const errors: Error[] = [];
  redis.on('error', (error) => errors.push(error));
  try {
    await redis.connect();
    const reading = await readRedis(redis, cluster.prefix);
    return { findings: judgeRedis(reading), processes: reading.processes };
  } catch (error) {
    const reason = reasonOf(errors[0] ?? error);
    const advice = /WRONGPASS|NOAUTH/.test(reason)
      ? 'put the right password into REDIS_URL: redis://:PASSWORD@host:port'
      : 'check REDIS_URL, and that Redis runs and may be reached from here';
    return { findings: [fault(`Redis does not answer (${reason})`, advice)], processes: [] };
  } finally {
    redis.disconnect();
  }
}

async function readRedis(redis: Redis, prefix: string): Promise<RedisReading> {
  const facts = new Map(factsOf(await redis.info()));
  const [losses, latencyMs, clock] = [
    await durabilityWarnings(redis),
    await latencyOf(() => redis.ping()),
    await readClock(async () => {
      const [seconds, micros] = await redis.time();
      return Number(seconds) * 1_000 + Number(micros) / 1_000;
    }),
  ];
  const leases = new RedisLeases<ProcessInfo>(redis, redisKeys(prefix), () => performance.now());
  return { facts, losses, latencyMs, clock, processes: await leases.alive() };
}

export function judgeRedis({ facts, losses, latencyMs, clock }: RedisReading): Finding[] {
  return [
    judgeVersion(facts.get('redis_version') ?? '0'),
    ...judgeKind(facts),
    ...losses.map((loss) => fault(loss, 'see docs/operations.md')),
    ...(losses.length === 0 ? [ok('Redis keeps an append-only file and drops nothing.')] : []),
    ...judgeMemory(facts),
    ...judgeConnections(facts),
    judgeLatency('Redis', latencyMs),
    judgeClock('Redis', clock),
  ];
}

function judgeVersion(version: string): Finding {
  const text = `Redis ${version}`;
  if (Number.parseInt(version, 10) >= LEAST_MAJOR) return ok(`${text}.`);
  return fault(`${text} is too old`, `Redis ${LEAST_MAJOR} or newer is needed`);
}

function judgeKind(facts: RedisReading['facts']): Finding[] {
  const findings: Finding[] = [];
  if (facts.get('redis_mode') === 'cluster')
    findings.push(fault('This is a Redis Cluster', 'a single Redis is needed, with a replica if you like'));
  if (facts.get('role') === 'slave')
    findings.push(fault('This Redis is a replica and takes no writes', 'put its primary into REDIS_URL'));
  return findings;
}

function judgeMemory(facts: RedisReading['facts']): Finding[] {
  const number = (name: string): number => Number(facts.get(name) ?? 0);
  const bound = number('maxmemory') || number('total_system_memory');
  const share = bound > 0 ? number('used_memory') / bound : 0;
  const findings: Finding[] = [];
  if (number('evicted_keys') > 0)
    findings.push(
      warn(
        `Redis has dropped ${number('evicted_keys')} keys since its start`,
        'give it more memory, and noeviction',
      ),
    );
  const text = `Redis uses ${Math.round(share * 100)} % of ${number('maxmemory') > 0 ? 'maxmemory' : 'the memory of its machine'}`;
  if (share >= FULL) findings.push(fault(text, 'when it is full nothing can be played: give it more'));
  else if (share >= NEARLY_FULL) findings.push(warn(text, 'give it more before it is full'));
  else findings.push(ok(`${text}.`));
  return findings;
}

function judgeConnections(facts: RedisReading['facts']): Finding[] {
  const left = Number(facts.get('maxclients') ?? Infinity) - Number(facts.get('connected_clients') ?? 0);
  if (left >= CONNECTIONS) return [];
  return [
    fault(`Redis takes only ${left} more connections`, `a process needs ${CONNECTIONS}: raise maxclients`),
  ];
}
