/** Players and spectators through the client package, as a program that uses it would write them. */
import { randomChoice } from '../../src/battle/legal-choice.ts';
import { seededRandom, type Random } from '../../src/battle/random.ts';
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
  readonly accepted: string[];
}

/** Random legal choices to the end. To be called as soon as the battle is there. */
export function play(battle: Battle, seed: number): Play {
  const random = seededRandom(seed);
  const told: string[] = [];
  const asked: number[] = [];
  const accepted: string[] = [];
  const end = new Promise<BattleEnd>((resolve, reject) => {
    battle.on('lines', ({ from, lines }) => {
      if (from !== told.length) reject(new Error(`line ${from} came after ${told.length}`));
      told.push(...lines);
    });
    battle.on('request', (request) => {
      asked.push(request.rqid);
      answer(battle, request, random).catch(reject);
    });
    battle.on('accepted', ({ rqid, choice }) => accepted.push(`${rqid} ${choice}`));
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
