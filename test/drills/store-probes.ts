/** What clients are answered while the store is away, how soon, and what works again when it is back. */
import assert from 'node:assert/strict';
import type { ErrorBody } from '../../src/errors.ts';
import { Player, refusalOf, type InBattle, type InQueue } from '../support/player.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** Nobody else waits for it. */
const FORMAT = 'gen7randombattle';
/** Who needs the store is refused sooner than that, in milliseconds. */
const LIMIT_MS = 1_000;

interface Waiting {
  readonly player: Player;
  readonly queue: InQueue;
}

/** Clients of two processes that were there before the store went away. */
export class StoreProbes {
  readonly #servers: readonly ServerProcess[];
  readonly #waiting: readonly Waiting[];
  readonly #seated: readonly InBattle[];
  readonly battleId: string;
  /** Milliseconds of each refusal, by what was refused. */
  readonly #times: Map<string, number[]>;

  private constructor(
    servers: readonly ServerProcess[],
    waiting: readonly Waiting[],
    seated: readonly InBattle[],
    times: Map<string, number[]>,
  ) {
    this.#servers = servers;
    this.#waiting = waiting;
    this.#seated = seated;
    this.battleId = seated[0]!.room.roomId;
    this.#times = times;
  }

  static async open(servers: readonly ServerProcess[], times: Map<string, number[]>): Promise<StoreProbes> {
    const seated = await meet(await Promise.all(servers.map(({ url }) => wait(url))));
    const waiting = await Promise.all(servers.map(({ url }) => wait(url)));
    return new StoreProbes(servers, waiting, seated, times);
  }

  /** Resolves when the players in the battle have been told. */
  async paused(): Promise<void> {
    await Promise.all(this.#seated.map((seat) => told(seat, 'BATTLE_PAUSED')));
  }

  async resumed(): Promise<void> {
    await Promise.all(this.#seated.map((seat) => told(seat, 'BATTLE_RESUMED')));
  }

  /** What goes through the front door, at each process. */
  async joins(): Promise<void> {
    for (const { url } of this.#servers) {
      await this.#refused('a join of the queue', () => byJoin(new Player(url).enterQueue()));
      await this.#refused('a join of a battle', () => byJoin(new Player(url).join(this.battleId)));
      await this.#refused('a seat', async () => {
        const { body } = await new Player(url).call('POST', `/battles/${this.battleId}/seat`);
        return String(body['code']);
      });
    }
    for (const { queue } of this.#waiting)
      await this.#refused('a place in the queue', () =>
        byRequest(queue.request('JOIN_QUEUE', { format: FORMAT })),
      );
  }

  /** To be called once they are paused: a choice that came before is kept, not refused. */
  async choices(): Promise<void> {
    for (const seat of this.#seated)
      await this.#refused('a choice', () => byRequest(seat.request('MOVE', { choice: 'default', rqid: 1 })));
  }

  /** The store is back: the battle goes on, others are let in at each process, and who waited is matched. */
  async goOn(): Promise<void> {
    for (const { url } of this.#servers) {
      const watching = await new Player(url).join(this.battleId);
      await told(watching, 'BATTLE_START');
      await watching.leave();
    }
    for (const seat of this.#seated) await seat.request('MOVE', { choice: 'default', rqid: 1 });
    await Promise.all(this.#seated.map((seat) => told(seat, 'BATTLE_UPDATE')));
    // On connections that stood all the time, at different processes: each hears of the match from the others.
    await end(await meet(this.#waiting));
    await end(this.#seated);
  }

  async #refused(what: string, ask: () => Promise<string>): Promise<void> {
    const askedAt = performance.now();
    const code = await ask();
    const ms = performance.now() - askedAt;
    assert.equal(code, 'REDIS_UNAVAILABLE', `${what} was answered ${code} after ${Math.round(ms)} ms`);
    assert(ms < LIMIT_MS, `${what} was refused after ${Math.round(ms)} ms`);
    const times = this.#times.get(what) ?? [];
    this.#times.set(what, [...times, ms]);
  }
}

async function wait(url: string): Promise<Waiting> {
  const player = new Player(url);
  return { player, queue: await player.enterQueue() };
}

/** Those of two processes meet in the queue and sit down. */
async function meet(waiting: readonly Waiting[]): Promise<InBattle[]> {
  const pair = waiting.slice(0, 2);
  for (const { queue } of pair) queue.send('JOIN_QUEUE', { format: FORMAT });
  return Promise.all(
    pair.map(async ({ player, queue }) => {
      await told(queue, 'MATCH_FOUND');
      const { seat } = await queue.next('MATCH_FOUND');
      const seated = await player.consume(seat);
      await told(seated, 'BATTLE_START');
      return seated;
    }),
  );
}

async function end(seated: readonly InBattle[]): Promise<void> {
  seated[0]!.send('FORFEIT', {});
  await Promise.all(seated.map((seat) => told(seat, 'BATTLE_END')));
  await Promise.all(seated.map((seat) => seat.leave()));
}

function told(seated: Pick<InBattle, 'types'>, type: string): Promise<void> {
  return until(() => seated.types.includes(type), `nobody was told ${type}`);
}

async function byJoin(join: Promise<unknown>): Promise<string> {
  return (await refusalOf(join)).message;
}

async function byRequest(request: Promise<unknown>): Promise<string> {
  return request.then(
    () => 'accepted',
    (error: { readonly reason?: ErrorBody }) => error.reason?.code ?? 'an error without a code',
  );
}
