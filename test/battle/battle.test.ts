import assert from 'node:assert/strict';
import { Side } from '@pkmn/sim';
import { Battle, Disagreement } from '../../src/battle/battle.ts';
import { SIDE_IDS, type SideId } from '../../src/battle/ids.ts';
import type { ChoiceInput } from '../../src/battle/input.ts';
import { openingFor, Recording, standing } from '../support/play.ts';
import { TRAP_TEAMS } from './traps-teams.ts';

const OPENING = openingFor('gen9randombattle', 'battle');

const choice = (battle: Battle, side: SideId, text = 'default'): ChoiceInput => ({
  type: 'choice',
  side,
  text,
  rqid: battle.rqid,
});

describe('Battle', () => {
  it('opens with a request for each side, both with number 1', () => {
    const battle = new Battle(OPENING);
    for (const side of SIDE_IDS) {
      assert.equal(battle.request(side)?.rqid, 1);
      assert(battle.owes(side));
      assert.equal(battle.lastChoice(side), undefined);
    }
    assert.equal(battle.outcome, null);
  });

  it('plays the turn with the last answer owed, and not before', () => {
    const recording = new Recording(OPENING);
    const { battle } = recording;
    const lines = battle.channels.spectator.length;
    recording.answer('p2', 'move 1');
    assert.deepEqual([battle.rqid, battle.turn, battle.channels.spectator.length], [1, 1, lines]);
    assert.deepEqual([battle.owes('p1'), battle.owes('p2')], [true, false]);
    recording.answer('p1', 'default');
    assert.equal(battle.rqid, 2);
    assert(battle.channels.spectator.length > lines);
    assert.deepEqual(battle.lastChoice('p2'), { type: 'choice', side: 'p2', text: 'move 1', rqid: 1 });
  });

  it('asks both sides anew with the same number, also the one that only waits', () => {
    const recording = new Recording(openingFor(TRAP_TEAMS.revival.format, '1', TRAP_TEAMS.revival.teams));
    const { battle } = recording;
    recording.answer('p1', 'move 2, move 1');
    recording.answer('p2', 'move 2, move 2');
    assert.deepEqual([battle.request('p1')!.rqid, battle.request('p2')!.rqid], [2, 2]);
    assert.equal(battle.request('p2')!.wait, true);
    assert.deepEqual([battle.owes('p1'), battle.owes('p2')], [true, false]);
  });

  it('changes nothing by staging', () => {
    const battle = new Battle(OPENING);
    const before = standing(battle);
    assert.equal(battle.stage('p1', 'move 1').kind, 'staged');
    assert.equal(standing(battle), before);
  });

  it('takes an answer of the whitelist only', () => {
    const battle = new Battle(OPENING);
    for (const text of ['', 'undo', 'move 1\n>eval 1', '>p2 move 1', 'move 1'.padEnd(300)]) {
      assert.deepEqual(battle.stage('p1', text), {
        kind: 'refused',
        message: 'That is not a choice.',
        changed: false,
      });
    }
  });

  it('throws when a choice is applied that was never staged', () => {
    const battle = new Battle(OPENING);
    battle.stage('p1', 'default');
    battle.apply(choice(battle, 'p1'));
    assert.throws(() => battle.apply(choice(battle, 'p2')), Disagreement);
  });

  it('throws when the other side was staged and is in no log', () => {
    const battle = new Battle(OPENING);
    battle.stage('p2', 'default');
    battle.stage('p1', 'default');
    assert.throws(() => battle.apply(choice(battle, 'p1')), Disagreement);
  });

  it('only refuses an answer that makes the sim throw', () => {
    const battle = new Battle(OPENING);
    const before = standing(battle);
    // No answer is known to do it, so this breaks a part of the sim for a moment.
    const real = Object.getOwnPropertyDescriptor(Side.prototype, 'chooseMove')!;
    Side.prototype.chooseMove = () => {
      throw new TypeError('broken');
    };
    try {
      const staged = battle.stage('p1', 'move 1');
      assert.deepEqual(staged, { kind: 'refused', message: 'broken', changed: false });
    } finally {
      Object.defineProperty(Side.prototype, 'chooseMove', real);
    }
    assert.equal(standing(battle), before);
    assert.equal(battle.stage('p1', 'move 1').kind, 'staged');
  });

  it('lets what the sim throws in a turn come out, with nothing of that turn shown', () => {
    // One Pokémon in doubles: no validator lets it pass, and the sim does not look.
    const alone = 'Blissey||||SoftBoiled|Serious|1,,,,,|||||';
    const battle = new Battle(openingFor('gen9doublesou', 'alone', [alone, alone]));
    const lines = battle.channels.spectator.length;
    assert.equal(battle.stage('p1', 'team 1').kind, 'staged');
    battle.apply(choice(battle, 'p1', 'team 1'));
    assert.equal(battle.stage('p2', 'team 1').kind, 'staged');
    assert.throws(() => battle.apply(choice(battle, 'p2', 'team 1')), TypeError);
    assert.equal(battle.channels.spectator.length, lines);
  });

  for (const why of ['forfeit', 'timeout'] as const) {
    it(`gives the battle to the other side: ${why}`, () => {
      const battle = new Battle(OPENING);
      battle.apply({ type: 'forfeit', side: 'p1', why });
      assert.deepEqual(battle.outcome, { winner: 'p2', reason: why });
      assert.equal(battle.channels.spectator.at(-1), '|win|Two');
      for (const side of SIDE_IDS) assert.deepEqual([battle.owes(side), battle.request(side)], [false, null]);
    });
  }

  it('can be given up with an answer staged and in the middle of a turn', () => {
    const recording = new Recording(openingFor(TRAP_TEAMS.revival.format, '1', TRAP_TEAMS.revival.teams));
    recording.answer('p1', 'move 2, move 1');
    recording.answer('p2', 'move 2, move 2');
    recording.log({ type: 'forfeit', side: 'p2', why: 'forfeit' });
    assert.deepEqual(recording.battle.outcome, { winner: 'p1', reason: 'forfeit' });
  });

  it('ends void without a word', () => {
    const battle = new Battle(OPENING);
    const lines = battle.channels.p1.length;
    battle.apply({ type: 'void', why: 'no-show' });
    assert.deepEqual(battle.outcome, { winner: null, reason: 'void' });
    assert.equal(battle.channels.p1.length, lines);
    for (const side of SIDE_IDS) assert.equal(battle.owes(side), false);
  });

  it('asks nothing after it has ended void', () => {
    const battle = new Battle(OPENING);
    battle.apply({ type: 'void', why: 'no-show' });
    assert.deepEqual([battle.request('p1'), battle.request('p2')], [null, null]);
  });

  it('knows a tie', () => {
    const bomb = 'Electrode||||Explosion|Serious|1,,,,,|||||';
    const recording = new Recording(openingFor('gen4ou', 'tie', [bomb, bomb]));
    while (!recording.battle.outcome && recording.battle.rqid < 40) {
      for (const side of SIDE_IDS) if (recording.battle.owes(side)) recording.answer(side, 'move 1');
    }
    const { outcome, channels } = recording.battle;
    assert(outcome);
    const isTie = channels.spectator.at(-1) === '|tie';
    assert.deepEqual(
      outcome,
      isTie ? { winner: null, reason: 'tie' } : { winner: outcome.winner, reason: 'win' },
    );
  });

  it('has another fingerprint after each turn', () => {
    const recording = new Recording(OPENING);
    const { battle } = recording;
    const prints = new Set([battle.fingerprint()]);
    for (let turn = 0; turn < 5; turn++) {
      for (const side of SIDE_IDS) if (battle.owes(side)) recording.answer(side, 'default');
      prints.add(battle.fingerprint());
    }
    assert.equal(prints.size, 6);
  });
});
