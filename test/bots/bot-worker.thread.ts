/** A thread for bots that does what the format of a task says. */
import { parentPort } from 'node:worker_threads';
import type { BotTask } from '../../src/bots/think.ts';

function say(message: object): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
  parentPort?.postMessage(message);
}

parentPort?.on('message', ({ format }: BotTask) => {
  if (format === 'die') throw new Error('It dies.');
  else if (format === 'hang') for (;;);
  else if (format === 'fault') say({ kind: 'fault', error: new Error('It fails.') });
  else say({ kind: 'answer', text: 'move 1' });
});
say({ kind: 'ready' });
