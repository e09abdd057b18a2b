/** The thread in which all bots of a process think, one after the other. */
import { parentPort } from 'node:worker_threads';
import { think, type BotTask } from '../think.ts';

/** What the thread says: that it takes tasks, and then one answer to each. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'fault'; readonly error: unknown };

function say(message: ThreadMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
  parentPort?.postMessage(message);
}

parentPort?.on('message', (task: BotTask) => {
  try {
    say({ kind: 'answer', text: think(task) });
  } catch (error) {
    say({ kind: 'fault', error });
  }
});
say({ kind: 'ready' });
