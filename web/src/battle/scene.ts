/** The field as of the lines that were shown, and what happened in words. It only goes on; to go back, begin another one. */
import type { SideId } from '../../../src/battle/ids.ts';
import { PublicFacts } from '../../../src/battle/public-facts.ts';
import { type LogEntry, LogWords } from './log-words.ts';
import { Volatiles } from './volatiles.ts';

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

export class Scene {
  readonly facts = new PublicFacts();
  readonly volatiles = new Volatiles();
  readonly log: LogEntry[] = [];
  /** The line that was shown last. */
  lastLine = '';
  shown = 0;
  /** As the lines call it: `[Gen 9] OU`. */
  formatName = '';
  #words: LogWords | null = null;

  get isOpen(): boolean {
    return this.#words !== null;
  }

  /** From whose side it is told; null for who has none. Comes before the first line, once. */
  open(side: SideId | null): void {
    this.#words ??= new LogWords(side, this.facts);
  }

  /** Takes the next line. Milliseconds at usual speed that it should be looked at; 0 where there is nothing to see. */
  show(line: string): number {
    this.lastLine = line;
    this.shown++;
    const words = this.#words?.of(line) ?? [];
    this.log.push(...words);
    this.facts.apply(line);
    this.volatiles.apply(line);
    if (line.startsWith('|tier|')) this.formatName = line.slice(6);
    if (words.length === 0) return 0;
    return PACE[line.split('|', 2)[1] ?? ''] ?? MINOR_MS;
  }
}
