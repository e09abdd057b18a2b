/**
 * One battle whose owner is paused and wakes up too late. Some clients stay connected to the old owner, straight or
 * through others, and go on talking to it; others have joined the new one, and what those were told is the truth.
 */
import assert from 'node:assert/strict';
import { ENGINE_VERSION } from '../../src/battle/format.ts';
import type { BattleId, SideId, UserId } from '../../src/battle/ids.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { seededRandom, type Random } from '../../src/battle/random.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import type { InputLog } from '../../src/persistence/input-log/input-log.ts';
import type { BattleEvents } from '../../src/rooms/messages.ts';
import { Player, type InBattle } from '../support/player.ts';
import { openingFor } from '../support/play.ts';
import { until } from '../support/until.ts';

/** What the proof looks at behind the servers' backs. */
export interface Evidence {
  readonly log: InputLog;
  /** The log of a battle as it is stored, entry by entry. */
  entries(id: BattleId): Promise<readonly string[]>;
  /** The process that a battle is listed at. */
  listedAt(id: BattleId): Promise<string | undefined>;
}

export interface Addresses {
  /** Of the process that is going to be paused. */
  readonly owner: string;
  /** Of the one that stays. */
  readonly heir: string;
  /** Of the proxy. */
  readonly anybody: string;
}

export interface Figures {
  readonly inputsSentToTheOldOwner: number;
  readonly linesCompared: number;
  readonly logEntriesCompared: number;
}

type Channel = SideId | 'spectator';
interface Witness {
  readonly channel: Channel;
  readonly seated: InBattle;
}
type Told = BattleEvents['BATTLE_START' | 'BATTLE_UPDATE'];

const FORMAT = 'gen9randombattle';
/** Nothing is due while the proof runs. Milliseconds. */
const TIMER = { turnMs: 900_000, warnMs: 1_000, absenceMs: 900_000, joinMs: 900_000 };

export class ZombieBattle {
  readonly id: BattleId;
  readonly #users: Readonly<Record<Channel, string>>;
  readonly #evidence: Evidence;
  readonly #addresses: Addresses;
  readonly #random: Random;
  /** Whether one side's answer is in the log when the owner is paused: the other's would play the turn then. */
  readonly #isHalfAnswered: boolean;
  #old: readonly Witness[] = [];
  #fresh: readonly Witness[] = [];
  #owner = '';
  #heir = '';
  #log: readonly string[] = [];
  #sent = 0;

  constructor(name: string, isHalfAnswered: boolean, evidence: Evidence, addresses: Addresses) {
    this.id = name as BattleId;
    this.#users = { p1: `${name}-p1`, p2: `${name}-p2`, spectator: `${name}-watching` };
    this.#random = seededRandom(name);
    this.#isHalfAnswered = isHalfAnswered;
    this.#evidence = evidence;
    this.#addresses = addresses;
  }

  /** Comes to life at the process that is going to be paused. */
  async begin(turns: number): Promise<void> {
    const opening = openingFor(FORMAT, this.id);
    const sides = opening.sides.map((side) => ({ ...side, userId: this.#users[side.side] as UserId }));
    const own = { id: this.id, engine: ENGINE_VERSION, rated: false, timer: TIMER, sides };
    assert.deepEqual(await this.#evidence.log.open({ ...opening, ...own }), { kind: 'opened' });
    const { owner, anybody } = this.#addresses;
    // In this order: who comes first decides which process has the battle.
    const direct = await this.#join('p1', owner);
    this.#old = [direct, await this.#join('p2', anybody), await this.#join('spectator', owner)];
    this.#owner = await this.#ownerNow();
    for (let turn = 0; turn < turns; turn++) await this.#playTurn(this.#old, () => 'default');
    const { seated } = this.#old[1]!;
    const request = requestOf(seated);
    if (this.#isHalfAnswered && request && !request.wait)
      await seated.request('MOVE', { choice: 'default', rqid: request.rqid });
  }

  /** Instead of everything else. */
  async giveUp(): Promise<void> {
    this.#old[0]!.seated.send('FORFEIT', {});
    await Promise.all(this.#old.map(({ seated }) => seated.leave()));
  }

  /** The owner is paused and its lease is out: others join elsewhere, and the battle goes on there. */
  async moveOn(): Promise<void> {
    for (const { channel, seated } of this.#old) this.#talk(channel, seated);
    const { heir } = this.#addresses;
    this.#fresh = await Promise.all(
      (['p1', 'p2', 'spectator'] as const).map((side) => this.#join(side, heir)),
    );
    this.#heir = await this.#ownerNow();
    assert.notEqual(this.#heir, this.#owner, `${this.id} was not taken over`);
    await this.#playTurn(this.#fresh, (request) => randomChoice(request, this.#random));
    this.#log = await this.#evidence.entries(this.id);
  }

  /** To be called right after the old owner was woken. Resolves when its clients are with the new one. */
  async holdAgainstWaking(): Promise<void> {
    for (const { channel, seated } of this.#old) this.#talk(channel, seated);
    await Promise.all(
      this.#old.map(({ channel, seated }) =>
        until(() => seated.types.includes('BATTLE_RESTORED'), `${this.id}: ${channel} is not back`),
      ),
    );
    await this.#check();
  }

  /** Plays on with those who have come back, to the end. Rejects when anybody was told anything else. */
  async end(): Promise<Figures> {
    await this.#playTurn(this.#old, (request) => randomChoice(request, this.#random));
    await this.#check(false);
    const accepted = await this.#evidence.entries(this.id);
    this.#old[0]!.seated.send('FORFEIT', {});
    const all = [...this.#old, ...this.#fresh];
    await Promise.all(
      all.map(({ seated }) => until(() => seated.types.includes('BATTLE_END'), `${this.id} does not end`)),
    );
    this.#checkAccepted(accepted);
    const linesCompared = this.#compareLines();
    await Promise.all(all.map(({ seated }) => seated.leave()));
    return {
      inputsSentToTheOldOwner: this.#sent,
      linesCompared,
      logEntriesCompared: this.#log.length,
    };
  }

  /** Everything that could be taken for an input, in an order that differs from battle to battle. */
  #talk(channel: Channel, seated: InBattle): void {
    // What is sent while the SDK comes back goes to the new owner: that is not meant here.
    if (!seated.room.connection.isOpen || seated.drops.length > 0) return;
    seated.send('REQUEST_STATE', {});
    if (channel === 'spectator') return;
    const rqid = requestOf(seated)?.rqid ?? 1;
    const inputs: [string, object][] = [
      ['MOVE', { choice: 'default', rqid }],
      ['FORFEIT', {}],
    ];
    if (this.#random() < 0.5) inputs.reverse();
    for (const [type, payload] of inputs) seated.send(type, payload);
    this.#sent += inputs.length;
  }

  /** As often as it takes: from its claim to its listing a battle is nowhere, which may be told as recoverable. */
  async #join(channel: Channel, url: string): Promise<Witness> {
    const player = new Player(url, this.#users[channel]);
    let seated: InBattle | undefined;
    while (!seated)
      seated = await player.join(this.id).catch((error: Error) => {
        if (error.message !== 'SERVER_DRAINING') throw error;
        return undefined;
      });
    await until(() => seated.types.includes('BATTLE_START'), `${this.id}: ${channel} is not let in`);
    return { channel, seated };
  }

  async #ownerNow(): Promise<string> {
    return (await this.#evidence.log.head(this.id))?.owner ?? '';
  }

  /** Each side that is asked answers once; resolves when everybody has been asked again. */
  async #playTurn(witnesses: readonly Witness[], answer: (request: BattleRequest) => string): Promise<void> {
    const sides = witnesses.filter(({ channel }) => channel !== 'spectator');
    const rqid = Math.max(...sides.map(({ seated }) => lastRqid(seated)));
    for (const { seated } of sides) {
      const request = requestOf(seated);
      if (request && request.rqid === rqid && !request.wait)
        await seated.request('MOVE', { choice: answer(request), rqid }).catch((error: unknown) => {
          throw new Error(`${this.id}: ${JSON.stringify((error as { reason?: unknown }).reason ?? error)}`);
        });
    }
    await Promise.all(
      sides.map(({ seated }) => until(() => lastRqid(seated) > rqid, `${this.id}: nobody is asked again`)),
    );
  }

  /** `isStill`: nothing has been played since the log was last looked at. */
  async #check(isStill = true): Promise<void> {
    const entries = await this.#evidence.entries(this.id);
    const known = isStill ? entries : entries.slice(0, this.#log.length);
    assert.deepEqual(known, this.#log, `${this.id}: the old owner has written`);
    assert.equal(await this.#ownerNow(), this.#heir, `${this.id} has another owner again`);
    assert.equal(await this.#evidence.listedAt(this.id), this.#heir, `${this.id} is listed elsewhere`);
  }

  #checkAccepted(entries: readonly string[]): void {
    for (const { channel, seated } of [...this.#old, ...this.#fresh])
      for (const { type, payload } of seated.received) {
        if (type !== 'MOVE_ACCEPTED') continue;
        const { rqid, choice } = payload as BattleEvents['MOVE_ACCEPTED'];
        const input = JSON.stringify({ type: 'choice', side: channel, text: choice, rqid });
        const times = entries.filter((entry) => entry.includes(input.slice(0, -1))).length;
        assert.equal(times, 1, `${this.id}: ${channel}'s accepted ${input} is in the log ${times} times`);
      }
  }

  #compareLines(): number {
    let compared = 0;
    for (const { channel, seated } of this.#fresh) {
      const truth: string[] = [];
      for (const { number, line } of linesOf(seated)) truth[number] = line;
      for (const old of this.#old.filter((witness) => witness.channel === channel))
        for (const { number, line } of linesOf(old.seated)) {
          compared++;
          assert.equal(line, truth[number], `${this.id}: line ${number} of ${channel} came as another one`);
        }
    }
    return compared;
  }
}

function tolds(seated: InBattle): Told[] {
  return seated.received
    .filter(({ type }) => ['BATTLE_START', 'BATTLE_RESTORED', 'BATTLE_UPDATE'].includes(type))
    .map(({ payload }) => payload as Told);
}

function* linesOf(seated: InBattle): Generator<{ readonly number: number; readonly line: string }> {
  for (const { from, lines } of tolds(seated))
    for (const [index, line] of lines.entries()) yield { number: from + index, line };
}

/** The last one that came. */
function requestOf(seated: InBattle): BattleRequest | undefined {
  return tolds(seated).findLast(({ request }) => request)?.request;
}

function lastRqid(seated: InBattle): number {
  return requestOf(seated)?.rqid ?? 0;
}
