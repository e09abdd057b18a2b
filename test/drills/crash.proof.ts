/**
 * Kills the server and its database in the middle of battles, again and again. The clients are unmodified SDK clients;
 * what they were told is then held against the stored rows by a checker that knows nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { shuffled } from '../../src/battle/random.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';
import { Drill, type DrillSize } from './drill.ts';
import { figuresOf, judge, type Figures } from './verdict.ts';

export interface CrashSize extends DrillSize {
  readonly serverKills: number;
  readonly postgresKills: number;
  /** SIGTERM, which the server obeys, and a start. */
  readonly restarts: number;
}

export interface CrashFigures extends Figures {
  readonly blows: Readonly<Record<Blow, number>>;
}

type Blow = 'server kill' | 'postgres kill' | 'restart';

/** What the store's absence may cost a client. Anything else was not called for. */
const CALLED_FOR =
  /^(REDIS_UNAVAILABLE|CONNECTION_FAILED|SERVER_DRAINING|QUEUE_CLOSED \d+|CLOSED \d+|ALREADY_IN_BATTLE)$/;
/** Kills come up to this long after everybody is ready for them, in milliseconds. */
const SPREAD_MS = 2_500;
/** Of the kills that come while the last one is still being recovered from, and how soon, in milliseconds. */
const AT_ONCE_SHARE = 0.25;
const AT_ONCE_SPREAD_MS = 1_500;

/** Throws when a battle is lost or differs from its row in anything, or a client saw an error not called for. */
export async function proveCrash(
  size: CrashSize,
  seed: number,
  report: (line: string) => void,
): Promise<CrashFigures> {
  silenceSdk();
  const server = await startServerProcess();
  try {
    const drill = new Drill(server.url, size, seed);
    const blows = {
      'server kill': size.serverKills,
      'postgres kill': size.postgresKills,
      restart: size.restarts,
    };
    await strikeAll(drill, server, blows, report);
    const played = await drill.finish();
    const verdict = await judge(drill, played, await readStored(server.database), CALLED_FOR, report);
    return { blows, ...figuresOf(verdict) };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${server.log.join('\n')}`, { cause: error });
  } finally {
    await server.dispose();
  }
}

async function strikeAll(
  drill: Drill,
  server: ServerProcess,
  counts: CrashFigures['blows'],
  report: (line: string) => void,
): Promise<void> {
  const { random } = drill;
  const blows = shuffled(
    random,
    (Object.keys(counts) as Blow[]).flatMap((blow) => Array<Blow>(counts[blow]).fill(blow)),
  );
  let sending: Promise<void>[] = [];
  for (const [index, blow] of blows.entries()) {
    const isAtOnce = index > 0 && random() < AT_ONCE_SHARE;
    if (!isAtOnce) {
      await drill.settled();
      await Promise.all(sending);
      sending = [];
    }
    await sleep(random() * (isAtOnce ? AT_ONCE_SPREAD_MS : SPREAD_MS));
    const hit = drill.battles.running();
    await strike(drill, server, blow, hit);
    if (blow !== 'postgres kill') sending.push(drill.send(hit));
    report(`${index + 1} of ${blows.length} blows`);
  }
  await drill.settled();
  await Promise.all(sending);
}

async function strike(
  drill: Drill,
  server: ServerProcess,
  blow: Blow,
  hit: readonly string[],
): Promise<void> {
  const isProcess = blow !== 'postgres kill';
  const urge = drill.struck(blow, hit, { isDropping: isProcess, isProcess });
  setImmediate(urge);
  if (!isProcess) {
    await server.killPostgres();
    return;
  }
  await server.kill(blow === 'restart' ? 'SIGTERM' : 'SIGKILL');
  await server.start();
}
