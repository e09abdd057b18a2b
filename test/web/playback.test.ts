import assert from 'node:assert/strict';
import { monogramOf } from '../../web/src/pictures/monogram.ts';
import { Playback } from '../../web/src/battle/playback.ts';

const OPENING = ['|player|p1|Ash||', '|player|p2|Misty||', '|teamsize|p1|1', '|teamsize|p2|1', '|tier|[Gen 9] OU', '|start', '|switch|p1a: Pika|Pikachu, M|100/100', '|switch|p2a: Starmie|Starmie|100/100', '|turn|1']; // prettier-ignore
const TURN = ['|move|p1a: Pika|Thunderbolt|p2a: Starmie', '|-supereffective|p2a: Starmie', '|-damage|p2a: Starmie|40/100', '|turn|2']; // prettier-ignore

describe('the playback of a battle', () => {
  function start(isStill: boolean) {
    const waiting: (() => void)[] = [];
    const lines: string[] = [...OPENING];
    const playback = new Playback({
      changed: () => {},
      after: (_, action) => void waiting.push(action),
      isStill: () => isStill,
    });
    playback.follow(lines, 'p1');
    return { playback, lines, waiting };
  }
  const starmie = (playback: Playback) => playback.facts.sides.p2.slots[0]!;

  it('begins where the battle is', () => {
    const { playback, lines, waiting } = start(false);
    assert(playback.isCaughtUp(lines));
    assert.equal(waiting.length, 0);
    assert.equal(playback.facts.turn, 1);
    assert.equal(playback.formatName, '[Gen 9] OU');
  });

  it('shows a turn one thing after the other', () => {
    const { playback, lines, waiting } = start(false);
    lines.push(...TURN);
    playback.follow(lines, 'p1');
    assert.equal(starmie(playback).hpPercent, 100);
    assert.equal(playback.isCaughtUp(lines), false);
    while (waiting.length > 0) waiting.shift()!();
    assert.equal(starmie(playback).hpPercent, 40);
    assert(playback.isCaughtUp(lines));
  });

  it('skips to the end, and plays what comes after that', () => {
    const { playback, lines, waiting } = start(false);
    lines.push(...TURN);
    playback.follow(lines, 'p1');
    playback.skip(lines);
    assert(playback.isCaughtUp(lines));
    while (waiting.length > 0) waiting.shift()!();
    lines.push(...TURN);
    playback.follow(lines, 'p1');
    assert.equal(playback.isCaughtUp(lines), false);
    assert.equal(waiting.length, 1);
  });

  it('takes lines that come while it plays in their turn', () => {
    const { playback, lines, waiting } = start(false);
    for (const line of TURN) {
      lines.push(line);
      playback.follow(lines, 'p1');
    }
    assert.equal(waiting.length, 1);
    while (waiting.length > 0) waiting.shift()!();
    assert.equal(playback.facts.turn, 2);
  });

  it('shows all at once where nothing may move', () => {
    const { playback, lines } = start(true);
    lines.push(...TURN);
    playback.follow(lines, 'p1');
    assert(playback.isCaughtUp(lines));
  });

  it('tells what happens in words', () => {
    const { playback, lines } = start(true);
    lines.push(...TURN);
    playback.follow(lines, 'p1');
    assert.deepEqual(playback.log.slice(-5), [
      { kind: 'turn', text: 'Turn 1' },
      { kind: 'major', text: 'Pika used Thunderbolt!' },
      { kind: 'minor', text: "It's super effective!" },
      { kind: 'minor', text: 'The opposing Starmie lost 60% of its health!' },
      { kind: 'turn', text: 'Turn 2' },
    ]);
  });

  it('goes on over a line that nobody understands', () => {
    const { playback, lines } = start(true);
    lines.push('|-damage|', '|nothing|at all', '', '|turn|2');
    playback.follow(lines, 'p1');
    assert.equal(playback.facts.turn, 2);
  });
});

describe('a token', () => {
  for (const [species, letters] of [
    ['Garchomp', 'Ga'],
    ['Iron Valiant', 'IV'],
    ['Landorus-Therian', 'LaT'],
    ['Mr. Mime', 'MM'],
  ] as const)
    // prettier-ignore
    it(`of ${species} says ${letters}`, () => assert.equal(monogramOf(species), letters));
});
