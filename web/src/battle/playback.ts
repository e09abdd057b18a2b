/**
 * The field as it is shown: behind the lines that have come, by as much as it takes to see what happens. Facts between
 * two lines exist nowhere but here; when all lines are shown they equal those of the room's state.
 */
import type { SideId } from '../../../src/battle/ids.ts';
import { Scene } from './scene.ts';

/** With more lines than these behind, they are shown at once. */
const HURRY_LINES = 60;

export interface PlaybackPorts {
  readonly changed: () => void;
  readonly after: (ms: number, action: () => void) => void;
  /** Nothing is to move. */
  readonly isStill: () => boolean;
}

export class Playback extends Scene {
  readonly #ports: PlaybackPorts;
  #isRunning = false;

  constructor(ports: PlaybackPorts) {
    super();
    this.#ports = ports;
  }

  /** Goes on to the end of `lines`, which only ever grows. The first time at once: that is where we came in. */
  follow(lines: readonly string[], side: SideId | null): void {
    const isFirst = !this.isOpen;
    this.open(side);
    if (isFirst || this.#ports.isStill() || lines.length - this.shown > HURRY_LINES) this.skip(lines);
    else if (!this.#isRunning) this.#run(lines);
  }

  /** At once to the end of `lines`. */
  skip(lines: readonly string[]): void {
    while (this.shown < lines.length) this.show(lines[this.shown]!);
    this.#ports.changed();
  }

  /** Whether everything that has come is shown. */
  isCaughtUp(lines: readonly string[]): boolean {
    return this.shown >= lines.length;
  }

  #run(lines: readonly string[]): void {
    this.#isRunning = true;
    let pause = 0;
    while (pause === 0 && this.shown < lines.length) pause = this.show(lines[this.shown]!);
    this.#ports.changed();
    if (pause > 0) this.#ports.after(pause, () => this.#run(lines));
    else this.#isRunning = false;
  }
}
