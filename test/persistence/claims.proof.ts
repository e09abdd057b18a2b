/** Many processes claim one battle at once, again and again: one wins, and the room that is listed is the winner's. */
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { BattleId } from '../../src/battle/ids.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import { PostgresInputLog } from '../../src/persistence/input-log/postgres.ts';
import { RedisInputLog } from '../../src/persistence/input-log/redis.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import type { ToClaimants } from './claimants.child.ts';
import type { Claimed, Round } from './claimants.ts';
import { opened } from './living.ts';
import { ENGINE } from './sample.ts';

export interface ClaimsSize {
  readonly claimants: number;
  readonly rounds: number;
  /** They are spread over. */
  readonly processes: number;
  /** Of each process. */
  readonly connections: number;
}

const CHILD = new URL('claimants.child.ts', import.meta.url).pathname;
const PREFIX = 'claims:';
/** Rounds for one battle: its first claim is as much at stake as its later ones. */
const ROUNDS_EACH = 20;

export async function proveClaims(
  size: ClaimsSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const redis = await provenOnRedis(size, seed, report);
  const postgres = await provenOnPostgres(size, report);
  return { claimants: size.claimants, processes: size.processes, redis, postgres };
}

async function provenOnRedis(
  size: ClaimsSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, number>>> {
  const server = await startTestRedis();
  const children = Array.from({ length: size.processes }, startChild);
  try {
    await Promise.all(
      children.map((child, index) => {
        const names = namesOf(size.claimants, (number) => number % size.processes === index);
        const { connections } = size;
        const order = {
          address: server.address,
          prefix: PREFIX,
          names,
          connections,
          seed: `${seed} ${index}`,
        };
        return ask(child, { kind: 'start', order });
      }),
    );
    const log = new RedisInputLog(server.connect(), redisKeys(PREFIX));
    const battle = battles(log);
    const winners = new Set<string>();
    let late = 0;
    for (let number = 0; number < size.rounds; number++) {
      const round = await battle(number);
      const claims = (await askAll(children, { kind: 'claim', round })).flat() as Claimed[];
      const winner = await onlyWinner(log, round, claims, size.claimants);
      winners.add(winner);
      const changed = (await askAll(children, { kind: 'late', round, winner })).flat();
      assert.deepEqual(changed, [], `round ${number}: listed, or removed, by who had lost`);
      assert.deepEqual(await listed(server, round.id), {
        processId: winner,
        epoch: round.seen + 1,
        clients: 0,
      });
      late += claims.filter(({ isListed }) => isListed === null).length;
      if (number % 50 === 49) report(`${number + 1} of ${size.rounds} rounds on Redis`);
    }
    return { rounds: size.rounds, differentWinners: winners.size, listedOnlyLate: late };
  } finally {
    await Promise.all(children.map(stop));
    await server.stop();
  }
}

/** Throws unless one has won, the log names it as the owner, and nobody but it and its predecessor could list a room. */
async function onlyWinner(
  log: InputLog,
  { id, seen }: Round,
  claims: readonly Claimed[],
  count: number,
): Promise<string> {
  const [winner, ...others] = claims.filter(({ kind }) => kind === 'claimed');
  assert(winner && others.length === 0, `${others.length + 1} claims were won`);
  assert.equal(claims.filter(({ kind }) => kind === 'lost').length, count - 1);
  assert.deepEqual([winner.epoch, winner.isListed], [seen + 1, true]);
  const head = await log.head(id);
  assert.deepEqual([head?.owner, head?.epoch], [winner.name, winner.epoch]);
  for (const { name, epoch, isListed } of claims)
    if (isListed && name !== winner.name)
      assert.equal(epoch, seen, `${name} listed a room of epoch ${epoch} where ${seen} was`);
  return winner.name;
}

async function listed({ admin }: TestRedis, id: BattleId): Promise<unknown> {
  const { processId, metadata, clients } = JSON.parse((await admin.hget('roomcaches', id)) ?? '{}');
  return { processId, epoch: metadata?.epoch, clients };
}

async function provenOnPostgres(
  { claimants, rounds, processes }: ClaimsSize,
  report: (line: string) => void,
): Promise<Readonly<Record<string, number>>> {
  const database = await freshDatabase();
  const logs = Array.from({ length: processes }, () => new PostgresInputLog(database.connection));
  try {
    const battle = battles(logs[0]!);
    const names = namesOf(claimants, () => true);
    const winners = new Set<string>();
    for (let number = 0; number < rounds; number++) {
      const { id, seen } = await battle(number);
      const kinds = await Promise.all(
        names.map(async (name, index) => (await logs[index % processes]!.claim(id, seen, name, ENGINE)).kind),
      );
      const won = names.filter((_, index) => kinds[index] === 'claimed');
      assert.equal(won.length, 1, `round ${number}: ${won.length} claims were won`);
      assert.equal(kinds.filter((kind) => kind === 'lost').length, claimants - 1);
      const head = await logs[0]!.head(id);
      assert.deepEqual([head?.owner, head?.epoch], [won[0], seen + 1]);
      winners.add(won[0]!);
      if (number % 50 === 49) report(`${number + 1} of ${rounds} rounds on PostgreSQL`);
    }
    return { rounds, differentWinners: winners.size };
  } finally {
    await Promise.all(logs.map((log) => log.close()));
    await database.drop();
  }
}

/** The battle of each round, and the epoch that everybody sees. */
function battles(log: InputLog): (round: number) => Promise<Round> {
  let id: BattleId;
  return async (round) => {
    const seen = round % ROUNDS_EACH;
    if (seen === 0) ({ id } = await opened(log));
    return { id, seen };
  };
}

function namesOf(count: number, isWanted: (number: number) => boolean): string[] {
  return Array.from({ length: count }, (_, number) => number)
    .filter(isWanted)
    .map((number) => `process-${number}`);
}

interface Child {
  readonly process: ChildProcess;
  /** Rejects when it ends. */
  readonly ended: Promise<never>;
}

function startChild(): Child {
  const child = fork(CHILD);
  const ended = once(child, 'exit').then(([status]) => {
    throw new Error(`A process of claimants ended with ${status}.`);
  });
  // At the end it is wanted.
  ended.catch(() => {});
  return { process: child, ended };
}

function askAll(children: readonly Child[], message: ToClaimants): Promise<unknown[]> {
  return Promise.all(children.map((child) => ask(child, message)));
}

async function ask(child: Child, message: ToClaimants): Promise<unknown> {
  const answered = once(child.process, 'message');
  child.process.send(message);
  const [answer] = (await Promise.race([answered, child.ended])) as [unknown];
  return answer;
}

async function stop(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  await child.ended.catch(() => {});
}
