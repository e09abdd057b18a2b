import assert from 'node:assert/strict';
import type { BattleId, FormatId } from '../../src/battle/ids.ts';
import { REMATCH_ALONE_MS } from '../../src/matchmaking/pairing.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import { ann, bob, cat, Line, OU, QueueHall, TEAM } from './queue-hall.ts';

const UBERS = 'gen9ubers' as FormatId;

describe('Matchmaker', () => {
  let hall: QueueHall;

  beforeEach(async () => {
    hall = new QueueHall();
    for (const userId of [ann, bob, cat]) await hall.matchmaker.connected(userId, hall.line(userId));
  });

  it('brings two users into one battle at once', async () => {
    assert.equal(await hall.queue(ann), 1);
    assert.equal(await hall.queue(bob), 2);
    assert.deepEqual(hall.told, ['matched b1 ann bob']);
    assert.equal(hall.matches[0]?.tickets[0].team, TEAM);
    assert.equal(await hall.queue(ann), 'ALREADY_IN_BATTLE');
  });

  it('refuses a second ticket and says where the first one is', async () => {
    hall.openBattle = () => Promise.reject(new StoreAway());
    await hall.queue(ann);
    const again = await hall.join(ann, UBERS);
    assert.ok(again.kind === 'refused');
    assert.equal(again.error.code, 'ALREADY_IN_QUEUE');
    assert.deepEqual(again.error.details, { format: OU, position: 1 });
    assert.equal(await hall.queue(ann), 'ALREADY_IN_QUEUE');
  });

  it('refuses the second of two joins sent at once', async () => {
    const codes = await Promise.all([hall.queue(ann), hall.queue(ann)]);
    assert.deepEqual(codes, [1, 'ALREADY_IN_QUEUE']);
  });

  it('pairs who joins during a pass without waiting for the next tick', async () => {
    const waiting = hall.tickets.waiting.bind(hall.tickets);
    const late: Promise<unknown>[] = [];
    hall.tickets.waiting = async (format) => {
      const snapshot = await waiting(format);
      if (late.length === 0) late.push(hall.queue(bob));
      await new Promise(setImmediate);
      return snapshot;
    };
    await hall.queue(ann);
    await Promise.all(late);
    assert.deepEqual(hall.told, ['matched b1 ann bob']);
  });

  it('measures how long those whom it pairs have waited', async () => {
    await hall.queue(ann);
    hall.now += 7_000;
    await hall.queue(bob);
    assert.deepEqual(hall.meter.told, [`waited ${OU} 7000`, `waited ${OU} 0`]);
  });

  it('lets a user leave, once', async () => {
    await hall.queue(ann);
    assert.deepEqual(await hall.matchmaker.leave(ann), { kind: 'left', format: OU });
    assert.deepEqual(await hall.matchmaker.leave(ann), { kind: 'none' });
    await hall.queue(bob);
    assert.deepEqual(hall.told, []);
  });

  it('keeps a ticket while one of two connections is left, and 10 s after the last', async () => {
    const other = new Line();
    await hall.matchmaker.connected(ann, other);
    await hall.queue(ann);
    await hall.matchmaker.disconnected(ann, hall.line(ann));
    await hall.pass(60);
    assert.deepEqual(hall.told, []);
    await hall.matchmaker.disconnected(ann, other);
    await hall.pass(9);
    assert.deepEqual(hall.told, []);
    await hall.pass(1);
    assert.deepEqual(hall.told, ['lapsed ann']);
    await hall.queue(bob);
    assert.deepEqual(hall.told, ['lapsed ann']);
  });

  it('gives a user who comes back in time the old place, and then refuses a second ticket', async () => {
    await hall.join(ann);
    await hall.join(bob, OU, { elo: 3000 });
    await hall.matchmaker.disconnected(ann, hall.line(ann));
    await hall.pass(9);
    await hall.matchmaker.connected(ann, hall.line(ann));
    await hall.pass(9);
    assert.equal(await hall.queue(ann), 1);
    assert.equal(await hall.queue(ann), 'ALREADY_IN_QUEUE');
    assert.deepEqual(hall.told, []);
  });

  describe('a user who comes back to a ticket', () => {
    const comeBack = async (): Promise<Line> => {
      const line = new Line();
      await hall.matchmaker.connected(ann, line);
      return line;
    };

    it('finds the old place where the old connection does not answer', async () => {
      await hall.join(ann);
      await hall.join(bob, OU, { elo: 3000 });
      hall.line(ann).isThere = false;
      const line = await comeBack();
      assert.equal(await hall.queue(ann, OU, line), 1);
      assert.equal(await hall.queue(ann, OU, line), 'ALREADY_IN_QUEUE');
    });

    it('is moved to another queue for the asking', async () => {
      await hall.join(ann);
      hall.line(ann).isThere = false;
      assert.equal(await hall.queue(ann, UBERS, await comeBack()), 1);
      assert.deepEqual((await hall.tickets.waiting(OU)).tickets, []);
      await hall.queue(bob, UBERS);
      assert.deepEqual(hall.told, ['matched b1 ann bob']);
    });

    it('is refused while the old connection answers, until that one is gone', async () => {
      await hall.join(ann);
      const line = await comeBack();
      for (const format of [OU, UBERS]) assert.equal(await hall.queue(ann, format, line), 'ALREADY_IN_QUEUE');
      await hall.matchmaker.disconnected(ann, hall.line(ann));
      assert.equal(await hall.queue(ann, UBERS, line), 1);
    });

    it('may queue from any connection after leaving from one', async () => {
      await hall.join(ann);
      const line = await comeBack();
      await hall.matchmaker.leave(ann);
      assert.equal(await hall.queue(ann, OU, line), 1);
      assert.equal(await hall.queue(ann), 'ALREADY_IN_QUEUE');
    });

    it('hears that it is paired, and then of the match', async () => {
      const { openBattle } = hall;
      hall.openBattle = () => Promise.reject(new StoreAway());
      await hall.queue(ann);
      await hall.queue(bob);
      await hall.matchmaker.disconnected(ann, hall.line(ann));
      await hall.pass(12);
      const line = await comeBack();
      assert.equal(await hall.queue(ann, UBERS, line), 0);
      assert.equal(await hall.queue(ann, OU, line), 'ALREADY_IN_QUEUE');
      hall.openBattle = openBattle;
      await hall.pass(4);
      assert.deepEqual(hall.told, ['matched b1 ann bob']);
      assert.equal(await hall.queue(ann, OU, line), 'ALREADY_IN_BATTLE');
    });

    it('waits again, though back late, when nothing comes of the match', async () => {
      hall.openBattle = () => Promise.reject(new StoreAway());
      await hall.queue(ann);
      await hall.queue(bob);
      await hall.matchmaker.disconnected(ann, hall.line(ann));
      await hall.pass(12);
      await hall.queue(ann, OU, await comeBack());
      hall.battles.set(bob, 'b0' as BattleId);
      hall.openBattle = async () => ({ kind: 'busy', users: [{ userId: bob, battleId: 'b0' as BattleId }] });
      await hall.pass(4);
      assert.deepEqual(
        hall.told.filter((line) => line.includes('ann')),
        ['moved ann 1'],
      );
    });
  });

  it('says so when the ticket of a connected user is gone', async () => {
    await hall.queue(ann);
    await hall.pass(1);
    // As when this process was paused for longer than a ticket lives, and another one swept.
    hall.now += 10_000;
    assert.equal((await hall.tickets.sweepLapsed()).length, 1);
    await hall.pass(2);
    assert.deepEqual(hall.told, ['lost ann gen9ou']);
    assert.equal(await hall.queue(ann), 1);
  });

  it('tells connected users of their battle when the process that opened it died before it could', async () => {
    await hall.queue(ann);
    const draft = { userId: bob, name: 'bob', elo: 1000, format: OU, team: TEAM };
    await hall.tickets.join(draft, false);
    // As another process does it, up to its death.
    assert.ok(await hall.tickets.match('b9' as BattleId, OU, [ann, bob]));
    for (const userId of [ann, bob]) hall.battles.set(userId, 'b9' as BattleId);
    await hall.pass(1);
    assert.deepEqual(hall.told, [], 'it may be about to say so');
    await hall.pass(5);
    assert.deepEqual(hall.told, ['found ann b9']);
  });

  it('tells a connected user that another process took the ticket to another queue', async () => {
    await hall.queue(ann);
    const draft = { userId: ann, name: 'ann', elo: 1000, format: UBERS, team: TEAM };
    assert.equal((await hall.tickets.join(draft, true)).kind, 'joined');
    await hall.pass(2);
    assert.deepEqual(hall.told, ['moved ann 1']);
  });

  it('lets two who are alone meet again, but not at once', async () => {
    await hall.queue(ann);
    await hall.queue(bob);
    hall.battles.clear();
    await hall.queue(ann);
    await hall.queue(bob);
    await hall.pass(REMATCH_ALONE_MS / 1000 - 1);
    assert.equal(hall.matches.length, 1);
    await hall.pass(1);
    assert.equal(hall.matches.length, 2);
  });

  it('gives the other his old place back when one is busy', async () => {
    hall.openBattle = async ({ tickets }) =>
      tickets.some(({ userId }) => userId === bob)
        ? { kind: 'busy', users: [{ userId: bob, battleId: 'b0' as BattleId }] }
        : { kind: 'opened' };
    await hall.queue(ann);
    const before = await hall.tickets.placing(ann);
    await hall.queue(bob);
    assert.deepEqual(hall.told, ['busy bob b0']);
    assert.deepEqual(await hall.tickets.placing(ann), before);
    assert.equal(await hall.tickets.placing(bob), null);
    await hall.queue(cat);
    assert.deepEqual(hall.told.slice(1), ['matched b2 ann cat']);
  });

  it('carries a match on, under its id, when the store was away between pairing and opening', async () => {
    const { openBattle } = hall;
    hall.openBattle = () => Promise.reject(new StoreAway());
    await hall.queue(ann);
    await hall.queue(bob);
    await hall.pass(40);
    assert.deepEqual(hall.told, []);
    assert.equal(await hall.queue(ann), 'ALREADY_IN_QUEUE');
    assert.deepEqual(await hall.matchmaker.leave(ann), { kind: 'none' });
    hall.openBattle = openBattle;
    await hall.pass(15);
    assert.deepEqual(hall.told, ['matched b1 ann bob']);
    await hall.pass(60);
    assert.equal(hall.matches.length, 1);
  });

  it('does not start on a match again that is still under way', async () => {
    const opened = Promise.withResolvers<{ kind: 'opened' }>();
    let calls = 0;
    hall.openBattle = () => {
      calls++;
      return opened.promise;
    };
    await hall.join(ann);
    await hall.join(bob);
    for (let second = 0; second < 40; second++) {
      hall.now += 1_000;
      await hall.matchmaker.tick();
    }
    assert.equal(calls, 1);
    opened.resolve({ kind: 'opened' });
    await hall.matchmaker.settled();
    assert.deepEqual(hall.told, ['matched b1 ann bob']);
  });

  it('lets both wait again when a match keeps failing, and says why', async () => {
    const { openBattle } = hall;
    hall.openBattle = () => Promise.reject(new Error('no generator'));
    await hall.queue(ann);
    await hall.queue(bob);
    await hall.pass(14);
    assert.deepEqual(hall.told, ['failed Error: no generator']);
    hall.openBattle = async (match) => {
      hall.openBattle = openBattle;
      throw new Error(`again ${match.battleId}`);
    };
    await hall.pass(2);
    assert.deepEqual(
      hall.told.slice(1).filter((line) => !line.startsWith('moved')),
      ['failed Error: again b1', 'matched b2 ann bob'],
    );
  });

  it('lets nobody wait again whose battle is open, however often they cannot be told', async () => {
    hall.seatFault = new Error('no seat');
    await hall.queue(ann);
    await hall.queue(bob);
    await hall.pass(45);
    assert.equal(hall.told.filter((line) => line === 'failed Error: no seat').length, 4);
    hall.seatFault = null;
    await hall.pass(15);
    assert.deepEqual(
      hall.matches.map(({ battleId }) => battleId),
      ['b1'],
    );
  });

  it('lets nobody wait again whose battle is written, however often it gets no room', async () => {
    const { openBattle } = hall;
    hall.openBattle = async (match) => {
      await openBattle(match);
      throw new Error('no room');
    };
    await hall.queue(ann);
    await hall.queue(bob);
    await hall.pass(45);
    hall.openBattle = openBattle;
    await hall.pass(15);
    assert.deepEqual(
      hall.matches.map(({ battleId }) => battleId),
      ['b1'],
    );
  });

  it('deletes the record of a battle that is over already, and says that there is nothing to wait for', async () => {
    hall.openBattle = async () => ({ kind: 'ended' });
    await hall.queue(ann);
    await hall.queue(bob);
    await hall.pass(20);
    assert.deepEqual(hall.told, ['lost ann gen9ou', 'lost bob gen9ou']);
    assert.equal(await hall.queue(ann), 1);
  });

  it('puts the present player at the head after a no-show and keeps the absent out for 30 s', async () => {
    const gone = 'gone' as typeof ann;
    await hall.queue(ann);
    await hall.queue(bob);
    hall.battles.clear();
    await hall.queue(cat);
    hall.openBattle = () => Promise.reject(new StoreAway());
    for (let round = 0; round < 2; round++) {
      const draft = { userId: ann, name: 'ann', elo: 1000, format: OU, team: TEAM };
      const [present, ...others] = await hall.matchmaker.noShow([bob], [draft, { ...draft, userId: gone }]);
      assert.deepEqual(others, [], 'who is not connected');
      assert.deepEqual([present?.userId, present?.placing.position], [ann, 1]);
    }
    const refused = await hall.join(bob);
    assert.ok(refused.kind === 'refused' && refused.error.code === 'RATE_LIMITED');
    assert.deepEqual(refused.error.details, { retryAfterMs: 30_000 });
    hall.now += 30_000;
    assert.equal((await hall.join(bob, UBERS)).kind, 'joined');
  });

  it('tells those who moved, and only those', async () => {
    for (const [n, userId] of [ann, bob, cat].entries())
      await hall.join(userId, OU, { elo: 1000 + n * 1000 });
    await hall.pass(3);
    assert.deepEqual(hall.told, []);
    await hall.matchmaker.leave(bob);
    await hall.pass(2);
    assert.deepEqual(hall.told, ['moved cat 2']);
  });

  it('refuses with ROOM_FULL at the bound', async () => {
    for (let n = 0; n < 10_000; n++) {
      const userId = `u${n}` as typeof ann;
      await hall.tickets.join({ userId, name: 'u', elo: n * 1000, format: OU, team: TEAM }, false);
    }
    assert.equal(await hall.queue(ann), 'ROOM_FULL');
    assert.equal(await hall.queue(ann, UBERS), 1);
  });

  it('keeps the tickets of connected users alive while the store takes its time with everything else', async () => {
    const swept = Promise.withResolvers<[]>();
    await hall.queue(ann);
    hall.tickets.sweepMatches = () => swept.promise;
    const ticks: Promise<void>[] = [];
    for (let second = 0; second < 30; second++) {
      hall.now += 1_000;
      ticks.push(hall.matchmaker.tick());
      await new Promise(setImmediate);
    }
    assert.equal((await hall.tickets.placing(ann))?.position, 1);
    swept.resolve([]);
    await Promise.all(ticks);
    assert.deepEqual(hall.told, []);
  });

  it('asks where all are who are paired at once, not one after the other', async () => {
    const users = Array.from({ length: 20 }, (_, n) => `u${n}` as typeof ann);
    for (const [n, userId] of users.entries()) {
      await hall.matchmaker.connected(userId, hall.line(userId));
      await hall.join(userId, n % 2 ? OU : UBERS, { elo: n * 1_000 });
    }
    const placing = hall.tickets.placing.bind(hall.tickets);
    let [underWay, most] = [0, 0];
    hall.tickets.placing = async (userId) => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      return placing(userId);
    };
    hall.tickets.waiting = async () => ({ now: hall.now, tickets: [] });
    await hall.pass(1);
    assert.equal(most, users.length);
  });

  describe('a join that the store took and did not answer', () => {
    beforeEach(async () => {
      const join = hall.tickets.join.bind(hall.tickets);
      hall.tickets.join = async (...args) => {
        await join(...args);
        hall.tickets.join = join;
        throw new StoreAway();
      };
    });

    it('is undone, since its user was refused', async () => {
      assert.equal(await hall.queue(ann), 'REDIS_UNAVAILABLE');
      const leave = hall.tickets.leave.bind(hall.tickets);
      hall.tickets.leave = () => Promise.reject(new StoreAway());
      await hall.pass(1);
      hall.tickets.leave = leave;
      await hall.pass(1);
      await hall.queue(bob);
      assert.deepEqual(hall.told, []);
      assert.equal(await hall.queue(ann), 2);
      assert.deepEqual(hall.told, ['matched b1 bob ann']);
    });

    it('stands when he asks again', async () => {
      assert.equal(await hall.queue(ann), 'REDIS_UNAVAILABLE');
      assert.equal(await hall.queue(ann), 1);
      await hall.pass(2);
      assert.equal((await hall.tickets.placing(ann))?.position, 1);
      assert.deepEqual(hall.told, []);
    });

    it('stands when he has gone on to ask at another process', async () => {
      assert.equal(await hall.queue(ann), 'REDIS_UNAVAILABLE');
      await hall.matchmaker.disconnected(ann, hall.line(ann));
      await hall.pass(2);
      assert.equal((await hall.tickets.placing(ann))?.position, 1);
    });
  });

  it('leaves a user the place that he knows of when the store does not answer another join', async () => {
    await hall.queue(ann);
    hall.line(ann).isThere = false;
    const line = new Line();
    await hall.matchmaker.connected(ann, line);
    hall.tickets.join = () => Promise.reject(new StoreAway());
    assert.equal(await hall.queue(ann, OU, line), 'REDIS_UNAVAILABLE');
    await hall.pass(2);
    assert.equal((await hall.tickets.placing(ann))?.position, 1);
  });

  it('answers REDIS_UNAVAILABLE while the store is away, and ticks on', async () => {
    hall.tickets.join = () => Promise.reject(new StoreAway());
    hall.tickets.leave = () => Promise.reject(new StoreAway());
    hall.tickets.renew = () => Promise.reject(new StoreAway());
    assert.equal(await hall.queue(ann), 'REDIS_UNAVAILABLE');
    const left = await hall.matchmaker.leave(ann);
    assert.ok(left.kind === 'refused' && left.error.code === 'REDIS_UNAVAILABLE');
    await hall.pass(3);
    await hall.matchmaker.disconnected(ann, hall.line(ann));
    assert.deepEqual(hall.told, []);
  });
});
