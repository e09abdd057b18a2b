import assert from 'node:assert/strict';
import type { SideId } from '../../src/battle/ids.ts';
import { seededRandom } from '../../src/battle/random.ts';
import type { BotTask } from '../../src/bots/think.ts';
import { BattleView } from '../../src/rooms/battle-view.ts';
import { BotPlayer } from '../../src/rooms/bot-player.ts';
import { settle } from '../support/fake-scheduler.ts';
import { openingFor } from '../support/play.ts';
import { SessionTable } from './battle-session-table.ts';

/** A table whose p2 is a bot that is given the answers of a test. */
class BotTable extends SessionTable {
  readonly tasks: BotTask[] = [];
  readonly view = new BattleView(this.session);
  /** What the bot has thought of; null: nothing. */
  answers: (string | null)[] = [];
  readonly bot = new BotPlayer(
    {
      session: this.session,
      view: this.view,
      random: seededRandom('bot'),
      failed: (error) => this.faults.push(error),
      thinker: {
        choose: async (task) => {
          this.tasks.push(task);
          return this.answers.shift() ?? null;
        },
      },
    },
    'p2',
    'greedy',
  );

  override updated(autoMoves: readonly SideId[]): void {
    super.updated(autoMoves);
    this.view.show(autoMoves);
    this.bot.notice();
  }
}

function tableWithBot(): BotTable {
  const opening = openingFor('gen9randombattle', 'bot');
  const [person, bot] = opening.sides;
  return new BotTable({ opening: { ...opening, sides: [person!, { ...bot!, bot: 'greedy' }] } });
}

describe('a bot at a side', () => {
  async function begun(...answers: (string | null)[]): Promise<BotTable> {
    const table = tableWithBot();
    table.answers = answers;
    await table.session.start();
    table.session.arrived('p1');
    await settle();
    return table;
  }

  it('answers once what it is asked, from what its side is sent', async () => {
    const table = await begun('move 1', 'move 2');
    const { battle } = table.session;
    assert.equal(battle.lastChoice('p2')?.text, 'move 1');
    table.bot.notice();
    await settle();
    assert.equal(table.tasks.length, 1);
    const [task] = table.tasks;
    assert.equal(task?.lines, battle.channels.p2.join('\n'));
    assert.equal(task?.request.side.id, 'p2');
    await table.session.choose('p1', 'default');
    await settle();
    assert(table.tasks.length >= 2);
  });

  for (const [what, answer] of [
    ['has no answer', null],
    ['gives one that is refused', 'switch 9'],
    ['gives one that is no choice', 'move 1\n>eval 1'],
  ] as const) {
    it(`plays something legal when it ${what}`, async () => {
      const table = await begun(answer);
      assert.equal(table.session.battle.owes('p2'), false);
      assert.notEqual(table.session.battle.lastChoice('p2')?.text, answer);
      assert.deepEqual(table.faults, []);
    });
  }

  it('answers again what it could not while the battle stood still', async () => {
    const table = tableWithBot();
    table.answers = ['move 1', 'move 1'];
    // Not trusted: nothing may be said, so nothing is taken.
    table.isTrusted = false;
    await table.session.start();
    await settle();
    assert.equal(table.session.battle.owes('p2'), true);
    table.isTrusted = true;
    table.session.wake();
    await settle();
    assert.equal(table.session.battle.owes('p2'), false);
  });

  it('is never away: only its foe can fail to come', async () => {
    const table = tableWithBot();
    await table.session.start();
    const { deadlines } = table.session;
    assert(deadlines.hasJoined('p2') && !deadlines.hasJoined('p1'));
    assert.equal(deadlines.returnDeadline('p2'), 0);
    await table.scheduler.pass(table.opening.timer.joinMs);
    await settle();
    assert.equal(table.told.at(-1), 'ended nobody void p1');
  });

  it('lets its foe win when that one gives up', async () => {
    const table = await begun('move 1');
    await table.session.forfeit('p1');
    await settle();
    assert.equal(table.told.at(-1), 'ended p2 forfeit');
    assert.deepEqual(table.faults, []);
  });
});
