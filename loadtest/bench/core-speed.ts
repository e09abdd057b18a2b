/**
 * Our core against the bare sim: the same battles with the same answers, turn about in one process, so that a busy
 * machine and a warming compiler weigh on both alike.
 */
import { PublicFacts } from '../../src/battle/public-facts.ts';
import { playBare } from './bare-sim.ts';
import { cpuOf, median, round } from './cpu.ts';
import { playCore, scripts, turnsOf, type Script } from './script.ts';

export interface CoreSpeed {
  readonly format: string;
  readonly battles: number;
  readonly turns: number;
  readonly bareTurnsPerSecond: number;
  readonly coreTurnsPerSecond: number;
  /** Microseconds of processor time for a turn. */
  readonly bareUs: number;
  readonly coreUs: number;
  readonly factsUs: number;
  /** Throughput against the bare sim's: the median of the rounds. */
  readonly coreShare: number;
  /** The same with the public facts kept from the spectators' lines. */
  readonly factsShare: number;
}

export interface CoreSpeedSize {
  readonly format: string;
  readonly battles: number;
  readonly rounds: number;
  readonly seed: string;
}

/** The first rounds only warm the compiler up. */
const WARM_UP = 2;

export async function coreSpeed({ format, battles, rounds, seed }: CoreSpeedSize): Promise<CoreSpeed> {
  const played = scripts(format, battles, seed);
  const turns = turnsOf(played);
  const variants = [playBareToEnd, playCoreToEnd, playFactsToEnd];
  const costs: number[][] = variants.map(() => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    const cost = variants.map(() => 0);
    // Battle by battle, and each variant first as often as the others.
    for (const [index, script] of played.entries())
      for (let turn = 0; turn < variants.length; turn++) {
        const variant = (index + round + WARM_UP + turn) % variants.length;
        cost[variant]! += await cpuOf(() => variants[variant]!(script));
      }
    if (round >= 0) for (const [index, value] of cost.entries()) costs[index]!.push(value);
  }
  const [bare, core, facts] = costs as [number[], number[], number[]];
  const share = (of: readonly number[]): number =>
    round(median(of.map((cost, index) => bare[index]! / cost)));
  const [bareUs, coreUs, factsUs] = [bare, core, facts].map((values) => median(values) / turns) as [
    number,
    number,
    number,
  ];
  return {
    format,
    battles,
    turns,
    bareTurnsPerSecond: Math.round(1e6 / bareUs),
    coreTurnsPerSecond: Math.round(1e6 / coreUs),
    bareUs: round(bareUs),
    coreUs: round(coreUs),
    factsUs: round(factsUs),
    coreShare: share(core),
    factsShare: share(facts),
  };
}

function playBareToEnd(script: Script): void {
  playBare(script);
}

function playCoreToEnd(script: Script): void {
  if (playCore(script).fingerprint() !== script.print) throw new Error('the core played another battle');
}

function playFactsToEnd(script: Script): void {
  const facts = new PublicFacts();
  let lines = 0;
  playCore(script, ({ channels: { spectator } }) => {
    for (; lines < spectator.length; lines++) facts.apply(spectator[lines]!);
    facts.takeChanges();
  });
}
