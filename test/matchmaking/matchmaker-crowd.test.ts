/** A crowd that comes, queues, leaves, loses connections and plays, in an order drawn from a seed. */
import assert from 'node:assert/strict';
import type { BattleId, FormatId, UserId } from '../../src/battle/ids.ts';
import type { Random } from '../../src/battle/random.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { Matchmaker } from '../../src/matchmaking/matchmaker.ts';
import type { OpenBattleResult } from '../../src/matchmaking/open-battle.ts';
import { pair } from '../../src/matchmaking/pairing.ts';
import { ratingWindow } from '../../src/matchmaking/rating-window.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { MemoryTickets } from '../../src/persistence/tickets/memory.ts';
import type { Match, TicketStore, Waiting } from '../../src/persistence/tickets/tickets.ts';
import { QUEUE_RULES } from '../../src/persistence/tickets/tickets.ts';
import { KeepingMeter } from '../support/keeping-meter.ts';
import { Line } from './queue-hall.ts';

const FORMATS = ['gen9ou', 'gen9randombattle', 'gen1ou'] as FormatId[];
const STEP_MS = 100;

interface Member {
  readonly userId: UserId;
  readonly elo: number;
  /** The connection, while there is one. */
  line: Line;
  /** Index of the process that has the connection; null while there is none. */
  process: number | null;
  lostAt: number;
  /** Was told to be in the queue, and of nothing since that would end it. */
  isWaiting: boolean;
  battle: BattleId | null;
}

class Crowd {
  now = 1_000_000;
  /** Of each call to a store, how often it fails before its effect, and as often after it. */
  faultRate = 0;
  readonly store = new MemoryTickets(() => this.now);
  readonly members = new Map<UserId, Member>();
  readonly opened = new Map<BattleId, readonly UserId[]>();
  readonly told = new Map<BattleId, number>();
  readonly faults: unknown[] = [];
  readonly processes: Matchmaker[];
  readonly random: Random;
  #ids = 0;

  constructor(seed: number, size: number, processes: number) {
    this.random = seededRandom(seed);
    for (let n = 0; n < size; n++) {
      const userId = `u${n}` as UserId;
      const elo = 1000 + Math.floor(this.random() ** 2 * 1000);
      this.members.set(userId, {
        userId,
        elo,
        line: new Line(),
        process: null,
        lostAt: -Infinity,
        isWaiting: false,
        battle: null,
      });
    }
    this.processes = Array.from({ length: processes }, () => this.#process());
  }

  get(userId: UserId): Member {
    return this.members.get(userId) as Member;
  }

  /** Some members act at the same time, each once; every tenth step each process ticks too. */
  async step(number: number, actions: number, isCalm: boolean): Promise<void> {
    this.now += STEP_MS;
    const all = [...this.members.values()];
    const actors = new Set(
      Array.from({ length: actions }, () => all[Math.floor(this.random() * all.length)]),
    );
    const work = [...actors].map((member) => () => (member ? this.#act(member) : Promise.resolve()));
    if (number % 10 === 0) for (const process of this.processes) work.push(() => process.tick());
    if (isCalm) for (const task of work) await task();
    else await Promise.all(work.map((task) => task()));
    for (const process of this.processes) await process.settled();
  }

  async #act(member: Member): Promise<void> {
    const { userId, elo } = member;
    const dice = this.random();
    if (member.process === null) {
      member.process = Math.floor(this.random() * this.processes.length);
      member.line = new Line();
      await this.processes[member.process]?.connected(userId, member.line);
      return;
    }
    const process = this.processes[member.process] as Matchmaker;
    if (dice < 0.12) {
      member.process = null;
      member.lostAt = this.now;
      await process.disconnected(userId, member.line);
    } else if (member.battle && dice < 0.5) {
      member.battle = null;
    } else if (dice < 0.22) {
      if ((await process.leave(userId)).kind === 'left') member.isWaiting = false;
    } else {
      const format = FORMATS[Math.floor(this.random() * FORMATS.length)] as FormatId;
      const result = await process.join(member.line, { userId, name: userId, elo }, format, null);
      if (result.kind === 'joined') member.isWaiting = true;
      await process.pair(format);
    }
  }

  #process(): Matchmaker {
    return new Matchmaker({
      tickets: this.#unsteady(this.store),
      openBattle: (match) => this.#unsteadily(() => this.#open(match)),
      newBattleId: () => `b${++this.#ids}` as BattleId,
      battleOf: async (userId) => this.get(userId).battle,
      meter: new KeepingMeter(),
      events: {
        matched: async ({ battleId, tickets }) => {
          this.told.set(battleId, (this.told.get(battleId) ?? 0) + 1);
          for (const { userId } of tickets) this.get(userId).isWaiting = false;
          for (const process of this.processes) process.seated(tickets.map(({ userId }) => userId));
        },
        busy: ({ userId }, battleId) => {
          assert.equal(this.get(userId).battle, battleId);
          this.get(userId).isWaiting = false;
        },
        givenBack: () => {},
        lapsed: ({ userId }) => {
          this.get(userId).isWaiting = false;
        },
        found: (userId) => {
          this.get(userId).isWaiting = false;
        },
        lost: (userId) => {
          this.get(userId).isWaiting = false;
        },
        moved: (userId, { position }) => assert.ok(position > 0 && this.get(userId).process !== null),
        failed: (error) => this.faults.push(error),
      },
    });
  }

  async #open({ battleId, tickets }: Match): Promise<OpenBattleResult> {
    if (this.opened.has(battleId)) return { kind: 'opened' };
    const users = tickets.map(({ userId }) => userId);
    const busy = users.flatMap((userId) => {
      const other = this.get(userId).battle;
      return other ? { userId, battleId: other } : [];
    });
    if (busy.length > 0) return { kind: 'busy', users: busy };
    this.opened.set(battleId, users);
    for (const userId of users) this.get(userId).battle = battleId;
    return { kind: 'opened' };
  }

  /** The store as over a network: calls overlap, fail, and take effect although they fail. */
  #unsteady(store: TicketStore): TicketStore {
    return new Proxy(store, {
      get: (_, name: keyof TicketStore) => {
        const method = store[name].bind(store) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => this.#unsteadily(() => method(...args));
      },
    });
  }

  async #unsteadily<Result>(call: () => Promise<Result>): Promise<Result> {
    for (let turns = Math.floor(this.random() * 4); turns > 0; turns--) await Promise.resolve();
    if (this.random() < this.faultRate) throw new StoreAway();
    const result = await call();
    if (this.random() < this.faultRate) throw new StoreAway();
    return result;
  }
}

/** Checks each match at the moment it is made. */
function watchMatches(
  crowd: Crowd,
  check: (match: Match, waiting: readonly Waiting[]) => void,
): () => number {
  const { store } = crowd;
  const take = store.match.bind(store);
  let made = 0;
  store.match = async (battleId, format, users) => {
    const match = await take(battleId, format, users);
    if (!match) return null;
    made++;
    const [a, b] = match.tickets;
    assert.notEqual(a.userId, b.userId);
    for (const { userId } of match.tickets) {
      const { process, lostAt } = crowd.get(userId);
      assert.ok(process !== null || crowd.now < lostAt + QUEUE_RULES.lapseMs, `${userId} is a ghost`);
    }
    check(match, (await store.waiting(format)).tickets);
    return match;
  };
  return () => made;
}

/** No faults, nobody acts: matches end, tickets of the absent lapse. Then everybody's place is known. */
async function settle(crowd: Crowd): Promise<void> {
  crowd.faultRate = 0;
  for (let number = 0; number < 400; number++) await crowd.step(number, 0, true);
  for (const process of crowd.processes) await process.tick();
  assert.deepEqual(crowd.faults, []);
  crowd.now += QUEUE_RULES.matchMs;
  assert.deepEqual(await crowd.store.sweepMatches(), [], 'no match is left half-way');
  crowd.now -= QUEUE_RULES.matchMs;
  for (const { userId, process, isWaiting } of crowd.members.values()) {
    const placing = await crowd.store.placing(userId);
    if (process === null) assert.equal(placing, null, `${userId} is gone but waits`);
    else if (isWaiting) assert.ok(placing && placing.position > 0, `${userId} got lost`);
  }
  for (const format of FORMATS) {
    const { now, tickets } = await crowd.store.waiting(format);
    assert.deepEqual(pair(tickets, now), []);
  }
}

describe('Matchmaker with a crowd of 2,000', () => {
  it('serves the oldest first, on one process', async () => {
    const crowd = new Crowd(1, 2_000, 1);
    const mayMeet = (a: Waiting, b: Waiting): boolean =>
      a.lastFoe !== b.userId &&
      b.lastFoe !== a.userId &&
      Math.abs(a.elo - b.elo) <= ratingWindow(crowd.now - Math.min(a.joinedAt, b.joinedAt));
    const made = watchMatches(crowd, ({ tickets: [first, second] }, waiting) => {
      if (!mayMeet(first, second)) return;
      assert.ok(first.place < second.place);
      for (const other of waiting) {
        if (other.place < second.place) assert.ok(!mayMeet(first, other));
        if (other.place < first.place) assert.ok(!mayMeet(second, other));
      }
    });
    for (let number = 0; number < 600; number++) await crowd.step(number, 30, true);
    await settle(crowd);
    assert.ok(made() > 1_000, `only ${made()} matches`);
    assert.equal(crowd.opened.size, made());
    assert.ok([...crowd.told.values()].every((times) => times === 1));
    assert.equal(crowd.told.size, crowd.opened.size);
  });

  for (const seed of [2, 3, 4]) {
    it(`loses nobody on two processes over a failing store (seed ${seed})`, async () => {
      const crowd = new Crowd(seed, 2_000, 2);
      crowd.faultRate = 0.02;
      const made = watchMatches(crowd, () => {});
      for (let number = 0; number < 400; number++) await crowd.step(number, 30, false);
      await settle(crowd);
      assert.ok(made() > 500, `only ${made()} matches`);
      for (const battleId of crowd.opened.keys())
        assert.ok(crowd.told.has(battleId), `${battleId} was not told`);
    });
  }
});
