/**
 * The field as it is shown: behind the lines that have come, by as much as it takes to see what happens. Facts between
 * two lines exist nowhere but here; when all lines are shown they equal those of the room's state.
 */
import type { SideId } from '../../../src/battle/ids.ts';
import { PublicFacts } from '../../../src/battle/public-facts.ts';
import type { LogEntry, LogWords } from './log-words.ts';

/** Milliseconds that something is looked at before the next thing happens. */
const PACE: Readonly<Record<string, number>> = {
  move: 650,
  switch: 650,
  drag: 650,
  faint: 700,
  cant: 600,
  turn: 250,
};
const MINOR_MS = 350;
/** With more lines than these behind, they are shown at once. */
const HURRY_LINES = 60;

export interface PlaybackPorts {
  readonly wordsOf: (side: SideId | null, facts: PublicFacts) => LogWords;
  readonly changed: () => void;
  readonly after: (ms: number, action: () => void) => void;
  /** Nothing is to move. */
  readonly isStill: () => boolean;
}

export class Playback {
  readonly facts = new PublicFacts();
  readonly log: LogEntry[] = [];
  /** The line that was shown last. */
  lastLine = '';
  shown = 0;
  /** As the lines call it: `[Gen 9] OU`. */
  formatName = '';
  readonly #ports: PlaybackPorts;
  #words: LogWords | null = null;
  #isRunning = false;

  constructor(ports: PlaybackPorts) {
    this.#ports = ports;
  }

  /** Goes on to the end of `lines`, which only ever grows. The first time at once: that is where we came in. */
  follow(lines: readonly string[], side: SideId | null): void {
    const isFirst = this.#words === null;
    this.#words ??= this.#ports.wordsOf(side, this.facts);
    if (isFirst || this.#ports.isStill() || lines.length - this.shown > HURRY_LINES) {
      while (this.shown < lines.length) this.#show(lines[this.shown]!);
      this.#ports.changed();
    } else if (!this.#isRunning) this.#run(lines);
  }

  /** Whether everything that has come is shown. */
  isCaughtUp(lines: readonly string[]): boolean {
    return this.shown >= lines.length;
  }

  #run(lines: readonly string[]): void {
    this.#isRunning = true;
    let pause = 0;
    while (pause === 0 && this.shown < lines.length) pause = this.#show(lines[this.shown]!);
    this.#ports.changed();
    if (pause > 0) this.#ports.after(pause, () => this.#run(lines));
    else this.#isRunning = false;
  }

  /** How long it should be looked at. */
  #show(line: string): number {
    this.lastLine = line;
    this.shown++;
    const words = this.#words!.of(line);
    this.log.push(...words);
    this.facts.apply(line);
    if (line.startsWith('|tier|')) this.formatName = line.slice(6);
    if (words.length === 0) return 0;
    return PACE[line.split('|', 2)[1] ?? ''] ?? MINOR_MS;
  }
}
