import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seededRandom } from '../../src/battle/random.ts';
import { stateAfter } from '../../src/replay-page/state-after.ts';
import { Reel, SPEEDS } from '../../web/src/replay/reel.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';

interface Waiting {
  readonly ms: number;
  readonly action: () => void;
}

function loaded(lines: readonly string[]) {
  const waiting: Waiting[] = [];
  const reel = new Reel(lines, 'p1', {
    changed: () => {},
    after: (ms, action) => void waiting.push({ ms, action }),
  });
  return { reel, waiting };
}

describe('the reel of a replay', () => {
  const recording = new Recording(openingFor('gen9randombattle', 'reel'));
  playOut(recording, seededRandom(3), { turnsMax: 30 });
  const lines = recording.battle.channels.spectator;
  const turns = lines.filter((line) => line.startsWith('|turn|')).length;

  it('begins with both teams and nobody on the field', () => {
    const { reel } = loaded(lines);
    assert.equal(reel.lines[reel.scene.shown], '|start');
    assert.equal(reel.scene.facts.sides.p1.teamSize, 6);
    assert.equal(reel.scene.facts.sides.p1.slots.length, 0);
    assert.deepEqual([reel.stop, reel.stops.length], [0, turns + 2]);
  });

  it('plays to the end by itself, and from the start again', () => {
    const { reel, waiting } = loaded(lines);
    for (let round = 0; round < 2; round++) {
      reel.play();
      while (waiting.length > 0) {
        assert(reel.isPlaying);
        waiting.shift()!.action();
      }
      assert(reel.isAtEnd && !reel.isPlaying);
      assert.deepEqual(reel.scene.facts, stateAfter(lines, lines.length).facts);
    }
  });

  it('shows what there was at that line, wherever it was moved from', () => {
    const moves = fc.constantFrom('play', 'pause', 'on', 'back', 'wait', 'seek');
    fc.assert(
      fc.property(fc.array(fc.tuple(moves, fc.nat(turns + 3)), { maxLength: 30 }), (actions) => {
        const { reel, waiting } = loaded(lines);
        for (const [move, stop] of actions) {
          const before = reel.stop;
          if (move === 'play') reel.play();
          else if (move === 'pause') reel.pause();
          else if (move === 'wait') waiting.shift()?.action();
          else if (move === 'seek') reel.seek(stop);
          else reel.step(move === 'on' ? 1 : -1);
          if (move === 'on') assert.equal(reel.stop, Math.min(before + 1, turns + 1));
          if (move === 'back') assert(reel.stop === before || reel.stop === Math.max(0, before - 1));
          if (move === 'seek') assert.equal(reel.stop, Math.min(stop, turns + 1));
        }
        assert.deepEqual(reel.scene.facts, stateAfter(lines, reel.scene.shown).facts);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('stands still once it is paused, whatever was under way', () => {
    const { reel, waiting } = loaded(lines);
    reel.play();
    reel.pause();
    reel.play();
    reel.pause();
    const { shown } = reel.scene;
    while (waiting.length > 0) waiting.shift()!.action();
    assert.equal(reel.scene.shown, shown);
  });

  it('waits by its speed', () => {
    const waits = SPEEDS.map((speed) => {
      const { reel, waiting } = loaded(lines);
      reel.setSpeed(speed);
      reel.play();
      return waiting[0]!.ms * speed;
    });
    assert(waits[0]! > 0);
    assert.equal(new Set(waits).size, 1);
  });

  it('holds what has no turn, and nothing at all', () => {
    for (const [some, stops] of [
      [['|start', '|switch|p1a: X|X|100/100', '|win|A'], 2],
      [['|player|p1|A||'], 2],
      [[], 1],
    ] as const) {
      const { reel } = loaded(some);
      assert.equal(reel.stops.length, stops);
      reel.step(-1);
      reel.seek(Infinity);
      reel.step(1);
      assert(reel.isAtEnd);
    }
  });
});
