/** What can be done with a recording, and which key does it; null where it does nothing. */
import type { Speed } from './reel.ts';

export type ReelAction =
  | { readonly type: 'toggle' }
  | { readonly type: 'step'; readonly by: 1 | -1 }
  | { readonly type: 'seek'; readonly stop: number }
  | { readonly type: 'speed'; readonly speed: Speed };

const KEYS: ReadonlyMap<string, ReelAction> = new Map<string, ReelAction>([
  [' ', { type: 'toggle' }],
  ['ArrowLeft', { type: 'step', by: -1 }],
  ['ArrowRight', { type: 'step', by: 1 }],
  ['Home', { type: 'seek', stop: 0 }],
  ['End', { type: 'seek', stop: Infinity }],
]);

export function actionOf(event: KeyboardEvent): ReelAction | null {
  const { key, altKey, ctrlKey, metaKey, target } = event;
  // These have keys of their own: the slider and the log move by arrows, and space presses what has the focus.
  const own = key === ' ' ? 'button, a, input[readonly]' : 'input, [role=log]';
  if (altKey || ctrlKey || metaKey || (target instanceof Element && target.closest(own))) return null;
  return KEYS.get(key) ?? null;
}
