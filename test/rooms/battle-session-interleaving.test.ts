/**
 * Whatever the order of choices, delays, failures, absences and changes of owner: what was shown is what the log plays,
 * each accepted choice is in it once, and who has lost the battle says nothing more.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SIDE_IDS, type SideId } from '../../src/battle/ids.ts';
import { Battle } from '../../src/battle/battle.ts';
import type { Entry } from '../../src/battle/input.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { settle } from '../support/fake-scheduler.ts';
import { openingFor } from '../support/play.ts';
import { TRAP_TEAMS } from '../battle/traps-teams.ts';
import { SessionTable } from './battle-session-table.ts';

type Step =
  | {
      readonly do: 'choose';
      readonly side: SideId;
      readonly what: 'legal' | 'junk' | 'switch' | 'again' | 'late';
    }
  | { readonly do: 'fail'; readonly failures: readonly ('before' | 'after')[] }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'hold' | 'release' | 'suspend' | 'wake' | 'take over' | 'settle' | 'stop' }
  | { readonly do: 'left' | 'arrived'; readonly side: SideId }
  | { readonly do: 'forfeit'; readonly side: SideId };

const side = fc.constantFrom(...SIDE_IDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 150,
    arbitrary: fc.record({
      do: fc.constant('choose' as const),
      side,
      what: fc.constantFrom('legal' as const, 'legal' as const, 'junk' as const, 'switch' as const, 'again' as const, 'late' as const),
    }),
  },
  { weight: 40, arbitrary: fc.constantFrom('hold' as const, 'release' as const, 'release' as const, 'settle' as const).map((act) => ({ do: act })) },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      failures: fc.array(fc.constantFrom('before' as const, 'after' as const), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 30, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 60, 1_000, 15_000, 31_000) }) },
  { weight: 15, arbitrary: fc.constantFrom('suspend' as const, 'wake' as const, 'wake' as const).map((act) => ({ do: act })) },
  { weight: 15, arbitrary: fc.record({ do: fc.constantFrom('left' as const, 'arrived' as const), side }) },
  { weight: 5, arbitrary: fc.constantFrom('take over' as const, 'take over' as const, 'stop' as const).map((act) => ({ do: act })) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forfeit' as const), side }) },
); // prettier-ignore

/** All owners of one battle, in order. The last one is the rightful one. */
class Ownership {
  readonly tables: SessionTable[] = [];
  readonly random = seededRandom('interleaving');
  #letGo = (): void => {};

  get table(): SessionTable {
    return this.tables.at(-1)!;
  }

  async do(step: Step): Promise<void> {
    const { table } = this;
    const { session, log, scheduler } = table;
    if (step.do === 'choose') this.#choose(step);
    else if (step.do === 'fail') log.fail(...step.failures);
    else if (step.do === 'pass') await scheduler.pass(step.ms);
    else if (step.do === 'hold') this.#hold();
    else if (step.do === 'release') this.#letGo();
    else if (step.do === 'suspend') session.suspend('store');
    else if (step.do === 'wake') session.wake();
    else if (step.do === 'left') session.left(step.side);
    else if (step.do === 'arrived') session.arrived(step.side);
    else if (step.do === 'forfeit') void session.forfeit(step.side);
    else if (step.do === 'settle') await settle();
    else await this.#takeOver(step.do === 'stop');
  }

  #hold(): void {
    this.#letGo();
    this.#letGo = this.table.log.hold();
  }

  /** Every owner so far is asked, the dead ones too: their clients may still be connected to them. */
  #choose({ side: asker, what }: Extract<Step, { do: 'choose' }>): void {
    for (const { session } of this.tables) {
      const { battle } = session;
      const request = battle.request(asker);
      const last = battle.lastChoice(asker);
      const legal = request && !request.wait ? randomChoice(request, this.random) : 'default';
      if (what === 'again') void session.choose(asker, last?.text ?? 'default', last?.rqid ?? 1);
      else if (what === 'late') void session.choose(asker, 'default', battle.rqid - 1);
      else void session.choose(asker, { legal, junk: 'move 9', switch: 'switch 2' }[what], battle.rqid);
    }
  }

  async #takeOver(isHandOver: boolean): Promise<void> {
    const { session, log, opening, scheduler } = this.table;
    if (session.battle.outcome) return;
    if (isHandOver) void session.stop();
    this.#letGo();
    await settle();
    log.isFenced = true;
    const next = new SessionTable({ opening, scheduler, entries: [...log.entries] });
    this.tables.push(next);
    void next.session.start();
  }

  /** All that is under way comes to rest. */
  async rest(): Promise<void> {
    this.#letGo();
    await this.table.scheduler.pass(5_000);
  }
}

/** Lengths of the channels after each number of entries. */
function lengthsOf(opening: Opening, entries: readonly Entry[]): { at: object[]; battle: Battle } {
  const battle = new Battle(opening);
  const lengths = (): object => ({
    p1: battle.channels.p1.length,
    p2: battle.channels.p2.length,
    spectator: battle.channels.spectator.length,
  });
  const at = [lengths()];
  for (const { input } of entries) {
    if (input.type === 'choice' || input.type === 'refused') battle.stage(input.side, input.text);
    battle.apply(input);
    at.push(lengths());
  }
  return { at, battle };
}

function check({ tables, table }: Ownership): void {
  const { entries } = table.log;
  const { at, battle } = lengthsOf(table.opening, entries);
  const accepted = new Map<string, number>();
  for (const { published, told, session, log } of tables) {
    for (const { entries: logged, ...lengths } of published) assert.deepEqual(lengths, at[logged]);
    for (const channel of ['p1', 'p2', 'spectator'] as const) {
      const shown = session.battle.channels[channel];
      assert.deepEqual(shown, battle.channels[channel].slice(0, shown.length));
    }
    assert.deepEqual(entries.slice(0, log.entries.length), log.entries);
    const fenced = told.indexOf('fenced');
    assert(fenced === -1 || fenced === told.length - 1, `told after fenced: ${told.slice(fenced).join()}`);
    for (const words of told.filter((text) => text.startsWith('accepted')))
      accepted.set(words, (accepted.get(words) ?? 0) + 1);
  }
  const choices = entries.flatMap(({ input }) =>
    input.type === 'choice' ? [`accepted ${input.side} ${input.rqid} ${input.text}`] : [],
  );
  assert.equal(new Set(choices).size, choices.length);
  for (const [words, times] of accepted) {
    assert.equal(times, 1, words);
    assert(choices.includes(words), `${words}, which is not in the log`);
  }
}

describe('a battle under any interleaving', () => {
  const { format, teams } = TRAP_TEAMS.arenaTrapGen4;
  const openings = [
    openingFor('gen9randombattle', 'interleaving'),
    openingFor(format, 'interleaving', teams),
  ];

  for (const opening of openings) {
    it(`shows what its log plays: ${opening.format}`, async () => {
      const seen = { entries: 0, refused: 0, owners: 0, fenced: 0, paused: 0, ended: 0, turns: 0 };
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 90, size: 'max' }), async (steps) => {
          const owners = new Ownership();
          owners.tables.push(await SessionTable.live({ opening }));
          owners.table.published.length = 0;
          for (const one of steps) await owners.do(one);
          await owners.rest();
          check(owners);
          count(seen, owners);
        }),
        { seed: 1, numRuns: 60 },
      );
      if (opening.format === 'gen9randombattle') assert(seen.turns > 60, 'hardly anything was played');
      else assert(seen.refused > 0, 'nothing was refused');
      for (const [what, times] of Object.entries(seen)) {
        if (what !== 'refused') assert(times > 0, `${what} never happened`);
      }
    }).timeout(60_000);
  }
});

function count(seen: Record<string, number>, { tables, table }: Ownership): void {
  const told = tables.flatMap((one) => one.told);
  const add = (what: string, times: number): void => {
    seen[what] = (seen[what] ?? 0) + times;
  };
  add('entries', table.log.entries.length);
  add('refused', table.log.entries.filter(({ input }) => input.type === 'refused').length);
  add('owners', tables.length - 1);
  add('fenced', told.filter((words) => words === 'fenced').length);
  add('paused', told.filter((words) => words.startsWith('paused')).length);
  add('ended', told.filter((words) => words.startsWith('ended')).length);
  add('turns', table.session.battle.turn);
}
