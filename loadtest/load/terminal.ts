/** The run as it goes: a panel where somebody watches, a line every ten seconds elsewhere. On stderr. */
import type { Timeline, Window } from './timeline.ts';

const EVERY_S = 10;
const BAR = 32;
/** Seconds that the figures of the panel are of. */
const LATEST_S = 5;

export class Terminal {
  readonly #rampS: number;
  readonly #plateauS: number;
  #lines = 0;
  #seconds = 0;

  constructor(rampS: number, plateauS: number) {
    this.#rampS = rampS;
    this.#plateauS = plateauS;
  }

  /** To be called each second. */
  show(timeline: Timeline): void {
    this.#seconds++;
    const latest = timeline.latest(process.stderr.isTTY ? LATEST_S : EVERY_S);
    if (process.stderr.isTTY) this.#redraw(this.#panel(timeline, latest));
    else if (this.#seconds % EVERY_S === 0) process.stderr.write(`${line(timeline, latest)}\n`);
  }

  /** Leaves the screen to what comes after. */
  end(): void {
    this.#redraw([]);
  }

  #panel(timeline: Timeline, latest: Window): string[] {
    const { update, accepted, live, players, spectators, turns, seconds } = latest;
    const whole = this.#rampS + this.#plateauS;
    const share = Math.min(1, timeline.now / whole);
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
    const errors = Object.entries(timeline.errors()).map(([code, count]) => `${code} ${count}`);
    return [
      `${timeline.phase.padEnd(10)}${bar}  ${clock(timeline.now)} of ${clock(whole)}`,
      `battles   ${Math.round(live)} live, ${perSecond(turns, seconds)} turns/s   ${players} players, ${spectators} spectators`,
      `update    p50 ${update.p50}  p95 ${update.p95}  p99 ${update.p99}  max ${update.max} ms`,
      `accepted  p50 ${accepted.p50}  p95 ${accepted.p95}  p99 ${accepted.p99}  max ${accepted.max} ms`,
      ...latest.servers.map(serverLine),
      `errors    ${errors.join(', ') || 'none'}`,
    ];
  }

  #redraw(lines: readonly string[]): void {
    if (!process.stderr.isTTY) return;
    const up = this.#lines > 0 ? `\x1b[${this.#lines}A` : '';
    process.stderr.write(`${up}\x1b[J${lines.map((text) => `${text}\n`).join('')}`);
    this.#lines = lines.length;
  }
}

function line({ phase, now }: Timeline, { live, update, accepted, turns, seconds, errors }: Window): string {
  const latency = `update p50 ${update.p50} p99 ${update.p99} ms, accepted p99 ${accepted.p99} ms`;
  const errorText = errors > 0 ? `, ${errors} errors` : '';
  return `${clock(now)} ${phase}: ${Math.round(live)} battles, ${perSecond(turns, seconds)} turns/s, ${latency}${errorText}`;
}

function serverLine({ name, cpuShare, heapMiB, rssMiB, loopDelayP99 }: Window['servers'][number]): string {
  const parts = [
    cpuShare === null ? null : `${Math.round(cpuShare * 100)} % of a core`,
    heapMiB === null ? null : `heap ${heapMiB} of ${rssMiB} MiB`,
    loopDelayP99 === null ? null : `event-loop delay p99 ${loopDelayP99} ms`,
  ];
  return `${''.padEnd(10)}${name}: ${parts.filter((part) => part !== null).join(', ')}`;
}

function perSecond(count: number, seconds: number): number {
  return Math.round(count / Math.max(1, seconds));
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
