/**
 * Everything hostile at once while battles go on, played by another process at human pace: the corpus, the floods, the
 * fuzz, connections that drip and connections that say nothing. What players wait for stays short.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from '../../loadtest/bench/bots-child.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { fuzzOnce, type Fuzzed, type FuzzSizes } from '../fuzz/fuzz.proof.ts';
import { TEST_SECRET } from '../support/server-process.ts';
import { sendCorpus, shuffler } from './hostile.proof.ts';
import { dripHeaders, hoard, type Hoard } from './slow-attacks.ts';
import { Target } from './target.ts';

const POLL_MS = 50;

export interface HostileLoadSize {
  /** At once. */
  readonly battles: number;
  /** Mean time for a choice, in milliseconds. */
  readonly thinkMs: number;
  /** How often the corpus is sent. */
  readonly rounds: number;
  readonly fuzz: FuzzSizes;
  /** Connections that drip headers, and those that say nothing; each again for each round. */
  readonly dripping: number;
  readonly silent: number;
  /** How long the battles are watched before anybody attacks, in milliseconds. */
  readonly quietMs: number;
}

export interface HostileLoadFigures {
  readonly battlesAtOnce: number;
  readonly payloads: number;
  readonly fuzzed: Fuzzed;
  readonly dripped: number;
  readonly hoard: Hoard;
  readonly attackS: number;
  readonly turns: number;
  readonly battlesEnded: number;
  /** From a turn's last choice to the players' update, in milliseconds: before the attack, and during it. */
  readonly quietMs: Load['latency'];
  readonly attackedMs: Load['latency'];
}

export interface HostileLoadOptions {
  readonly seed: number;
  readonly size: HostileLoadSize;
  readonly report?: (line: string) => void;
}

export async function proveHostileLoad({
  seed,
  size,
  report,
}: HostileLoadOptions): Promise<HostileLoadFigures> {
  const target = await Target.start();
  const bots = startBots(target, size, seed);
  try {
    const quiet = await settled(bots, size);
    report?.(`quiet: p99 ${quiet.latency.p99} ms`);
    const begunAt = performance.now();
    const [active, dripped, hoarded] = await Promise.all([
      attack(target, { seed, size, ...(report && { report }) }),
      size.dripping > 0 ? dripHeaders(target, size.dripping) : 0,
      size.silent > 0 ? hoard(target, size.silent) : { opened: 0, refused: 0 },
    ]);
    const attackS = Math.round((performance.now() - begunAt) / 100) / 10;
    const { turns, battles, latency } = await ask(bots);
    target.assertUnharmed();
    assert.ok(turns > 0, 'nobody played meanwhile');
    return {
      battlesAtOnce: size.battles,
      ...active,
      dripped,
      hoard: hoarded,
      attackS,
      turns,
      battlesEnded: battles,
      quietMs: quiet.latency,
      attackedMs: latency,
    };
  } finally {
    bots.kill('SIGKILL');
    await target.stop();
  }
}

async function attack(
  target: Target,
  { seed, size, report }: HostileLoadOptions,
): Promise<{ payloads: number; fuzzed: Fuzzed }> {
  const random = seededRandom(seed);
  let payloads = 0;
  for (let round = 0; round < size.rounds; round++) {
    payloads += await sendCorpus(target, shuffler(random));
    report?.(`round ${round + 1} of ${size.rounds}: ${payloads} payloads`);
  }
  return { payloads, fuzzed: await fuzzOnce(target, size.fuzz, seed) };
}

function startBots({ url }: Target, { battles, thinkMs }: HostileLoadSize, seed: number): ChildProcess {
  const file = new URL('../../loadtest/bench/bots-child.ts', import.meta.url);
  const args = [
    url,
    TEST_SECRET,
    String(2 * battles),
    String(thinkMs),
    'gen9randombattle',
    `bystanders ${seed}`,
  ];
  return fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** When all battles are being played, and then for a while. */
async function settled(bots: ChildProcess, { battles, quietMs }: HostileLoadSize): Promise<Load> {
  for (let turns = 0; turns < battles; await sleep(POLL_MS)) turns += (await ask(bots)).turns;
  await sleep(quietMs);
  return ask(bots);
}

function ask(bots: ChildProcess): Promise<Load> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('The bots have gone.'));
    bots.once('exit', gone);
    bots.once('message', (load) => {
      bots.off('exit', gone);
      resolve(load as Load);
    });
    bots.send('figures');
  });
}
