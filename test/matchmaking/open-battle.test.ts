import assert from 'node:assert/strict';
import type { BattleId, ChallengeId, FormatId, PackedTeam, UserId } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { OpenBattle } from '../../src/matchmaking/open-battle.ts';
import { createOpenBattle } from '../../src/matchmaking/open-battle.ts';
import type { BattleHead, InputLog } from '../../src/persistence/input-log/input-log.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import type { Match } from '../../src/persistence/tickets/tickets.ts';

const TIMER = { turnMs: 60_000, warnMs: 30_000, absenceMs: 60_000, joinMs: 15_000 };

function matchOf(battleId: string, users: [string, string], team: string | null = null): Match {
  const format = (team === null ? 'gen9randombattle' : 'gen9ou') as FormatId;
  const [first, second] = users.map((name, place) => ({
    userId: name as UserId,
    name,
    elo: 1000 + place,
    format,
    team: team as PackedTeam | null,
    joinedAt: 0,
    place,
    aliveUntil: 1,
  }));
  assert.ok(first && second);
  return { battleId: battleId as BattleId, format, tickets: [first, second], until: 1 };
}

/** Opening and head of the input log, as its contract has them. */
class Openings implements Pick<InputLog, 'open' | 'head'> {
  readonly written = new Map<BattleId, Opening>();
  /** The next call is written, but its answer lost. */
  isAnswerLost = false;

  async open(opening: Opening): ReturnType<InputLog['open']> {
    if (this.written.has(opening.id)) return { kind: 'opened' };
    const users = opening.sides.flatMap(({ userId }) => {
      const other = [...this.written.values()].find(({ sides }) =>
        sides.some((side) => side.userId === userId),
      );
      return other ? { userId, battleId: other.id } : [];
    });
    if (users.length > 0) return { kind: 'busy', users };
    this.written.set(opening.id, opening);
    if (this.isAnswerLost) throw new StoreAway();
    return { kind: 'opened' };
  }

  async head(id: BattleId): Promise<BattleHead | null> {
    const opening = this.written.get(id);
    if (!opening) return null;
    const { format, engine, sides } = opening;
    return { id, format, engine, epoch: 0, owner: null, crashes: 0, users: sides };
  }
}

describe('openBattle', () => {
  let log: Openings;
  let ended: Set<BattleId>;
  let rooms: BattleId[];
  let roomFaults: number;
  let openBattle: OpenBattle;

  beforeEach(() => {
    log = new Openings();
    ended = new Set();
    rooms = [];
    roomFaults = 0;
    let seeds = 0;
    openBattle = createOpenBattle({
      log,
      hasEnded: async (id) => ended.has(id),
      ensureRoom: async (id) => {
        if (roomFaults-- > 0) throw new Error('no room');
        rooms.push(id);
      },
      newSeed: () => `sodium,${String(++seeds).padStart(32, '0')}`,
      generateTeam: (format, seed) => `${format} from ${seed.slice(-2)}` as PackedTeam,
      isRated: (format) => format === 'gen9ou',
      engine: 'sim-1',
      timer: TIMER,
    });
  });

  it('writes a whole opening, then has the room made', async () => {
    assert.deepEqual(await openBattle(matchOf('b1', ['Ann', 'a n n'], 'team')), { kind: 'opened' });
    const opening = log.written.get('b1' as BattleId);
    assert.ok(opening);
    const { sides, ...rest } = opening;
    const seed = `sodium,${'1'.padStart(32, '0')}`;
    assert.deepEqual(rest, { id: 'b1', format: 'gen9ou', engine: 'sim-1', seed, rated: true, timer: TIMER });
    assert.deepEqual(
      sides.map(({ side, userId, elo, team }) => [side, userId, elo, team]),
      [
        ['p1', 'Ann', 1000, 'team'],
        ['p2', 'a n n', 1001, 'team'],
      ],
    );
    assert.notEqual(sides[0]?.name, sides[1]?.name);
    assert.deepEqual(rooms, ['b1']);
  });

  it('draws each side its own team where the format draws teams, from seeds that are not the battle’s', async () => {
    await openBattle(matchOf('b1', ['ann', 'bob']));
    const opening = log.written.get('b1' as BattleId);
    const teams = opening?.sides.map(({ team }) => team);
    assert.deepEqual(teams, ['gen9randombattle from 02', 'gen9randombattle from 03']);
    assert.equal(opening?.rated, false);
  });

  it('marks the battle of a challenge, and lets it move no rating', async () => {
    const match = matchOf('b1', ['ann', 'bob'], 'team');
    const tickets = match.tickets.map((ticket) => ({ ...ticket, challenge: 'c1' as ChallengeId }));
    await openBattle({ ...match, tickets: [tickets[0]!, tickets[1]!] });
    const { rated, arranged } = log.written.get('b1' as BattleId)!;
    assert.deepEqual({ rated, arranged }, { rated: false, arranged: true });
  });

  it('answers busy and makes no room', async () => {
    await openBattle(matchOf('b1', ['ann', 'bob']));
    assert.deepEqual(await openBattle(matchOf('b2', ['cat', 'ann'])), {
      kind: 'busy',
      users: [{ userId: 'ann', battleId: 'b1' }],
    });
    assert.deepEqual(rooms, ['b1']);
  });

  it('keeps the first opening when the answer to the writing was lost', async () => {
    log.isAnswerLost = true;
    await assert.rejects(openBattle(matchOf('b1', ['ann', 'bob'])), StoreAway);
    const first = log.written.get('b1' as BattleId);
    log.isAnswerLost = false;
    assert.deepEqual(await openBattle(matchOf('b1', ['ann', 'bob'])), { kind: 'opened' });
    assert.equal(log.written.get('b1' as BattleId), first);
    assert.deepEqual(rooms, ['b1']);
  });

  it('makes the room when it is called again after that failed', async () => {
    roomFaults = 1;
    await assert.rejects(openBattle(matchOf('b1', ['ann', 'bob'])), /no room/);
    assert.deepEqual(await openBattle(matchOf('b1', ['ann', 'bob'])), { kind: 'opened' });
    assert.deepEqual(rooms, ['b1']);
  });

  it('does not play a battle twice that has ended before its match record was deleted', async () => {
    ended.add('b1' as BattleId);
    assert.deepEqual(await openBattle(matchOf('b1', ['ann', 'bob'])), { kind: 'ended' });
    assert.equal(log.written.size, 0);
    assert.deepEqual(rooms, []);
  });
});
