/** The twelve criteria of success, measured on real processes and stores, in their order. */
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { abandonAll } from '../support/player.ts';
import { openGround, type AcceptanceSize, type Ground } from './ground.ts';
import { LASTING_CRITERIA } from './lasting-criteria.ts';
import { PLAY_CRITERIA } from './play-criteria.ts';

export interface Criterion {
  readonly name: string;
  /** The figure, as a sentence. Rejects when the criterion is not met. */
  readonly measure: (ground: Ground) => Promise<string>;
}

export interface Answer {
  readonly name: string;
  readonly isMet: boolean;
  /** The figure, or why not. */
  readonly figure: string;
}

export const SMALL: AcceptanceSize = { battles: 6, crashBattles: 4, cuts: 20 };
export const FULL: AcceptanceSize = { battles: 100, crashBattles: 60, cuts: 100 };

const { redis, tokens, queue, start, moves, forfeit } = PLAY_CRITERIA;
const { timer, reconnect, crash, saved, history, cluster } = LASTING_CRITERIA;
export const CRITERIA: readonly Criterion[] = [
  redis,
  tokens,
  queue,
  start,
  moves,
  timer,
  forfeit,
  reconnect,
  crash,
  saved,
  history,
  cluster,
];
/** They wait a minute for a clock, so the others are measured meanwhile, one after the other. */
const WAITING: readonly Criterion[] = [timer, reconnect];

export async function accept(
  size: AcceptanceSize,
  seed: number,
  report: (line: string) => void,
): Promise<Answer[]> {
  silenceSdk();
  const ground = await openGround(size, seed);
  const answers = new Map<Criterion, Answer>();
  const measure = async (criterion: Criterion): Promise<void> => {
    const answer = await answerOf(criterion, ground);
    answers.set(criterion, answer);
    report(`${answer.isMet ? 'PASS' : 'FAIL'} ${answer.name}: ${answer.figure}`);
  };
  try {
    const waiting = WAITING.map(measure);
    for (const criterion of CRITERIA) if (!WAITING.includes(criterion)) await measure(criterion);
    await Promise.all(waiting);
    return CRITERIA.map((criterion) => answers.get(criterion)!);
  } finally {
    abandonAll();
    await ground.cluster.dispose();
  }
}

export async function answerOf({ name, measure }: Criterion, ground: Ground): Promise<Answer> {
  try {
    return { name, isMet: true, figure: await measure(ground) };
  } catch (error) {
    return { name, isMet: false, figure: (error as Error).message };
  }
}
