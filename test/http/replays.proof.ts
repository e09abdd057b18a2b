/**
 * The proof that replays are true: battles of bots are recorded, read back through the public endpoints, and followed by
 * `@pkmn/client`, which shares nothing with us, and by the replay page's own reducer. What they arrive at is held against
 * the bare sim after the same inputs.
 */
import assert from 'node:assert/strict';
import { Battle as ClientBattle } from '@pkmn/client';
import { Generations } from '@pkmn/data';
import { Protocol } from '@pkmn/protocol';
import { Dex } from '@pkmn/sim';
import { FORMATS } from '../../src/battle/format.ts';
import { SIDE_IDS, type BattleId, type SideId, type UserId } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import { seededRandom } from '../../src/battle/random.ts';
import type { BattleRecord } from '../../src/battle/record.ts';
import { stateAfter } from '../../src/replay-page/state-after.ts';
import { wordsOf } from '../../src/replay-page/words.ts';
import { BareBattle } from '../support/bare-battle.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';
import { startHttp, type TestServer } from './http-server.ts';

export interface ReplaysFigures {
  readonly battles: number;
  readonly formats: number;
  readonly turns: number;
  /** Each taken by `@pkmn/client` without a fault. */
  readonly lines: number;
  /** Battles that ended so. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Of these sides the fainted Pokémon were counted alike by the sim, by `@pkmn/client` and by the page. */
  readonly sidesCompared: number;
  /** Sides with an Illusion: spectators cannot always know who fainted. */
  readonly sidesInDisguise: number;
}

const USERS = 40;
const TURNS_MAX = 120;
/** Every so many battles one ends void, by no line. */
const VOID_EVERY = 50;
const REPORT_EVERY = 50;
const ENDED_AT = 1_750_000_000_000;

// National Dex is played with what is no longer in the games.
const generations = new Generations(
  Dex as unknown as ConstructorParameters<typeof Generations>[0],
  ({ exists }) => exists === true,
);

/** Throws at the first replay that is not its battle. */
export async function proveReplays(
  { battles, seed }: { battles: number; seed: string },
  report: (line: string) => void,
): Promise<ReplaysFigures> {
  const server = await startHttp();
  const formats = new Set<string>();
  const reasons: Record<string, number> = {};
  const total = { turns: 0, lines: 0, sidesCompared: 0, sidesInDisguise: 0 };
  try {
    for (let index = 0; index < battles; index++) {
      const recording = play(index, `${seed}/${index}`);
      const record = recordOf(recording, index);
      await server.store(record);
      try {
        const compared = await compare(server, record);
        total.sidesCompared += compared;
        total.sidesInDisguise += SIDE_IDS.length - compared;
      } catch (error) {
        throw new Error(`${record.opening.format} ${seed}/${index}: ${String(error)}`, { cause: error });
      }
      formats.add(record.opening.format);
      reasons[record.outcome.reason] = (reasons[record.outcome.reason] ?? 0) + 1;
      total.turns += record.turns;
      total.lines += record.lines.length;
      if ((index + 1) % REPORT_EVERY === 0) report(`${index + 1} of ${battles} replays are their battles`);
    }
    await findAll(server, battles);
  } finally {
    await server.stop();
  }
  assert(total.sidesCompared > total.sidesInDisguise, 'hardly a side was compared');
  return { battles, formats: formats.size, ...total, reasons };
}

function play(index: number, seed: string): Recording {
  const formats = [...FORMATS.keys()];
  const recording = new Recording(openingOf(formats[index % formats.length]!, index, seed));
  if (index % VOID_EVERY === VOID_EVERY - 1) recording.log({ type: 'void', why: 'poison' });
  else playOut(recording, seededRandom(seed), { turnsMax: TURNS_MAX });
  return recording;
}

function openingOf(format: string, index: number, seed: string): Opening {
  const opening = openingFor(format, seed);
  const sides = opening.sides.map((side, seat) => ({
    ...side,
    userId: `user-${(index + seat) % USERS}` as UserId,
  }));
  return { ...opening, id: `proof-${index}` as BattleId, sides };
}

function recordOf({ opening, battle, entries }: Recording, index: number): BattleRecord {
  assert(battle.outcome);
  const endedAt = ENDED_AT + Math.floor(index / 2) * 1000;
  const { turn: turns, outcome, channels } = battle;
  return { opening, entries, outcome, lines: channels.spectator, turns, startedAt: ENDED_AT - 1, endedAt };
}

/** Gives the number of sides whose fainted Pokémon were compared. */
async function compare(server: TestServer, record: BattleRecord): Promise<number> {
  const { opening, outcome, turns } = record;
  // Time for the limit of requests per address.
  server.clock.at += 1_000;
  const log = await server.call('GET', `/replays/${opening.id}.log`);
  const json = (await server.call('GET', `/replays/${opening.id}.json`)).body;
  assert.equal(log.status, 200, log.text);
  assert.deepEqual(log.text.split('\n'), record.lines);
  assert.deepEqual(
    [json['log'], json['winnerSide'], json['turns'], json['reason']],
    [log.text, outcome.winner, turns, outcome.reason],
  );
  const client = followed(log.text);
  const state = stateAfter(record.lines, record.lines.length);
  for (const line of record.lines) wordsOf(line, state.names);
  assert.deepEqual([client.winner, client.battle.turn], [outcome.winner, turns], 'winner and turns');
  assert.deepEqual([state.winner, state.facts.turn], [outcome.winner, turns], "the page's winner and turns");
  assert.equal(state.isTie, outcome.reason === 'tie');
  const { sim } = bareAfter(record);
  const sides = SIDE_IDS.filter((id) => !hasIllusion(record, id));
  for (const id of sides) {
    const fainted = sim.getSide(id).pokemon.filter((pokemon) => pokemon.fainted).length;
    const counts = [client.battle[id].team, state.facts.sides[id].team].map(
      (team) => team.filter((pokemon) => pokemon.fainted).length,
    );
    assert.deepEqual(counts, [fainted, fainted], `fainted of ${id}: by the client, by the page`);
  }
  return sides.length;
}

/** What `@pkmn/client` makes of the text; throws at a line that it does not know, or cannot take. */
function followed(text: string): { readonly battle: ClientBattle; readonly winner: SideId | null } {
  const battle = new ClientBattle(generations);
  let winner: SideId | null = null;
  for (const line of text.split('\n')) {
    const { args, kwArgs } = Protocol.parseBattleLine(line);
    assert(line === '|' || Protocol.key(args) !== undefined, `"${line}" is unknown`);
    battle.add(args, kwArgs);
    if (args[0] === 'win') winner = SIDE_IDS.find((id) => battle[id].name === args[1]) ?? null;
  }
  return { battle, winner };
}

function bareAfter({ opening, entries }: BattleRecord): BareBattle {
  const [p1, p2] = opening.sides;
  assert(p1 && p2);
  const bare = new BareBattle({
    format: opening.format,
    seed: opening.seed,
    names: { p1: p1.name, p2: p2.name },
    teams: { p1: p1.team, p2: p2.team },
  });
  for (const { input } of entries)
    if (input.type === 'choice' || input.type === 'refused') bare.choose(input.side, input.text);
  return bare;
}

/** Also one that is only borrowed: Zoroark's family is who brings it. */
function hasIllusion({ opening }: BattleRecord, id: SideId): boolean {
  const team = opening.sides.find(({ side }) => side === id)?.team ?? '';
  return /illusion|zoroark|zorua/i.test(team);
}

/** All of them, each once, newest first. */
async function findAll(server: TestServer, battles: number): Promise<void> {
  const found: { readonly battleId: string; readonly endedAt: number }[] = [];
  for (let cursor = ''; ;) {
    server.clock.at += 1_000;
    const { body } = await server.call('GET', `/replays?limit=7${cursor}`);
    found.push(...((body.items ?? []) as unknown as typeof found));
    if (body['next'] === undefined) break;
    cursor = `&cursor=${body['next'] as string}`;
  }
  assert.equal(new Set(found.map(({ battleId }) => battleId)).size, battles);
  assert.equal(found.length, battles);
  assert(found.every(({ endedAt }, at) => at === 0 || endedAt <= found[at - 1]!.endedAt));
}
