/** From what a side was sent to what its bot answers. Text in, text out. */
import type { BotKind } from '../battle/bot-seat.ts';
import type { SideId } from '../battle/ids.ts';
import { seededRandom } from '../battle/random.ts';
import type { BattleRequest } from '../battle/request.ts';
import { BRAINS } from './brains.ts';
import { View } from './view.ts';

export interface BotTask {
  readonly kind: BotKind;
  readonly format: string;
  readonly side: SideId;
  /** All lines of the side's channel so far, one a line. */
  readonly lines: string;
  /** Not one to wait. */
  readonly request: BattleRequest;
  /** Of the chance that the bot uses. */
  readonly seed: number;
}

/** How long a bot may think, in milliseconds. */
const THINK_MS = 200;

/** Choice text for the task's request. Throws where a brain has a fault. */
export function think({ kind, format, side, lines, request, seed }: BotTask): string {
  const startedAt = performance.now();
  const view = new View(format, side);
  view.take(lines.split('\n'));
  view.request = request;
  const isTimeUp = (): boolean => performance.now() - startedAt > THINK_MS;
  return BRAINS[kind](view, { random: seededRandom(seed), isTimeUp });
}
