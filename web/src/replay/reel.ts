/**
 * A battle that is over, played as fast as one likes and from wherever one likes. A stop is a place to go to: when both
 * teams are there, the beginning of each turn, the end. Going back plays the lines before it anew, at once.
 */
import type { SideId } from '../../../src/battle/ids.ts';
import { turnStops } from '../../../src/replay-page/state-after.ts';
import { Scene } from '../battle/scene.ts';

export const SPEEDS = [1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];

export interface ReelPorts {
  readonly changed: () => void;
  readonly after: (ms: number, action: () => void) => void;
}

export class Reel {
  readonly lines: readonly string[];
  /** How many lines are shown at each. */
  readonly stops: readonly number[];
  readonly #side: SideId;
  readonly #ports: ReelPorts;
  #scene: Scene;
  #speed: Speed = 1;
  /** Which run is playing; 0 for none. What an earlier one has still to do is void. */
  #playing = 0;
  #runs = 0;

  /** Stands at the start. `side` is whose side it is told from. */
  constructor(lines: readonly string[], side: SideId, ports: ReelPorts) {
    this.lines = lines;
    this.stops = [Math.max(0, lines.indexOf('|start')), ...turnStops(lines).slice(1)];
    this.#side = side;
    this.#ports = ports;
    this.#scene = this.#opened();
    this.#show(this.stops[0]!);
  }

  get scene(): Scene {
    return this.#scene;
  }

  get speed(): Speed {
    return this.#speed;
  }

  get isPlaying(): boolean {
    return this.#playing > 0;
  }

  get isAtEnd(): boolean {
    return this.#scene.shown >= this.lines.length;
  }

  /** Which stop was reached last. */
  get stop(): number {
    return Math.max(
      0,
      this.stops.findLastIndex((shown) => shown <= this.#scene.shown),
    );
  }

  /** From the start again where it is at its end. */
  play(): void {
    if (this.isPlaying) return;
    if (this.isAtEnd) this.#show(this.stops[0]!);
    this.#playing = ++this.#runs;
    this.#next(this.#playing);
  }

  pause(): void {
    this.#playing = 0;
    this.#ports.changed();
  }

  toggle(): void {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  /** To the next stop or the one before, and stays there. Within a turn back means to its beginning. */
  step(by: 1 | -1): void {
    const isWithin = this.stops[this.stop]! < this.#scene.shown;
    this.seek(by === 1 ? this.stop + 1 : isWithin ? this.stop : this.stop - 1);
  }

  /** To that stop, or the nearest there is, and stays there. */
  seek(stop: number): void {
    this.#playing = 0;
    this.#show(this.stops[Math.max(0, Math.min(stop, this.stops.length - 1))]!);
    this.#ports.changed();
  }

  /** Holds from the next line on. */
  setSpeed(speed: Speed): void {
    this.#speed = speed;
    this.#ports.changed();
  }

  #next(run: number): void {
    if (run !== this.#playing) return;
    let pause = 0;
    while (pause === 0 && !this.isAtEnd) pause = this.#scene.show(this.lines[this.#scene.shown]!);
    if (this.isAtEnd) this.#playing = 0;
    else this.#ports.after(pause / this.#speed, () => this.#next(run));
    this.#ports.changed();
  }

  #show(count: number): void {
    if (count < this.#scene.shown) this.#scene = this.#opened();
    while (this.#scene.shown < count) this.#scene.show(this.lines[this.#scene.shown]!);
  }

  #opened(): Scene {
    const scene = new Scene();
    scene.open(this.#side);
    return scene;
  }
}
