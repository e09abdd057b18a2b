/** The checker finds what it is there to find. */
import assert from 'node:assert/strict';
import { emptyTranscript, type Transcript } from '../../loadtest/transcript.ts';
import { Battle } from '../../src/battle/battle.ts';
import { ENGINE_VERSION, FORMATS, generateTeam } from '../../src/battle/format.ts';
import { SIDE_IDS, type BattleId, type FormatId, type UserId } from '../../src/battle/ids.ts';
import type { Entry, Input } from '../../src/battle/input.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { checkBattle } from '../support/checker.ts';
import type { StoredBattle } from '../support/stored-battles.ts';

interface Case {
  row: StoredBattle;
  readonly transcripts: [Transcript, Transcript, Transcript];
}

const FORMAT = 'gen1randombattle' as FormatId;

function played(): Case {
  const random = seededRandom(3);
  const opening = openingOf();
  const battle = new Battle(opening);
  const inputs: Entry[] = [];
  const accepted = { p1: [], p2: [] } as Record<'p1' | 'p2', { rqid: number; choice: string }[]>;
  while (!battle.outcome) {
    const side = SIDE_IDS.find((one) => battle.owes(one))!;
    const text = randomChoice(battle.request(side)!, random);
    const input: Input = { type: 'choice', side, text, rqid: battle.rqid };
    assert.equal(battle.stage(side, text).kind, 'staged');
    inputs.push({ input, print: battle.fingerprint(), at: 0 });
    accepted[side].push({ rqid: battle.rqid, choice: text });
    battle.apply(input);
  }
  const { winner, reason } = battle.outcome;
  const { id, format, seed, rated } = opening;
  const sides = opening.sides.map((side) => ({ ...side }));
  const lines = battle.channels.spectator;
  const end = { battleId: id, winner: `user-${winner}` as UserId, reason };
  const transcript = (side: 'p1' | 'p2' | null): Transcript => ({
    ...emptyTranscript(`user-${side}`, format),
    side,
    lines: [...battle.channels[side ?? 'spectator']],
    accepted: side ? accepted[side] : [],
    end,
  });
  return {
    row: { id, format, seed, rated, winner, reason, inputs, lines, sides },
    transcripts: [transcript('p1'), transcript('p2'), transcript(null)],
  };
}

function openingOf(): Opening {
  const seed = (fill: string): string => `sodium,${fill.repeat(32)}`;
  return {
    id: 'battle' as BattleId,
    format: FORMAT,
    engine: ENGINE_VERSION,
    seed: seed('1'),
    rated: true,
    timer: { turnMs: 1, warnMs: 1, absenceMs: 1, joinMs: 1 },
    sides: SIDE_IDS.map((side, index) => ({
      side,
      userId: `user-${side}` as UserId,
      name: `Player ${side}`,
      elo: 1000,
      team: generateTeam(FORMATS.get(FORMAT)!, seed(String(index + 2))),
    })),
  };
}

/** What happened, and what the checker must say of it. */
const DAMAGE: readonly (readonly [string, RegExp, (damaged: Case) => void])[] = [
  [
    'an accepted choice is stored twice',
    /does not replay/,
    (damaged) =>
      void (damaged.row = { ...damaged.row, inputs: damaged.row.inputs.flatMap((entry) => [entry, entry]) }),
  ],
  [
    'an accepted choice is not stored',
    /is in the inputs 0 times/,
    ({ transcripts: [p1] }) => p1.accepted.push({ rqid: 999, choice: 'move 1' }),
  ],
  [
    'a choice was accepted from the other side',
    /is in the inputs 0 times/,
    ({ transcripts: [p1, p2] }) => p2.accepted.push(...p1.accepted),
  ],
  [
    'a client saw a line that was never played',
    /line 30 is/,
    ({ transcripts: [p1] }) => void (p1.lines[30] = '|cant|p1a: Nobody'),
  ],
  [
    "a player saw the other's line",
    /p1: line/,
    ({ transcripts: [p1, p2] }) => void p1.lines.splice(0, Infinity, ...p2.lines),
  ],
  [
    'a client misses a line',
    /line 30 is/,
    ({ transcripts: [, , watcher] }) => void watcher.lines.splice(30, 1),
  ],
  ['a client misses the end', /lines and should be/, ({ transcripts: [, p2] }) => void p2.lines.pop()],
  [
    'one number named two lines',
    /two lines under one number/,
    ({ transcripts: [p1] }) => p1.conflicts.push(4),
  ],
  [
    'a client was told another winner',
    /was told that/,
    ({ transcripts: [p1] }) => void (p1.end = { ...p1.end!, winner: null }),
  ],
  ['a client was not told the end', /not told the end/, ({ transcripts: [p1] }) => void (p1.end = null)],
  ['a client sat at the wrong side', /was told to be/, ({ transcripts: [p1] }) => void (p1.side = 'p2')],
  [
    'the row names another winner',
    /the row says/,
    (damaged) => void (damaged.row = { ...damaged.row, winner: null }),
  ],
  [
    'the row lost a line',
    /the row's lines/,
    (damaged) => void (damaged.row = { ...damaged.row, lines: damaged.row.lines.slice(1) }),
  ],
];

describe('the checker of drills', () => {
  it('finds nothing wrong with a battle as it was played', () => {
    const { row, transcripts } = played();
    assert.deepEqual(checkBattle(row, transcripts).faults, []);
  });

  it('lets the last lines be missing where the end was looked up', () => {
    const { row, transcripts } = played();
    transcripts[0].lines.pop();
    transcripts[0].isEndLookedUp = true;
    assert.deepEqual(checkBattle(row, transcripts).faults, []);
  });

  for (const [what, finding, damage] of DAMAGE)
    it(`finds that ${what}`, () => {
      const damaged = played();
      damage(damaged);
      assert.match(checkBattle(damaged.row, damaged.transcripts).faults.join('\n'), finding);
    });
});
