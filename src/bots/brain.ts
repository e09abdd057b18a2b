/** What every brain is: it answers a request from what its side was sent, and from nothing else. */
import type { Random } from '../battle/random.ts';
import type { View } from './view.ts';

/** What a brain may use besides its view. */
export interface Means {
  readonly random: Random;
  /** Whether the time to think is over. Who thinks for long asks now and then, and has an answer at hand. */
  readonly isTimeUp: () => boolean;
}

/** Choice text for the view's open request, which is not one to wait. */
export type Brain = (view: View, means: Means) => string;
