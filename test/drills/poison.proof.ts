/**
 * A battle whose fifth turn never ends, among battles that do. Each process that plays it hangs and is ended by its own
 * guard, and started again as a process manager does it, until the battle is given up.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { playBattles, type Played } from '../../loadtest/play.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { byBattle, faultsOf } from '../../loadtest/verdict.ts';
import { ENGINE_VERSION } from '../../src/battle/format.ts';
import type { BattleId, UserId } from '../../src/battle/ids.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { checkBattle } from '../support/checker.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { abandonAll, Player } from '../support/player.ts';
import { openingFor } from '../support/play.ts';
import { TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { readStored, type StoredBattle } from '../support/stored-battles.ts';
import { BattleWatch } from './battle-watch.ts';
import { LOOPER } from './looping-sim.ts';

export interface PoisonSize {
  readonly processes: number;
  /** At once, beside the one that loops. */
  readonly battles: number;
  /** Deaths that are only written down, as if they had been. */
  readonly deathsSpared: number;
}

const DEATHS_MAX = 5;
const KEYS = redisKeys('endure:');
const FORMAT = 'gen9randombattle';
const LOOPING_SIM = new URL('looping-sim.ts', import.meta.url).href;
/** Longest wait for the battle to be given up, in milliseconds. */
const PATIENCE_MS = 180_000;
/** Longest wait for the other battles to end after that, in milliseconds. */
const END_MS = 120_000;
/** Until a dead process is started again, in milliseconds. */
const DOWN_MS = 500;
/** A battle that has taken no input for so long hangs, in milliseconds. */
const STILL_MS = 1_000;
const POLL_MS = 50;

/** Throws when more processes die of it than may, it does not end void, or another battle is lost or differs. */
export async function provePoison(
  { processes, battles, deathsSpared }: PoisonSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  silenceSdk();
  const env = { LOG_LEVEL: 'warn', NODE_OPTIONS: `--import=${LOOPING_SIM}` };
  const cluster = await startCluster(processes, env);
  const drill = { isOver: false, deaths: 0 };
  const watch = new BattleWatch();
  const keeping = cluster.servers.map((server) =>
    keepAlive(
      server,
      () => drill.isOver,
      () => report(`${++drill.deaths} processes have died`),
    ),
  );
  // Where one cannot be started again, the battles say so.
  for (const kept of keeping) kept.catch(() => {});
  try {
    const playing = playBattles({
      url: cluster.url,
      accounts: signedAccounts(TEST_SECRET),
      battles: Number.MAX_SAFE_INTEGER,
      concurrency: battles,
      formats: [FORMAT],
      thinkMs: 300,
      spectators: 1,
      seed: `poison ${seed}`,
      events: { joined: (bot) => watch.joined(bot) },
      isEnough: () => drill.isOver,
    });
    const startedAt = performance.now();
    const poison = await beginLooping(cluster, `poison-${seed}`, deathsSpared);
    await poison.ended();
    const ms = Math.round(performance.now() - startedAt);
    drill.isOver = true;
    watch.over();
    const played = await Promise.race([playing, sleep(END_MS, null, { ref: false })]);
    assert(played, 'the other battles have not ended');
    const stored = await recorded(cluster);
    assert.equal(drill.deaths, DEATHS_MAX - deathsSpared, `${drill.deaths} processes have died`);
    assert.deepEqual(poisonFaults(stored, poison.id), []);
    const others = stored.filter(({ id }) => id !== poison.id);
    assert.deepEqual(otherFaults(others, played), []);
    return {
      processes,
      deaths: drill.deaths,
      secondsUntilItWasGivenUp: Math.round(ms / 1_000),
      otherBattles: others.length,
      otherBattlesLostOrDiffering: 0,
      playersBroughtBackBySdk: played.players.reduce((sum, { cameBackBySdk }) => sum + cameBackBySdk, 0),
    };
  } catch (error) {
    const logs = cluster.servers.map(({ url, log }) => `--- ${url}\n${log.slice(-30).join('\n')}`);
    throw new Error(`${(error as Error).message}\n${logs.join('\n')}`, { cause: error });
  } finally {
    drill.isOver = true;
    abandonAll();
    // A process that is being started must not outlive its cluster.
    await Promise.all([cluster.dispose(), ...keeping]);
  }
}

/** As a process manager does it. Resolves when the process ends and all is over. */
async function keepAlive(server: ServerProcess, isOver: () => boolean, died: () => void): Promise<void> {
  for (;;) {
    await server.gone();
    // The battle may be given up before its last owner is seen to have died.
    died();
    if (isOver()) return;
    await sleep(DOWN_MS);
    if (isOver()) return;
    await server.start().catch((error: unknown) => {
      if (!isOver()) throw error;
    });
  }
}

/** Plays up to the turn that never ends. `ended` resolves when the battle is over for everybody. */
async function beginLooping(
  { redis, url }: TestCluster,
  name: string,
  deathsSpared: number,
): Promise<{ readonly id: BattleId; ended(): Promise<void> }> {
  const id = name as BattleId;
  const opening = openingFor(FORMAT, name);
  const sides = opening.sides.map((side) => ({
    ...side,
    userId: `${name}-${side.side}` as UserId,
    name: side.side === 'p1' ? LOOPER : side.name,
  }));
  const log = new RedisInputLog(redis.admin, KEYS);
  await log.open({ ...opening, id, engine: ENGINE_VERSION, rated: true, sides });
  for (const { userId } of sides) {
    const seated = await new Player(url, userId).join(id);
    const answer = ({ request }: { readonly request?: BattleRequest }): void => {
      if (request && !request.wait) seated.send('MOVE', { choice: 'default', rqid: request.rqid });
    };
    seated.room.onMessage('BATTLE_UPDATE', answer);
    answer(await seated.next('BATTLE_START'));
  }
  await standsStill(() => redis.admin.llen(KEYS.log(id)));
  if (deathsSpared > 0) await redis.admin.hset(KEYS.battle(id), 'crashes', deathsSpared);
  return {
    id,
    ended: async () => {
      const startedAt = performance.now();
      while (await log.head(id)) {
        assert(performance.now() - startedAt < PATIENCE_MS, 'the battle that loops is not given up');
        await sleep(POLL_MS);
      }
    },
  };
}

/** Resolves when a length has not changed for a while. */
async function standsStill(length: () => Promise<number>): Promise<void> {
  for (let last = -1, since = performance.now(); performance.now() - since < STILL_MS; await sleep(POLL_MS)) {
    const now = await length();
    if (now === last) continue;
    last = now;
    since = performance.now();
  }
}

/** What is stored, once nothing waits to be recorded. */
async function recorded(cluster: TestCluster): Promise<readonly StoredBattle[]> {
  const startedAt = performance.now();
  while ((await cluster.unrecorded()) > 0) {
    assert(performance.now() - startedAt < PATIENCE_MS, 'battles are not recorded');
    await sleep(POLL_MS);
  }
  return (await readStored(cluster.database)).battles;
}

function poisonFaults(stored: readonly StoredBattle[], id: BattleId): string[] {
  const rows = stored.filter((row) => row.id === id);
  if (rows.length !== 1) return [`it is stored ${rows.length} times`];
  const { winner, reason, inputs } = rows[0]!;
  const last = JSON.stringify(inputs.at(-1)?.input);
  return winner === null && reason === 'void' && last === '{"type":"void","why":"poison"}'
    ? []
    : [`it ended ${reason}, won by ${winner}, with ${last}`];
}

function otherFaults(stored: readonly StoredBattle[], played: Played): string[] {
  const told = byBattle([...played.players, ...played.spectators]);
  const known = new Set(stored.map(({ id }) => id));
  return [
    ...faultsOf(played),
    ...[...told.keys()].filter((id) => !known.has(id)).map((id) => `${id || 'no battle'} is not stored`),
    ...stored.flatMap((row) => checkBattle(row, told.get(row.id) ?? []).faults),
  ];
}
