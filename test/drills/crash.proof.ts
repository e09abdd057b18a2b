/**
 * Kills the server and its database in the middle of battles, again and again. The clients are unmodified SDK clients;
 * what they were told is then held against the stored rows by a checker that knows nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts, type Accounts } from '../../loadtest/accounts.ts';
import { Bot } from '../../loadtest/bot.ts';
import { percentiles } from '../../loadtest/percentiles.ts';
import { playBattles, type Played } from '../../loadtest/play.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { byBattle, errorCounts, faultsOf } from '../../loadtest/verdict.ts';
import { seededRandom, shuffled, type Random } from '../../src/battle/random.ts';
import { checkBattle } from '../support/checker.ts';
import { startServerProcess, TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { StateWitness } from '../support/state-witness.ts';
import { readStored, type Stored } from '../support/stored-battles.ts';
import { BattleWatch } from './battle-watch.ts';

export interface CrashSize {
  /** At once. */
  readonly battles: number;
  readonly serverKills: number;
  readonly postgresKills: number;
  /** SIGTERM, which the server obeys, and a start. */
  readonly restarts: number;
  readonly formats: readonly string[];
  /** Mean time for a choice, in milliseconds. */
  readonly thinkMs: number;
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
/** Longest wait for the last battles to end, in milliseconds. */
const END_MS = 180_000;

/** Throws when a battle is lost or differs from its row in anything, or a client saw an error not called for. */
export async function proveCrash(
  size: CrashSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  silenceSdk();
  const server = await startServerProcess();
  try {
    const drill = new Drill(server, size, seed);
    const played = await drill.run(report);
    return drill.figures(played, await readStored(server.database));
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${server.log.join('\n')}`, { cause: error });
  } finally {
    await server.dispose();
  }
}

class Drill {
  readonly #server: ServerProcess;
  readonly #size: CrashSize;
  readonly #seed: number;
  readonly #random: Random;
  readonly #accounts: Accounts = signedAccounts(TEST_SECRET);
  readonly #states = new StateWitness();
  readonly #watch = new BattleWatch();
  /** Decoders that began after a recovery, and those of them that are still there. */
  readonly #fresh = new Set<Bot>();
  readonly #sending: Promise<void>[] = [];
  readonly #present: Bot[] = [];
  readonly #shutOut: string[] = [];
  #isDone = false;

  constructor(server: ServerProcess, size: CrashSize, seed: number) {
    this.#server = server;
    this.#size = size;
    this.#seed = seed;
    this.#random = seededRandom(`crash ${seed}`);
  }

  async run(report: (line: string) => void): Promise<Played> {
    const { battles, formats, thinkMs, serverKills, postgresKills, restarts } = this.#size;
    const playing = playBattles({
      url: this.#server.url,
      accounts: this.#accounts,
      battles: Number.MAX_SAFE_INTEGER,
      concurrency: battles,
      formats,
      thinkMs,
      spectators: 1,
      seed: String(this.#seed),
      events: {
        joined: (bot) => this.#watch.joined(bot),
        accepted: (bot) => this.#watch.accepted(bot),
        updated: (bot) => this.#states.updated(bot),
      },
      isEnough: () => this.#isDone,
    });
    const blows = shuffled<Blow>(this.#random, [
      ...Array<Blow>(serverKills).fill('server kill'),
      ...Array<Blow>(postgresKills).fill('postgres kill'),
      ...Array<Blow>(restarts).fill('restart'),
    ]);
    for (const [index, blow] of blows.entries()) {
      const isAtOnce = index > 0 && this.#random() < AT_ONCE_SHARE;
      if (!isAtOnce) await this.#settle();
      await sleep(this.#random() * (isAtOnce ? AT_ONCE_SPREAD_MS : SPREAD_MS));
      await this.#strike(blow);
      report(`${index + 1} of ${blows.length} blows`);
    }
    await this.#settle();
    this.#isDone = true;
    this.#watch.over();
    const played = await Promise.race([playing, sleep(END_MS, null, { ref: false })]);
    if (!played) throw new Error(`battles have not ended: ${this.#watch.describe()}`);
    return played;
  }

  /** Resolves when all that the last kill broke off goes on, and the next one may come. */
  async #settle(): Promise<void> {
    await this.#watch.ready(this.#size.battles);
    await Promise.all(this.#sending.splice(0));
    await Promise.all(this.#present.splice(0).map((bot) => bot.stop()));
  }

  async #strike(blow: Blow): Promise<void> {
    this.#watch.struck(blow);
    if (blow === 'postgres kill') {
      await this.#server.killPostgres();
      return;
    }
    await this.#server.kill(blow === 'restart' ? 'SIGTERM' : 'SIGKILL');
    await this.#server.start();
    for (const battleId of this.#watch.running()) this.#sending.push(this.#send(battleId));
  }

  /** A decoder that knows nothing yet: what it shows is what the server has. */
  async #send(battleId: string): Promise<void> {
    const bot = new Bot({
      url: this.#server.url,
      account: await this.#accounts.take(),
      format: '',
      random: this.#random,
      thinkMs: 0,
      events: { updated: (seer) => this.#states.updated(seer) },
    });
    this.#fresh.add(bot);
    try {
      if (await bot.join(battleId)) this.#present.push(bot);
    } catch (error) {
      this.#shutOut.push(`${battleId} lets no spectator in: ${(error as Error).message}`);
    }
  }

  figures(played: Played, { battles, liveRows }: Stored): Readonly<Record<string, unknown>> {
    const { serverKills, postgresKills, restarts } = this.#size;
    const told = byBattle([...played.players, ...played.spectators]);
    const checked = battles.map((row) => checkBattle(row, told.get(row.id) ?? []));
    const errors = errorCounts(played);
    const lost = [...faultsOf(played), ...this.#shutOut];
    for (const id of told.keys()) if (!battles.some((row) => row.id === id)) lost.push(`${id} is not stored`);
    for (const { id } of battles) if (!told.has(id)) lost.push(`nobody knows of ${id}`);
    if (liveRows > 0) lost.push(`${liveRows} rows of living battles are left`);
    const diverged = [...checked.flatMap(({ faults }) => faults), ...this.#states.faults];
    const uncalled = Object.keys(errors).filter((code) => !CALLED_FOR.test(code));
    const freshStatesCompared = this.#states.comparisons(3, (bot) => this.#fresh.has(bot));
    const faults = [...lost, ...diverged, ...uncalled];
    if (serverKills > 0 && freshStatesCompared === 0) faults.push('no state was compared with a fresh one');
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return {
      kills: { server: serverKills, postgres: postgresKills },
      restarts,
      battles: battles.length,
      lost: lost.length,
      diverged: diverged.length,
      acceptedChecked: sum(checked.map(({ accepted }) => accepted)),
      linesChecked: sum(checked.map(({ lines }) => lines)),
      statesCompared: this.#states.comparisons(3),
      freshStatesCompared,
      cameBackBySdk: sum(played.players.map(({ cameBackBySdk }) => cameBackBySdk)),
      joinedAgain: sum(played.players.map(({ joinedAgain }) => joinedAgain)),
      spectatorsCameBackBySdk: sum(played.spectators.map(({ cameBackBySdk }) => cameBackBySdk)),
      timeToNextAcceptedMs: {
        serverKill: percentiles(this.#watch.waits('server kill')),
        postgresKill: percentiles(this.#watch.waits('postgres kill')),
        restart: percentiles(this.#watch.waits('restart')),
      },
      errors,
    };
  }
}
