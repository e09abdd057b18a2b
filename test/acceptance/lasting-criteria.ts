/** What time, lost connections, dead processes and the end of a battle must not take away. */
import assert from 'node:assert/strict';
import { percentiles } from '../../loadtest/percentiles.ts';
import type { Played } from '../../loadtest/play.ts';
import { byBattle } from '../../loadtest/verdict.ts';
import { proveCluster } from '../drills/cluster.proof.ts';
import { checkBattle } from '../support/checker.ts';
import { readStored } from '../support/stored-battles.ts';
import type { Criterion } from './acceptance.proof.ts';
import { heard, meet, ms, type Ground } from './ground.ts';

const TURN_MS = 60_000;
const WARNING_MS = 30_000;
const ABSENCE_MS = 60_000;
/** How far a timer may be off on a machine with much to do, in milliseconds. */
const GRACE_MS = 2_000;
/** Of the clients whose connection is cut. */
const BACK_SHARE_MIN = 0.95;
const QUERY_MS = 10;
const TURNS = 3;

async function timerRuns({ cluster }: Ground): Promise<string> {
  const { one, two } = await meet([cluster.url, cluster.url], 'gen5randombattle');
  const at = performance.now();
  const since = <T>(event: Promise<T>): Promise<readonly [T, number]> =>
    event.then((payload) => [payload, performance.now() - at]);
  two.send('MOVE', { choice: 'default' });
  const [[warning, warnedMs], [update, movedMs]] = await Promise.all([
    since(heard(one, 'TURN_WARNING', WARNING_MS + GRACE_MS)),
    since(heard(one, 'BATTLE_UPDATE', TURN_MS + GRACE_MS)),
  ]);
  assert.equal(warning.secondsRemaining, 30);
  assert.deepEqual(update.autoMove, ['p1']);
  for (const [measured, wanted] of [
    [warnedMs, WARNING_MS],
    [movedMs, TURN_MS],
  ] as const)
    assert(Math.abs(measured - wanted) < GRACE_MS, `${measured} instead of ${wanted} ms`);
  await Promise.all([one.leave(), two.leave()]);
  return `a warning after ${seconds(warnedMs)}, a choice is made after ${seconds(movedMs)}`;
}

async function playersComeBack({ cluster, size }: Ground): Promise<string> {
  const [times, awayMs] = await Promise.all([cuts(cluster.url, size.cuts), stayAway(cluster.url)]);
  const share = times.length / size.cuts;
  assert(share > BACK_SHARE_MIN, `${times.length} of ${size.cuts} came back`);
  return `${times.length} of ${size.cuts} cut connections came back, p50 ${ms(percentiles(times).p50)}; who stays away loses after ${seconds(awayMs)}`;
}

/** Milliseconds of each return. */
async function cuts(url: string, count: number): Promise<number[]> {
  const { one, two } = await meet([url, url], 'gen6randombattle');
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const at = performance.now();
    const restored = one.next('BATTLE_RESTORED');
    one.room.connection.close(4010);
    await restored;
    times.push(performance.now() - at);
  }
  two.send('FORFEIT', {});
  await one.next('BATTLE_END');
  await Promise.all([one.leave(), two.leave()]);
  return times;
}

/** Milliseconds until the other one has won. */
async function stayAway(url: string): Promise<number> {
  const { one, two, users } = await meet([url, url], 'gen7randombattle');
  one.send('MOVE', { choice: 'default' });
  const ended = heard(one, 'BATTLE_END', ABSENCE_MS + GRACE_MS);
  const at = performance.now();
  two.abandon();
  const { winner } = await ended;
  const took = performance.now() - at;
  assert.equal(winner, users[0].id);
  assert(Math.abs(took - ABSENCE_MS) < GRACE_MS, `${took} instead of ${ABSENCE_MS} ms`);
  await one.leave();
  return took;
}

async function crashKeepsBattles({ size, seed }: Ground): Promise<string> {
  const figures = await proveCluster(
    {
      processes: 2,
      battles: size.crashBattles,
      formats: ['gen9randombattle'],
      thinkMs: 500,
      blows: { kill: 1 },
    },
    seed,
    () => {},
  );
  const { hostedByKilled, battles, acceptedChecked, timeToNextOwnAcceptedMs } = figures;
  const { p50 } = timeToNextOwnAcceptedMs['kill'] ?? { p50: Number.NaN };
  return `kill -9 of a process with ${hostedByKilled.max} battles: ${battles} of ${battles} kept, ${acceptedChecked} choices each stored once, next own choice after p50 ${ms(p50)}`;
}

async function battlesAreSaved({ cluster, played }: Ground): Promise<string> {
  const told = tellers((await played()).played);
  const { battles } = await readStored(cluster.database);
  const rows = battles.filter(({ id }) => told.has(id));
  assert.equal(rows.length, told.size, 'battles are missing');
  const checked = rows.map((row) => checkBattle(row, told.get(row.id)!));
  assert.deepEqual(
    checked.flatMap(({ faults }) => faults),
    [],
  );
  const sum = (of: 'accepted' | 'lines'): number => checked.reduce((total, one) => total + one[of], 0);
  return `${rows.length} of ${told.size} in PostgreSQL, ${sum('accepted')} choices each stored once, ${sum('lines')} lines as they were told`;
}

async function historyAndReplays({ cluster, played }: Ground): Promise<string> {
  const { url } = cluster;
  const { players, spectators } = (await played()).played;
  const queries: number[] = [];
  for (const { userId, battleId } of players) {
    const at = performance.now();
    const history = await fetch(`${url}/battles?user=${encodeURIComponent(userId)}`);
    const { items } = (await history.json()) as { items: { battleId: string }[] };
    queries.push(performance.now() - at);
    assert(
      items.some((one) => one.battleId === battleId),
      `${battleId} is not in the history of ${userId}`,
    );
  }
  for (const { battleId, lines } of spectators) {
    const replay = await (await fetch(`${url}/replays/${battleId}.log`)).text();
    assert.equal(replay, lines.join('\n'), `the replay of ${battleId} is another battle`);
  }
  const { p50 } = percentiles(queries);
  assert(p50 < QUERY_MS, `a history takes ${p50} ms`);
  return `${players.length} histories, p50 ${ms(p50)} (under ${QUERY_MS}); ${spectators.length} replays equal to what spectators saw`;
}

async function processesAreOne({ cluster }: Ground): Promise<string> {
  const [one, two] = cluster.servers.map(({ url }) => url) as [string, string];
  const pair = await meet([one, two], 'gen8randombattle');
  const times: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    pair.one.send('MOVE', { choice: 'default' });
    await pair.one.next('MOVE_ACCEPTED');
    const at = performance.now();
    pair.two.send('MOVE', { choice: 'default' });
    const updates = [pair.one.next('BATTLE_UPDATE'), pair.two.next('BATTLE_UPDATE')];
    const [first, second] = await Promise.all(updates);
    times.push(performance.now() - at);
    assert.equal(first!.from, second!.from);
  }
  await Promise.all([pair.one.leave(), pair.two.leave()]);
  return `users of two processes meet within ${ms(pair.startMs)} and play ${TURNS} turns, updates within p50 ${ms(percentiles(times).p50)}`;
}

function tellers(played: Played): ReturnType<typeof byBattle> {
  return byBattle([...played.players, ...played.spectators]);
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(1)} s`;
}

export const LASTING_CRITERIA = {
  timer: { name: 'The timer warns at 30 s and acts at 60 s', measure: timerRuns },
  reconnect: { name: 'Players come back within 60 s', measure: playersComeBack },
  crash: { name: 'A crash keeps the battles', measure: crashKeepsBattles },
  saved: { name: 'Battles are saved in PostgreSQL', measure: battlesAreSaved },
  history: { name: 'Histories and replays', measure: historyAndReplays },
  cluster: { name: 'Several processes are one server', measure: processesAreOne },
} as const satisfies Record<string, Criterion>;
