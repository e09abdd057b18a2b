import assert from 'node:assert/strict';
import { FORMATS } from '../../src/battle/format.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import { BOT_KINDS } from '../../src/battle/bot-seat.ts';
import { playBots, proveSeries, wilson } from './bots.proof.ts';

const playable = [...FORMATS.values()].filter(
  ({ id, teamRequired }) => !teamRequired || teamsFor(id).length > 0,
);

describe('bots', () => {
  it('answer every request legally, in every format', function () {
    this.timeout(120_000);
    const played = playable.map(({ id }, index) => {
      // The one that thinks longest in every fifth.
      const kinds = [index % 5 === 0 ? 'looking-ahead' : 'greedy', BOT_KINDS[index % 2]!] as const;
      return { id, ...playBots({ format: id, kinds, seed: 'legal' }) };
    });
    assert.deepEqual(
      played.filter(({ refused }) => refused.length > 0).map(({ id, refused }) => [id, refused]),
      [],
    );
  });

  it('play the same battle again from the same seed', () => {
    const battle = { format: 'gen9randombattle', kinds: ['looking-ahead', 'greedy'], seed: 'again' } as const;
    const [one, other] = [playBots(battle), playBots(battle)];
    assert.deepEqual([one.winner, one.turns], [other.winner, other.turns]);
  });

  it('play better the more they think', async function () {
    this.timeout(60_000);
    const greedy = await proveSeries({ better: 'greedy', worse: 'random', battles: 12, seed: 1 }, () => {});
    assert(greedy.wins > greedy.losses, JSON.stringify(greedy));
    const ahead = { better: 'looking-ahead', worse: 'random', battles: 5, seed: 1 } as const;
    const looking = await proveSeries(ahead, () => {});
    assert(looking.wins > looking.losses, JSON.stringify(looking));
  });

  it('are judged by an interval that is known', () => {
    // Newcombe 1998, table I: 81 of 263.
    const [low, high] = wilson(81 / 263, 263);
    assert.deepEqual([low.toFixed(4), high.toFixed(4)], ['0.2553', '0.3662']);
  });
});
