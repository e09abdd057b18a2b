/** A battle session at a table: the real core, time that is passed by hand, a log in memory, and all that it says. */
import assert from 'node:assert/strict';
import type { SideId } from '../../src/battle/ids.ts';
import type { ChoiceInput, Entry } from '../../src/battle/input.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { Outcome } from '../../src/battle/outcome.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { replay } from '../../src/battle/replay.ts';
import { BattleSession } from '../../src/rooms/battle-session.ts';
import type { MoveReply, Outlet } from '../../src/rooms/session-ports.ts';
import { FakeScheduler, settle } from '../support/fake-scheduler.ts';
import { KeepingMeter } from '../support/keeping-meter.ts';
import { MemoryBattleLog } from '../support/memory-battle-log.ts';
import { openingFor } from '../support/play.ts';

/** The store's clock is another than ours. */
const STORE_AHEAD = 1_790_000_000_000;

export interface Published {
  /** Entries in the log when these lines were shown. */
  readonly entries: number;
  readonly p1: number;
  readonly p2: number;
  readonly spectator: number;
}

export interface TableRules {
  readonly opening?: Opening;
  /** Of owners before this one. */
  readonly entries?: readonly Entry[];
  readonly scheduler?: FakeScheduler;
}

export class SessionTable implements Outlet {
  readonly opening: Opening;
  readonly scheduler: FakeScheduler;
  readonly log: MemoryBattleLog;
  readonly session: BattleSession;
  /** In short words, in order. */
  readonly told: string[] = [];
  readonly faults: unknown[] = [];
  readonly meter = new KeepingMeter();
  isTrusted = true;
  readonly published: Published[] = [];

  constructor({ opening, entries, scheduler }: TableRules = {}) {
    this.opening = opening ?? openingFor('gen9randombattle', 'session');
    this.scheduler = scheduler ?? new FakeScheduler();
    this.log = new MemoryBattleLog(() => this.storeNow(), entries);
    this.session = new BattleSession({
      ...replay(this.opening, entries ?? []),
      entries: entries ?? [],
      isNew: entries === undefined,
      log: this.log,
      outlet: this,
      isTrusted: () => this.isTrusted,
      meter: this.meter,
      scheduler: this.scheduler,
      random: seededRandom('session'),
    });
  }

  /** Under way, with both players there. */
  static async live(rules: TableRules = {}): Promise<SessionTable> {
    const table = new SessionTable(rules);
    await table.session.start();
    table.session.arrived('p1');
    table.session.arrived('p2');
    table.told.length = 0;
    return table;
  }

  storeNow(): number {
    return STORE_AHEAD + this.scheduler.now();
  }

  /** What has been said since the last time. */
  heard(): string[] {
    return this.told.splice(0);
  }

  /** Both answer with what always works. */
  async playTurn(): Promise<void> {
    for (const side of ['p1', 'p2'] as const) {
      if (!this.session.battle.owes(side)) continue;
      const reply = await this.session.choose(side, 'default');
      assert.equal(reply.kind, 'accepted');
    }
  }

  /** The process dies; the next owner takes the battle up `ms` later. */
  async takenOver(ms: number): Promise<SessionTable> {
    this.log.isFenced = true;
    await this.scheduler.pass(ms);
    const next = new SessionTable({
      opening: this.opening,
      entries: [...this.log.entries],
      scheduler: this.scheduler,
    });
    await next.session.start();
    next.told.length = 0;
    return next;
  }

  accepted({ side, rqid, text }: ChoiceInput): void {
    this.told.push(`accepted ${side} ${rqid} ${text}`);
  }

  updated(autoMoves: readonly SideId[]): void {
    const { p1, p2, spectator } = this.session.battle.channels;
    const lengths = { p1: p1.length, p2: p2.length, spectator: spectator.length };
    this.published.push({ entries: this.log.entries.length, ...lengths });
    this.told.push(['updated', ...autoMoves].join(' '));
  }

  warned(side: SideId, secondsRemaining: number): void {
    this.told.push(`warned ${side} ${secondsRemaining}`);
  }

  paused(reason: string): void {
    this.told.push(`paused ${reason}`);
  }

  resumed(): void {
    this.told.push('resumed');
  }

  ended({ winner, reason }: Outcome, noShows: readonly SideId[]): void {
    this.told.push(['ended', winner ?? 'nobody', reason, ...noShows].join(' '));
  }

  fenced(): void {
    this.told.push('fenced');
  }

  faulted(error: unknown): void {
    this.faults.push(error);
    this.told.push('faulted');
  }
}

/** `accepted`, or the code of the refusal. */
export function codeOf(reply: MoveReply): string {
  return reply.kind === 'accepted' ? 'accepted' : reply.error.code;
}

/** Whether it has been answered, without waiting for it. */
export async function isAnswered(reply: Promise<unknown>): Promise<boolean> {
  let answered = false;
  void reply.then(() => {
    answered = true;
  });
  await settle();
  return answered;
}

/** The log as it stands plays to what the session's battle has shown. */
export function assertLogIsBattle({ opening, log, session }: SessionTable): void {
  const { battle } = replay(opening, log.entries);
  assert.deepEqual(battle.channels, session.battle.channels);
}
