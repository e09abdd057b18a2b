/**
 * Pauses processes for longer than their lease is good, lets others go on with their battles, and wakes them up: what
 * the sleepers still wanted to write, say and list must be without effect.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import type { BattleId } from '../../src/battle/ids.ts';
import { LEASE_MS } from '../../src/cluster/process-lease.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { abandonAll } from '../support/player.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { ZombieBattle, type Evidence, type Figures } from './zombie-battle.ts';

export interface ZombieSize {
  /** All but one of them sleep at a time. */
  readonly processes: number;
  readonly pauses: number;
  /** On each process that is going to be paused. */
  readonly battles: number;
}

const KEYS = redisKeys('endure:');
/** Longer than a lease is good. */
const PAUSE_MS = LEASE_MS + 100;
const TURNS = 2;

/** Throws when an old owner has written, told or listed anything after it was taken over. */
export async function proveZombies(
  size: ZombieSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  silenceSdk();
  const cluster = await startCluster(size.processes, { LOG_LEVEL: 'error' });
  const evidence = evidenceOf(cluster);
  const all: Figures[] = [];
  let pauses = 0;
  try {
    for (let wave = 0; pauses < size.pauses; wave++) {
      const heir = cluster.servers[wave % size.processes]!;
      const others = cluster.servers.filter((server) => server !== heir);
      const wanted = others.slice(0, size.pauses - pauses);
      const name = `z${seed}-${wave}`;
      const { sleepers, figures } = await pause(cluster, evidence, wanted, heir, name, size.battles);
      all.push(...figures);
      pauses += sleepers;
      report(`${pauses} of ${size.pauses} pauses`);
    }
    const faults = cluster.servers.flatMap(({ log }) => log.filter((line) => line.includes('"level":')));
    if (faults.length > 0) throw new Error(`The servers complain:\n${faults.join('\n')}`);
  } finally {
    abandonAll();
    await cluster.dispose();
  }
  const sum = (pick: (figures: Figures) => number): number =>
    all.reduce((total, one) => total + pick(one), 0);
  return {
    processes: size.processes,
    pauses,
    battlesTakenOver: all.length,
    inputsSentToOldOwners: sum(({ inputsSentToTheOldOwner }) => inputsSentToTheOldOwner),
    appendsOfOldOwnersThatLanded: 0,
    logEntriesCompared: sum(({ logEntriesCompared }) => logEntriesCompared),
    linesCompared: sum(({ linesCompared }) => linesCompared),
    linesThatDiffered: 0,
    listingsWithTheOldOwner: 0,
  };
}

/** One pause of several processes at once; answers how many there were. */
async function pause(
  cluster: TestCluster,
  evidence: Evidence,
  wanted: readonly ServerProcess[],
  heir: ServerProcess,
  name: string,
  count: number,
): Promise<{ sleepers: number; figures: Figures[] }> {
  const battles = wanted.flatMap(({ url }, sleeper) =>
    Array.from(
      { length: count },
      (_, index) =>
        new ZombieBattle(`${name}-${sleeper}-${index}`, index % 2 === 0, evidence, {
          owner: url,
          heir: heir.url,
          anybody: cluster.url,
        }),
    ),
  );
  await Promise.all(battles.map((battle) => battle.begin(TURNS)));
  const { sleepers, zombies } = await begun(wanted, cluster, battles);
  for (const sleeper of sleepers) sleeper.signal('SIGSTOP');
  await sleep(PAUSE_MS);
  await Promise.all(zombies.map((battle) => battle.moveOn()));
  for (const sleeper of sleepers) sleeper.signal('SIGCONT');
  await Promise.all(zombies.map((battle) => battle.holdAgainstWaking()));
  const figures = await Promise.all(zombies.map((battle) => battle.end()));
  return { sleepers: sleepers.length, figures };
}

/**
 * The processes that have battles, and those battles. A sweep of another process may have been faster than the first
 * player: such a battle is given up.
 */
async function begun(
  wanted: readonly ServerProcess[],
  cluster: TestCluster,
  battles: readonly ZombieBattle[],
): Promise<{ sleepers: ServerProcess[]; zombies: ZombieBattle[] }> {
  const hosted = await Promise.all(wanted.map((server) => cluster.hostedBy(server)));
  const isThere = ({ id }: ZombieBattle): boolean => hosted.some((ids) => ids.includes(id));
  await Promise.all(battles.filter((battle) => !isThere(battle)).map((battle) => battle.giveUp()));
  const sleepers = wanted.filter((_, index) => battles.some(({ id }) => hosted[index]!.includes(id)));
  return { sleepers, zombies: battles.filter(isThere) };
}

function evidenceOf({ redis }: TestCluster): Evidence {
  const { admin } = redis;
  return {
    log: new RedisInputLog(admin, KEYS),
    entries: (id: BattleId) => admin.lrange(KEYS.log(id), 0, -1),
    listedAt: async (id) => {
      const listing = await admin.hget('roomcaches', id);
      return listing === null ? undefined : (JSON.parse(listing) as { processId: string }).processId;
    },
  };
}
