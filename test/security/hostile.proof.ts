/**
 * The whole corpus against a real server in a process of its own: each payload gets what docs/protocol.md says, nothing
 * of it runs, no token gets into the log, the memory stays, and a battle that goes on meanwhile notices nothing.
 */
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { BattleStreams } from '@pkmn/sim';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { playBattles, type Played } from '../../loadtest/play.ts';
import { isDiscovery } from '../../loadtest/transcript.ts';
import { seededRandom, shuffled, type Random } from '../../src/battle/random.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { BATTLE_STORIES } from './corpus/battles.ts';
import { FLOOD_STORIES } from './corpus/floods.ts';
import { CLOSING_ROWS } from './corpus/frames.ts';
import { HTTP_ROWS } from './corpus/http.ts';
import { INTRUSION_STORIES } from './corpus/intrusions.ts';
import { messageRows } from './corpus/messages.ts';
import type { StoryRow } from './corpus/row.ts';
import { SEAT_STORIES } from './corpus/seats.ts';
import { TOKEN_ROWS } from './corpus/tokens.ts';
import { WIRE_ROWS } from './corpus/wire.ts';
import { sendMutants } from './mutants.ts';
import { sendHttp } from './send-http.ts';
import { sendClosing, sendMessages } from './send-rows.ts';
import { sendWire } from './send-wire.ts';
import { Target } from './target.ts';

export interface HostileFigures {
  readonly payloads: number;
  readonly rounds: number;
  readonly mutants: number;
  /** Connections that mutants ended, all with 4002. */
  readonly mutantsThatClosed: number;
  readonly bystanderBattles: number;
  readonly bystanderTurns: number;
  readonly tokens: number;
  readonly logLines: number;
  /** Growth of the server's peak of resident memory from after the first payloads to the end, in MiB. */
  readonly peakGrowthMiB: number;
}

export interface HostileOptions {
  readonly seed: number;
  /** How often the corpus is sent; from the second time on in random order. */
  readonly rounds: number;
  readonly mutants: number;
  readonly report?: (line: string) => void;
}

/** Buffers of bodies and replies, garbage of battles; a server that keeps 20 MB bodies grows by hundreds. */
const PEAK_GROWTH_MAX = 160 * 1024 * 1024;

export async function proveHostile(options: HostileOptions): Promise<HostileFigures> {
  const target = await Target.start();
  try {
    assertCanarySings(target);
    return await attack(target, options);
  } finally {
    await target.stop();
  }
}

async function attack(
  target: Target,
  { seed, rounds, mutants, report }: HostileOptions,
): Promise<HostileFigures> {
  let isDone = false;
  const bystanders = playBattles({
    url: target.url, accounts: signedAccounts(TEST_SECRET), battles: 10_000, concurrency: 1, formats: ['gen1randombattle'],
    thinkMs: 15, spectators: 1, seed: `bystanders ${seed}`, isEnough: () => isDone,
  }); // prettier-ignore
  let payloads = 0;
  let mutantsThatClosed = 0;
  let peak = 0;
  try {
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      payloads += await sendCorpus(target, round === 0 ? (rows) => [...rows] : shuffler(random));
      target.assertUnharmed();
      peak ||= target.peakMemory();
      report?.(`round ${round + 1} of ${rounds}: ${payloads} payloads`);
    }
    for (let sent = 0; sent < mutants; sent += 500) {
      mutantsThatClosed += await sendMutants(target, Math.min(500, mutants - sent), seed + sent);
      target.assertUnharmed();
      report?.(`${sent} mutants`);
    }
  } finally {
    isDone = true;
    // Whoever is left in a battle would try to come back for ever, so a server that has died comes back for them.
    if (!target.isAlive()) await target.server.start();
    await bystanders;
  }
  const played = await bystanders;
  assertUndisturbed(played);
  target.assertUnharmed();
  const growth = target.peakMemory() - peak;
  assert.ok(growth < PEAK_GROWTH_MAX, `the server has grown by ${growth} bytes`);
  return {
    payloads,
    rounds,
    mutants,
    mutantsThatClosed,
    bystanderBattles: played.players.length / 2,
    bystanderTurns: played.players.reduce((sum, { lines }) => sum + lines.filter((line) => line.startsWith('|turn|')).length, 0) / 2,
    tokens: target.secrets.size,
    logLines: target.log.length,
    peakGrowthMiB: Math.round(growth / 2 ** 20),
  }; // prettier-ignore
}

export type Order = <T>(rows: readonly T[]) => T[];

export function shuffler(random: Random): Order {
  return (rows) => shuffled(random, rows);
}

/** How many payloads that were. */
export async function sendCorpus(target: Target, order: Order): Promise<number> {
  const messages = messageRows(target.attack);
  const http = [...HTTP_ROWS, ...TOKEN_ROWS];
  const stories = [...BATTLE_STORIES, ...SEAT_STORIES, ...INTRUSION_STORIES];
  await sendMessages(target, order(messages));
  await sendClosing(target, order(CLOSING_ROWS));
  await sendHttp(target, order(http));
  await sendWire(target, order(WIRE_ROWS));
  for (const story of order(stories)) await run(story, target);
  // At once: some of them wait for a bound to pass.
  await Promise.all(order(FLOOD_STORIES).map((story) => run(story, target)));
  return (
    messages.length +
    CLOSING_ROWS.length +
    http.length +
    WIRE_ROWS.length +
    stories.length +
    FLOOD_STORIES.length
  );
}

async function run(story: StoryRow, target: Target): Promise<void> {
  await story.run(target).catch((error: unknown) => {
    throw new Error(`${story.name}: ${(error as Error).message}`, { cause: error });
  });
}

/** The test of the test: in a bare stream the code that choices carry does run, and leaves its trace. */
function assertCanarySings({ canary, attack: code }: Target): void {
  const stream = new BattleStreams.BattleStream();
  const player = JSON.stringify({ name: 'A', team: 'Pikachu|||Static|Thunderbolt|||||||' });
  stream._write(`>start {"formatid":"gen9customgame"}\n>player p1 ${player}\n>player p2 ${player}`);
  stream._write(`>p1 move 1\n>eval ${code}`);
  assert.ok(existsSync(canary), 'the code of the corpus does nothing even where it runs');
  rmSync(canary);
}

/** The others played on: no failure, no refusal that they had not provoked themselves, no line twice. */
function assertUndisturbed({ players, spectators, failures }: Played): void {
  assert.deepEqual(failures, []);
  assert.ok(players.length >= 2, 'nobody played meanwhile');
  for (const one of [...players, ...spectators]) {
    assert.ok(one.end, `the battle ${one.battleId} has no end`);
    assert.notEqual(one.end.reason, 'void');
    assert.deepEqual(
      [one.conflicts, one.setbacks, one.errors.filter((error) => !isDiscovery(error))],
      [[], [], []],
    );
  }
}
