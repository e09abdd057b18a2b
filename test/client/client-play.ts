/** Players and spectators through the client package, as a program that uses it would write them. */
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { seededRandom, type Random } from '../../src/battle/random.ts';
import { emptyTranscript, type Accepted, type Transcript } from '../../loadtest/transcript.ts';
import type { Battle } from '../../client/src/battle.ts';
import type { EndureClient } from '../../client/src/client.ts';
import { EndureError } from '../../client/src/errors.ts';
import type { BattleEnd, BattleRequest } from '../../client/src/protocol.ts';

/** Both are in the same battle. */
export async function matchedPair(
  one: EndureClient,
  other: EndureClient,
  format: string,
): Promise<[Battle, Battle]> {
  return Promise.all([one.queue(format).battle, other.queue(format).battle]);
}

export interface Play {
  readonly end: Promise<BattleEnd>;
  /** Lines as `lines` told them. */
  readonly told: string[];
  /** Number of each request that was told. */
  readonly asked: number[];
  readonly accepted: Accepted[];
}

/** Random legal choices to the end. `asking` is called with the number of each request. */
export function play(battle: Battle, seed: number, asking: (rqid: number) => void = () => {}): Play {
  const random = seededRandom(seed);
  const told: string[] = [];
  const asked: number[] = [];
  const accepted: Accepted[] = [];
  const end = new Promise<BattleEnd>((resolve, reject) => {
    battle.on('lines', ({ from, lines }) => {
      if (from !== told.length) reject(new Error(`line ${from} came after ${told.length}`));
      told.push(...lines);
    });
    battle.on('request', (request) => {
      asked.push(request.rqid);
      asking(request.rqid);
      answer(battle, request, random).catch(reject);
    });
    battle.on('accepted', (choice) => void accepted.push(choice));
    battle.on('ended', resolve);
  });
  return { end, told, asked, accepted };
}

async function answer(battle: Battle, request: BattleRequest, random: Random): Promise<void> {
  try {
    await battle.choose(randomChoice(request, random));
  } catch (error) {
    if (!(error instanceof EndureError)) throw error;
    if (error.request) await answer(battle, error.request, random);
    else if (error.code !== 'BATTLE_ENDED') throw error;
  }
}

/** For the checker. Twice told choices are one. */
export function transcriptOf(
  userId: string,
  battle: Battle,
  { told, accepted }: Play,
  end: BattleEnd,
): Transcript {
  const once = new Map(accepted.map((choice) => [choice.rqid, choice]));
  const { id: battleId, side } = battle;
  const transcript = { ...emptyTranscript(userId, battle.format), battleId, side, end };
  return { ...transcript, lines: told, accepted: [...once.values()] };
}
