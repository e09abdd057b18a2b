/** Bots against bots on the core, each seeing only what the server would send to its side. */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { SIDE_IDS, type SideId } from '../../src/battle/ids.ts';
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { type Random, seededRandom } from '../../src/battle/random.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import type { BotKind } from '../../src/battle/bot-seat.ts';
import { BRAINS } from '../../src/bots/brains.ts';
import { View } from '../../src/bots/view.ts';
import { openingFor, Recording } from '../support/play.ts';

/** Longer battles count as ties. */
const TURNS_MAX = 400;

export interface Pairing {
  readonly format: string;
  readonly kinds: readonly [BotKind, BotKind];
  readonly seed: string;
}

export interface BotBattle {
  readonly winner: BotKind | null;
  readonly turns: number;
  /** Answers that were refused, as `kind: text: message`. */
  readonly refused: readonly string[];
  /** What each choice took, by kind, in milliseconds. */
  readonly thought: Readonly<Record<BotKind, readonly number[]>>;
}

class Player {
  readonly kind: BotKind;
  readonly view: View;
  readonly #side: SideId;
  readonly #random: Random;
  #from = 0;

  constructor(recording: Recording, side: SideId, kind: BotKind, random: Random) {
    this.kind = kind;
    this.#side = side;
    this.#random = random;
    this.view = new View(recording.opening.format, side);
  }

  /** Answers; what is refused is told to `refused`, and what is drawn at random is taken instead. */
  answer(recording: Recording, refused: string[]): number {
    const { battle } = recording;
    const lines = battle.channels[this.#side];
    this.view.take(lines.slice(this.#from));
    this.#from = lines.length;
    this.view.request = JSON.parse(JSON.stringify(battle.request(this.#side))) as BattleRequest;
    const startedAt = performance.now();
    // As much time as it wants: how fast the machine is must not decide a battle.
    const text = BRAINS[this.kind](this.view, { random: this.#random, isTimeUp: () => false });
    const thoughtMs = performance.now() - startedAt;
    const staged = recording.answer(this.#side, text);
    if (staged.kind === 'refused') {
      refused.push(`${this.kind}: ${text}: ${staged.message}`);
      const other = randomChoice(battle.request(this.#side)!, this.#random);
      if (recording.answer(this.#side, other).kind === 'refused') recording.answer(this.#side, 'default');
    }
    return thoughtMs;
  }
}

/** The same pairing gives the same battle. */
export function playBots({ format, kinds, seed }: Pairing): BotBattle {
  const recording = new Recording(openingFor(format, seed));
  const { battle } = recording;
  const players = { p1: playerOf('p1', kinds[0]), p2: playerOf('p2', kinds[1]) };
  const refused: string[] = [];
  const thought: Record<BotKind, number[]> = { random: [], greedy: [], 'looking-ahead': [] };
  while (!battle.outcome && battle.turn < TURNS_MAX) {
    for (const side of SIDE_IDS.filter((one) => battle.owes(one)))
      thought[players[side].kind].push(players[side].answer(recording, refused));
  }
  const winner = battle.outcome?.winner ?? null;
  return { winner: winner && players[winner].kind, turns: battle.turn, refused, thought };

  function playerOf(side: SideId, kind: BotKind): Player {
    return new Player(recording, side, kind, seededRandom(`bot ${side} ${seed}`));
  }
}

export interface Series {
  readonly better: BotKind;
  readonly worse: BotKind;
  readonly battles: number;
  readonly seed: number;
}

export interface SeriesFigures {
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Ties count half. */
  readonly rate: number;
  /** 95 %, Wilson's. */
  readonly interval: readonly [number, number];
  readonly turnsPerBattle: number;
  /** Of the better one, in milliseconds. */
  readonly thoughtMs: { readonly mean: number; readonly max: number };
  readonly refused: number;
}

const FORMAT = 'gen9randombattle';
const THREADS = 2;

/** Plays in two threads; sides alternate. Throws when an answer is refused. */
export async function proveSeries(series: Series, report: (line: string) => void): Promise<SeriesFigures> {
  let ended = 0;
  const onEnd = (): void => {
    ended++;
    if (ended % 20 === 0) report(`${series.better} against ${series.worse}: ${ended} of ${series.battles}`);
  };
  const shares = Array.from({ length: THREADS }, (_, thread) => playShare({ ...series, thread }, onEnd));
  return figuresOf(series, (await Promise.all(shares)).flat());
}

interface Share extends Series {
  readonly thread: number;
}

function playShare(share: Share, onEnd: () => void): Promise<BotBattle[]> {
  return new Promise((resolve, reject) => {
    const battles: BotBattle[] = [];
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.on('message', (battle: BotBattle) => {
      battles.push(battle);
      onEnd();
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve(battles));
  });
}

function figuresOf({ better, worse, battles: count }: Series, battles: readonly BotBattle[]): SeriesFigures {
  const refusals = battles.flatMap(({ refused }) => refused);
  if (refusals.length > 0) throw new Error(refusals.slice(0, 20).join('\n'));
  if (battles.length !== count) throw new Error(`${battles.length} of ${count} battles were played`);
  const wonBy = (kind: BotKind | null): number => battles.filter(({ winner }) => winner === kind).length;
  const [wins, losses, ties] = [wonBy(better), wonBy(worse), wonBy(null)];
  const thought = battles.flatMap((battle) => battle.thought[better]);
  const rate = (wins + ties / 2) / count;
  const rounded = (value: number): number => Math.round(value * 1000) / 1000;
  const [low, high] = wilson(rate, count);
  return {
    wins,
    losses,
    ties,
    rate: rounded(rate),
    interval: [rounded(low), rounded(high)],
    turnsPerBattle: rounded(battles.reduce((sum, { turns }) => sum + turns, 0) / count),
    thoughtMs: {
      mean: rounded(thought.reduce((sum, ms) => sum + ms, 0) / thought.length),
      max: rounded(Math.max(...thought)),
    },
    refused: 0,
  };
}

/** Wilson's score interval at 95 %. */
export function wilson(rate: number, count: number): [low: number, high: number] {
  const z = 1.96;
  const scale = 1 + z ** 2 / count;
  const centre = rate + z ** 2 / (2 * count);
  const spread = z * Math.sqrt((rate * (1 - rate)) / count + z ** 2 / (4 * count ** 2));
  return [(centre - spread) / scale, (centre + spread) / scale];
}

function workOn({ better, worse, battles, seed, thread }: Share): void {
  for (let index = thread; index < battles; index += THREADS) {
    const kinds = index % 4 < 2 ? ([better, worse] as const) : ([worse, better] as const);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
    parentPort?.postMessage(playBots({ format: FORMAT, kinds, seed: `${seed}/${better}/${index}` }));
  }
}

if (!isMainThread && workerData !== null) workOn(workerData as Share);
