/** What in the settings of a Redis would cost battles. Told at the start; the server runs all the same. */
import type { Redis } from 'ioredis';
import { ask } from './connection.ts';

/** One sentence for each danger. Rejects with `StoreAway`. */
export async function durabilityWarnings(redis: Redis): Promise<string[]> {
  const facts = new Map([
    ...factsOf(await ask(redis, () => redis.info('persistence'))),
    ...factsOf(await ask(redis, () => redis.info('memory'))),
  ]);
  const warnings: string[] = [];
  if (facts.get('aof_enabled') === '0')
    warnings.push(
      'Redis keeps no append-only file: a restart loses every living battle. Set appendonly yes.',
    );
  else if (await isSyncOff(redis))
    warnings.push(
      'Redis never syncs its append-only file: a power cut may cost minutes of play. Set appendfsync.',
    );
  if (facts.get('aof_last_write_status') === 'err' || facts.get('aof_last_bgrewrite_status') === 'err')
    warnings.push('Redis could not write its append-only file the last time. Look at its disk.');
  const policy = facts.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction')
    warnings.push(
      `Redis may drop battles when memory is short (${policy}). Set maxmemory-policy noeviction.`,
    );
  return warnings;
}

/** false where the operator of a hosted Redis does not let us look. */
async function isSyncOff(redis: Redis): Promise<boolean> {
  const reply = await redis.config('GET', 'appendfsync').catch((): unknown => []);
  return Array.isArray(reply) && reply[1] === 'no';
}

/** Names and values of what `INFO` answers. */
export function factsOf(info: string): [name: string, value: string][] {
  return info
    .split('\r\n')
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]);
}
