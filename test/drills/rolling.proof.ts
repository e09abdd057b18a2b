/**
 * Every process in turn is told to stop and started again, under battles and with a user in its queue: what a deployment
 * does. Judged by the exits, by what the clients were told, and by the stored rows.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { Bot } from '../../loadtest/bot.ts';
import { playBattles } from '../../loadtest/play.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import type { Transcript } from '../../loadtest/transcript.ts';
import { byBattle, errorCounts, faultsOf } from '../../loadtest/verdict.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { STOP_MS } from '../../src/run.ts';
import { checkBattle } from '../support/checker.ts';
import { ADMIN_PASSWORD, startCluster, type TestCluster } from '../support/cluster.ts';
import { TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';
import { BattleWatch } from './battle-watch.ts';

export interface RollingSize {
  readonly processes: number;
  /** At once. */
  readonly battles: number;
  /** How often each process is restarted. */
  readonly rounds: number;
}

const PLAYED = 'gen9randombattle';
/** Nobody else queues for it, so who waits there waits. */
const WAITED_FOR = 'gen8randombattle';
/** Mean time for a choice, in milliseconds. */
const THINK_MS = 500;
const END_MS = 120_000;
const POLL_MS = 50;
/** What a process that goes away may cost a client; anything else was not called for. */
const CALLED_FOR =
  /^(NOT_FOUND|CONNECTION_FAILED|SERVER_DRAINING|QUEUE_CLOSED 4010|CLOSED \d+|ALREADY_IN_BATTLE)$/;

/**
 * Throws when a battle or a choice is lost, a battle ends void, a user stays unmatched, or an exit is not in order or
 * leaves something in Redis.
 */
export async function proveRolling(size: RollingSize, seed: number, report: (line: string) => void) {
  silenceSdk();
  const cluster = await startCluster(size.processes, { LOG_LEVEL: 'warn' });
  try {
    return await new Rolling(cluster, size, seed).run(report);
  } catch (error) {
    const logs = cluster.servers.map(({ url, log }) => `--- ${url}\n${log.join('\n')}`);
    throw new Error(`${(error as Error).message}\n${logs.join('\n')}`, { cause: error });
  } finally {
    await cluster.dispose();
  }
}

class Rolling {
  readonly #cluster: TestCluster;
  readonly #size: RollingSize;
  readonly #seed: number;
  readonly #accounts = signedAccounts(TEST_SECRET);
  readonly #watch = new BattleWatch();
  readonly #queued: Transcript[] = [];
  readonly #faults: string[] = [];
  readonly #stopMs: number[] = [];
  #handedOver = 0;
  /** Families of data that were looked through for orphans. */
  #looked = 0;
  #isDone = false;

  constructor(cluster: TestCluster, size: RollingSize, seed: number) {
    this.#cluster = cluster;
    this.#size = size;
    this.#seed = seed;
  }

  async run(report: (line: string) => void) {
    const playing = playBattles({
      url: this.#cluster.url,
      accounts: this.#accounts,
      battles: Number.MAX_SAFE_INTEGER,
      concurrency: this.#size.battles,
      formats: [PLAYED],
      thinkMs: THINK_MS,
      spectators: 0,
      seed: String(this.#seed),
      events: this.#watch,
      isEnough: () => this.#isDone,
    });
    playing.catch(() => {});
    for (let round = 1; round <= this.#size.rounds; round++)
      for (const [index, server] of this.#cluster.servers.entries()) {
        await this.#watch.ready(this.#size.battles);
        await this.#restart(server);
        report(`round ${round}, process ${index + 1}: stopped in ${Math.round(this.#stopMs.at(-1)!)} ms`);
      }
    await this.#watch.ready(this.#size.battles);
    this.#isDone = true;
    this.#watch.over();
    const played = await Promise.race([playing, sleep(END_MS, null, { ref: false })]);
    if (!played) throw new Error(`battles have not ended: ${this.#watch.describe()}`);
    return this.#judge({ ...played, players: [...played.players, ...this.#queued] });
  }

  async #restart(server: ServerProcess): Promise<void> {
    const waiting = await this.#bot(server.url);
    const entered = waiting.enter();
    entered.catch(() => {});
    await this.#isQueued(waiting);
    this.#handedOver += (await this.#cluster.hostedBy(server)).length;
    this.#watch.struck(this.#watch.running());
    const stoppedAt = performance.now();
    const status = await server.kill('SIGTERM');
    const ms = performance.now() - stoppedAt;
    this.#stopMs.push(ms);
    if (status !== 0 || ms > STOP_MS) this.#faults.push(`a process ended with ${status} after ${ms} ms`);
    await this.#findOrphans(server);
    await server.start();
    const partner = await this.#bot(this.#cluster.url);
    await Promise.all([entered, partner.enter()]);
    if (!waiting.transcript.setbacks.includes('QUEUE_CLOSED 4010'))
      this.#faults.push(`a user in the queue was told ${waiting.transcript.setbacks.join(', ')}`);
    this.#queued.push(...(await Promise.all([waiting.over, partner.over])));
    await Promise.all([waiting.stop(), partner.stop()]);
  }

  /** What `gone` has left in Redis, as another process sees it. */
  async #findOrphans(gone: ServerProcess): Promise<void> {
    const { url } = this.#cluster.servers.find((server) => server !== gone)!;
    const authorization = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}`;
    const response = await fetch(`${url}/health/cleanup?dryRun=1`, {
      method: 'POST',
      headers: { authorization },
    });
    const { removed } = (await response.json()) as { removed: Readonly<Record<string, number>> };
    for (const [family, count] of Object.entries(removed)) {
      if (count > 0) this.#faults.push(`a process left ${count} of ${family}`);
      this.#looked += 1;
    }
  }

  async #bot(url: string): Promise<Bot> {
    const account = await this.#accounts.take();
    return new Bot({ url, account, format: WAITED_FOR, random: seededRandom(account.name), thinkMs: 0 });
  }

  async #isQueued({ account }: Bot): Promise<void> {
    const headers = { authorization: `Bearer ${account.token}` };
    for (;;) {
      const me = (await (await fetch(`${this.#cluster.url}/me`, { headers })).json()) as { queue?: unknown };
      if (me.queue) return;
      await sleep(POLL_MS);
    }
  }

  async #judge(played: Parameters<typeof faultsOf>[0]) {
    for (let left = END_MS; left > 0 && (await this.#cluster.unrecorded()) > 0; left -= POLL_MS)
      await sleep(POLL_MS);
    const { battles } = await readStored(this.#cluster.database);
    const told = byBattle(played.players);
    const rows = new Set(battles.map(({ id }) => id));
    const checked = battles.map((row) => checkBattle(row, told.get(row.id) ?? []));
    const errors = errorCounts(played);
    const faults = [
      ...this.#faults,
      ...faultsOf(played),
      ...checked.flatMap((check) => check.faults),
      ...[...told.keys()].filter((id) => !rows.has(id)).map((id) => `${id} is not stored`),
      ...[...rows].filter((id) => !told.has(id)).map((id) => `nobody knows of ${id}`),
      ...Object.keys(errors).filter((code) => !CALLED_FOR.test(code)),
    ];
    if (this.#handedOver === 0) faults.push('no process that was stopped had a battle');
    if (this.#looked === 0) faults.push('nobody has looked for orphans');
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return {
      restarts: this.#stopMs.length,
      slowestStopMs: Math.round(Math.max(...this.#stopMs)),
      handedOver: this.#handedOver,
      battles: battles.length,
      void: battles.filter(({ reason }) => reason === 'void').length,
      acceptedChecked: checked.reduce((sum, { accepted }) => sum + accepted, 0),
      matchedAfterwards: this.#queued.length / 2,
      errors,
    };
  }
}
