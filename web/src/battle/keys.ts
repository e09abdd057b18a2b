/** Which choice a key makes at a step; null where it makes none. Digits are read by place, whatever the layout. */
import type { DraftAction, Step } from './draft.ts';

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export function actionOf(press: KeyPress, step: Step): DraftAction | null {
  const { key, code, shiftKey, altKey, ctrlKey, metaKey } = press;
  if (ctrlKey || metaKey) return null;
  if (key === 'Escape') return { type: 'back' };
  if (key === 'Enter' && step.kind === 'team') return { type: 'finish' };
  if (key.toLowerCase() === 't' && !altKey && step.kind === 'move' && step.extras[0])
    return { type: 'extra', event: step.extras[0].event };
  const digit = Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1] ?? 0);
  if (digit === 0) return null;
  return digitAction(digit - 1, shiftKey || altKey, step);
}

function digitAction(index: number, isShifted: boolean, step: Step): DraftAction | null {
  switch (step.kind) {
    case 'move':
      return isShifted ? { type: 'switch', index } : { type: 'move', slot: index };
    case 'switch':
      return { type: 'switch', index };
    case 'team':
      return { type: 'pick', index };
    case 'target': {
      const target = step.targets[index];
      return target === undefined ? null : { type: 'target', target };
    }
    default:
      return null;
  }
}
