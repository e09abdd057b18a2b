/**
 * Heap of live battles at turn 10: of the sim, of the core, and of a whole room with two connected players. Needs
 * `--expose-gc`. The sockets of the players are no more than what keeps their frames; what Node keeps for a real
 * connection comes on top, as in any server.
 */
import type { BattleId } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { RecordedBattle } from '../../test/support/recording-room.ts';
import { Battle } from '../../src/battle/battle.ts';
import { answerBare, openBare } from './bare-sim.ts';
import { scripts, type Script } from './script.ts';

export interface Heap {
  readonly battles: number;
  /** KiB for one battle. */
  readonly bareKiB: number;
  readonly coreKiB: number;
  readonly roomKiB: number;
}

const TURN = 10;
const PLAYERS = ['p1', 'p2'] as const;

export async function heapAtTurnTen(battles: number, seed: string): Promise<Heap> {
  const played = scripts('gen9randombattle', battles * 2, seed).filter(({ turns }) => turns > TURN);
  const some = played.slice(0, battles);
  // Dex entries, shapes and compiled code are the process's: all of it happens once before it is counted.
  for (const script of some) bareToTurn(script);
  await perBattle(some, openRoom, (room) => room.close());
  return {
    battles: some.length,
    bareKiB: await perBattle(some, async (script) => bareToTurn(script)),
    coreKiB: await perBattle(some, async (script) => playToTurn(script)),
    roomKiB: await perBattle(some, openRoom, (room) => room.close()),
  };
}

/** Battles opened, played to their end and let go, one after the other. KiB of heap after each tenth of them. */
export async function heapOverBattles(battles: number, seed: string): Promise<number[]> {
  const [script] = scripts('gen1randombattle', 1, seed);
  const heap: number[] = [];
  for (let index = 0; index < battles; index++) {
    const room = await openRoom(script!, `leak-${index}`, script!.answers.length);
    await room.close();
    if ((index + 1) % Math.ceil(battles / 10) === 0) heap.push(Math.round(heapBytes() / 1024));
  }
  return heap;
}

async function perBattle<T>(
  some: readonly Script[],
  open: (script: Script, id: string) => Promise<T>,
  close?: (opened: T) => Promise<void>,
): Promise<number> {
  const before = heapBytes();
  const opened: T[] = [];
  for (const [index, script] of some.entries()) opened.push(await open(script, `heap-${index}`));
  const bytes = heapBytes() - before;
  for (const one of opened) await close?.(one);
  return Math.round((bytes / some.length / 1024) * 10) / 10;
}

function bareToTurn({ opening, answers }: Script): object {
  const battle = openBare(opening);
  for (const answer of answers) if (battle.turn < TURN) answerBare(battle, answer);
  return battle;
}

function playToTurn({ opening, answers }: Script): Battle {
  const battle = new Battle(copyOf(opening, opening.id));
  for (const input of answers) {
    if (battle.turn >= TURN) break;
    battle.stage(input.side, input.text);
    battle.apply(input);
  }
  return battle;
}

/** A room with both players in it, played to turn 10 or through `answersMax` answers. */
async function openRoom(
  { opening, answers }: Script,
  id: string,
  answersMax?: number,
): Promise<RecordedBattle> {
  const recorded = await RecordedBattle.open(copyOf(opening, id));
  for (const side of PLAYERS) await recorded.join(`${id}-${side}`, `user-${side}`);
  const { battle } = recorded.room.session;
  for (const { side, text } of answers.slice(0, answersMax)) {
    if (answersMax === undefined && battle.turn >= TURN) break;
    await recorded.send(`${id}-${side}`, 'MOVE', { choice: text });
    for (const player of PLAYERS) recorded.take(`${id}-${player}`);
  }
  return recorded;
}

/** As read from a store: no battle shares its opening with another. */
function copyOf(opening: Opening, id: string): Opening {
  return { ...structuredClone(opening), id: id as BattleId };
}

/** After everything that nobody holds is gone. */
function heapBytes(): number {
  if (!globalThis.gc) throw new Error('Run this with --expose-gc.');
  for (let count = 0; count < 3; count++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
