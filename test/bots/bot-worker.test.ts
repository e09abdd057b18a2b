import assert from 'node:assert/strict';
import { BotWorker } from '../../src/bots/bot-worker.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { Battle } from '../../src/battle/battle.ts';
import type { BotTask } from '../../src/bots/think.ts';
import { openingFor } from '../support/play.ts';

const ODD_THREAD = new URL('./bot-worker.thread.ts', import.meta.url);

function taskOf(battle: Battle, kind: BotTask['kind'] = 'greedy'): BotTask {
  const request = structuredClone(battle.request('p1')!);
  const lines = battle.channels.p1.join('\n');
  return { kind, format: battle.opening.format, side: 'p1', lines, request, seed: 0.5 };
}

/** What the odd thread makes of it follows from its format. */
function oddTask(what: 'answer' | 'die' | 'hang' | 'fault'): BotTask {
  return { ...taskOf(new Battle(openingFor('gen1randombattle', 'odd'))), format: what };
}

describe('the thread of the bots', function () {
  this.timeout(30_000);
  let faults: unknown[];
  let worker: BotWorker;
  const start = (file?: URL): void => {
    faults = [];
    worker = new BotWorker((error) => faults.push(error), file);
  };
  afterEach(() => worker.stop());

  it('answers with a choice that the battle takes, each task its own', async () => {
    start();
    const battles = ['gen9randombattle', 'gen1randombattle', 'gen9randomdoublesbattle'].map(
      (format) => new Battle(openingFor(format, 'thread')),
    );
    const answers = await Promise.all(battles.map((battle) => worker.choose(taskOf(battle))));
    for (const [index, battle] of battles.entries())
      assert.equal(battle.stage('p1', answers[index]!).kind, 'staged', answers[index]!);
    assert.deepEqual(faults, []);
  });

  it('has no answer when it dies, hangs or fails, and goes on with the next', async () => {
    start(ODD_THREAD);
    const answers = await Promise.all(
      (['answer', 'die', 'answer', 'hang', 'fault', 'answer'] as const).map((what) =>
        worker.choose(oddTask(what)),
      ),
    );
    assert.deepEqual(answers, ['move 1', null, 'move 1', null, null, 'move 1']);
    assert.equal(faults.length, 2);
  });

  it('has no answer when it cannot start, nor once stopped', async () => {
    start(new URL('./there-is-none.ts', import.meta.url));
    assert.equal(await worker.choose(oddTask('answer')), null);
    start(ODD_THREAD);
    const pending = worker.choose(oddTask('answer'));
    worker.stop();
    assert.equal(await pending, null);
    assert.equal(await worker.choose(oddTask('answer')), null);
  });

  it('draws at random what the random bot plays', async () => {
    start();
    const battle = new Battle(openingFor('gen9randombattle', 'thread'));
    const { seededRandom } = await import('../../src/battle/random.ts');
    const text = await worker.choose(taskOf(battle, 'random'));
    assert.equal(text, randomChoice(battle.request('p1')!, seededRandom(0.5)));
  });
});
