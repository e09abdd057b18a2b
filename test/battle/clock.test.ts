import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  absenceDeadline,
  absenceVerdict,
  advanceClock,
  NO_CLOCK,
  nextDue,
  turnDeadline,
  type Clock,
  type Presences,
  type SidePresence,
} from '../../src/battle/clock.ts';
import { foeOf, SIDE_IDS } from '../../src/battle/ids.ts';
import type { Entry, Input } from '../../src/battle/input.ts';
import { TIMER } from '../support/play.ts';

const HERE: SidePresence = { owes: false, absentSince: null, hasJoined: true, isWarned: false };
const CLOCK: Clock = { decisionAt: 100_000, resumeAt: 50_000 };

const presence: fc.Arbitrary<SidePresence> = fc.record({
  owes: fc.boolean(),
  absentSince: fc.option(fc.integer({ min: 0, max: 300_000 })),
  hasJoined: fc.boolean(),
  isWarned: fc.boolean(),
});
const presences: fc.Arbitrary<Presences> = fc.record({ p1: presence, p2: presence });
const clock: fc.Arbitrary<Clock> = fc
  .tuple(fc.nat(200_000), fc.nat(100_000))
  .map(([resumeAt, later]) => ({ resumeAt, decisionAt: resumeAt + later }));
const RULES = { seed: 1, numRuns: 1_000 };

describe('the fold over the log', () => {
  const INPUTS: readonly Input[] = [
    { type: 'resume' },
    { type: 'choice', side: 'p1', text: 'move 1', rqid: 1 },
    { type: 'refused', side: 'p2', text: 'move 1' },
    { type: 'forfeit', side: 'p1', why: 'timeout' },
  ];
  const steps = fc.array(fc.tuple(fc.constantFrom(...INPUTS), fc.nat(10_000), fc.boolean()));

  it('begins a decision with the entry that made it, and all of them with `resume`', () => {
    fc.assert(
      fc.property(steps, (list) => {
        let folded = NO_CLOCK;
        let at = 0;
        const expected = { decisionAt: 0, resumeAt: 0 };
        for (const [input, later, isNewDecision] of list) {
          at += later;
          const entry: Entry = { input, print: '', at };
          folded = advanceClock(folded, entry, isNewDecision);
          if (input.type === 'resume') expected.resumeAt = at;
          if (input.type === 'resume' || isNewDecision) expected.decisionAt = at;
        }
        assert.deepEqual(folded, expected);
      }),
      RULES,
    );
  });
});

describe('what is due next', () => {
  const rows: readonly (readonly [string, Partial<SidePresence>, Partial<SidePresence>, string | null])[] = [
    ['nothing, of who is here and owes nothing', {}, {}, null],
    ['the warning, 30 s before the end', { owes: true }, {}, 'warning p1 130000'],
    ['the turn, once warned', { owes: true, isWarned: true }, {}, 'turn p1 160000'],
    ["one side's turn after the other's warning", { owes: true, isWarned: true }, { owes: true }, 'warning p2 130000'],
    ['p1 before p2', { owes: true }, { owes: true }, 'warning p1 130000'],
    ['an absence since before the resume, from the resume', { absentSince: 10 }, {}, 'absence p1 110000'],
    ['an absence since after it, from its own begin', {}, { absentSince: 60_000 }, 'absence p2 120000'],
    ['an absence before a turn of the same moment', { owes: true, isWarned: true }, { absentSince: 100_000 }, 'absence p2 160000'],
    ['an absence before a warning of the same moment', { owes: true }, { absentSince: 70_000 }, 'absence p2 130000'],
    ['a warning before a later absence', { owes: true }, { absentSince: 70_001 }, 'warning p1 130000'],
    ['who has never come, 15 s after the resume', { absentSince: 0, hasJoined: false }, {}, 'no-show p1 65000'],
    ['of two absences the one that began first', { absentSince: 60_001 }, { absentSince: 60_000 }, 'absence p2 120000'],
    ['of two at the same time that of p1', { absentSince: 60_000 }, { absentSince: 60_000 }, 'absence p1 120000'],
  ]; // prettier-ignore
  for (const [name, p1, p2, expected] of rows) {
    it(`is ${name}`, () => {
      const due = nextDue(CLOCK, TIMER, { p1: { ...HERE, ...p1 }, p2: { ...HERE, ...p2 } });
      assert.equal(due && `${due.kind} ${due.side} ${due.at}`, expected);
    });
  }

  it('is never later than anything else that is to come', () => {
    fc.assert(
      fc.property(clock, presences, (now, sides) => {
        const due = nextDue(now, TIMER, sides);
        const times = SIDE_IDS.flatMap((side) => {
          const turn = sides[side].owes ? [turnDeadline(now, TIMER)] : [];
          const warning =
            sides[side].owes && !sides[side].isWarned ? [turnDeadline(now, TIMER) - TIMER.warnMs] : [];
          return [absenceDeadline(now, TIMER, sides[side]), ...turn, ...warning].filter((at) => at !== null);
        });
        assert.equal(due?.at ?? Infinity, Math.min(Infinity, ...times));
        const isAbsence = SIDE_IDS.some((side) => absenceDeadline(now, TIMER, sides[side]) === due?.at);
        if (due && isAbsence) assert(due.kind === 'absence' || due.kind === 'no-show');
      }),
      RULES,
    );
  });

  it('charges nobody for time before the `resume`', () => {
    fc.assert(
      fc.property(clock, presences, (now, sides) => {
        for (const side of SIDE_IDS) {
          const patience = sides[side].hasJoined ? TIMER.absenceMs : TIMER.joinMs;
          const deadline = absenceDeadline(now, TIMER, sides[side]);
          assert(deadline === null || deadline >= now.resumeAt + patience);
        }
        assert(turnDeadline(now, TIMER) >= now.resumeAt + TIMER.turnMs);
      }),
      RULES,
    );
  });
});

describe('an absence that has run out', () => {
  it('is lost, but for two that began with the same `resume`', () => {
    fc.assert(
      fc.property(clock, presences, fc.constantFrom(...SIDE_IDS), (now, sides, side) => {
        const since = (one: SidePresence): number | null => one.absentSince;
        const [mine, theirs] = [since(sides[side]), since(sides[foeOf(side)])];
        fc.pre(mine !== null);
        const isOurs = mine <= now.resumeAt && theirs !== null && theirs <= now.resumeAt;
        assert.deepEqual(
          absenceVerdict(now, sides, side),
          isOurs ? { type: 'void', why: 'both-absent' } : { type: 'forfeit', side, why: 'timeout' },
        );
      }),
      RULES,
    );
  });
});
