/**
 * `npm run drill`: a cluster of real processes behind a proxy that knows nothing is killed, paused, drained, robbed of
 * its Redis and cut off from its clients while bots play on it. Ends with 1 unless every figure that must be zero is, and
 * the clients that the SDK is to bring back came back; with 2 when it could not begin.
 */
import { parseArgs } from 'node:util';
import { FORMATS } from '../src/battle/format.ts';
import { seededRandom } from '../src/battle/random.ts';
import { BLOWS, type Blow } from '../test/drills/blows.ts';
import { drillCluster, type ClusterFigures } from '../test/drills/cluster.proof.ts';
import { stopTestPostgres } from '../test/support/postgres.ts';
import { createProgress } from './progress.ts';
import { teamsFor } from './teams.ts';

const USAGE = `Usage: npm run drill -- [options]
  --processes <n>   server processes (3)
  --battles <n>     battles at once (8)
  --blows <n>       blows, drawn at random: ${BLOWS.join(', ')} (10)
  --think <ms>      mean time for a choice (500)
  --seed <n>        of the blows and the choices (1)
  --json            the report as JSON on stdout`;

function options() {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    options: {
      processes: text('3'),
      battles: text('8'),
      blows: text('10'),
      think: text('500'),
      seed: text('1'),
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) stop(USAGE, 0);
  const whole = (name: 'processes' | 'battles' | 'blows' | 'think' | 'seed', min: number): number => {
    const value = Number(values[name]);
    if (!/^\d{1,6}$/.test(values[name]) || value < min)
      stop(`--${name} must be a whole number from ${min} on.`);
    return value;
  };
  return {
    processes: whole('processes', 2),
    battles: whole('battles', 1),
    count: whole('blows', 1),
    thinkMs: whole('think', 0),
    seed: whole('seed', 0),
    isJson: values.json,
  };
}

function stop(message: string, status = 2): never {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

function drawn(count: number, seed: number): Record<Blow, number> {
  const random = seededRandom(`blows ${seed}`);
  const blows = Object.fromEntries(BLOWS.map((kind) => [kind, 0])) as Record<Blow, number>;
  for (let index = 0; index < count; index++) blows[BLOWS[Math.floor(random() * BLOWS.length)]!]++;
  return blows;
}

function table(figures: ClusterFigures): string {
  const { sdkOnly, hostedByKilled: hosted } = figures;
  const counts = (value: Readonly<Record<string, number>>): string =>
    Object.entries(value)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const waits = Object.entries(figures.timeToNextOwnAcceptedMs);
  const rows = [
    ['faults', counts(figures.blows)],
    ['battles', figures.battles],
    ['  on killed processes', `p50 ${hosted.p50}  max ${hosted.max}`],
    ['lost', figures.lost],
    ['diverged', figures.diverged],
    ['choices lost or doubled', `${figures.choicesLostOrDoubled} of ${figures.acceptedChecked}`],
    ['lines compared', figures.linesChecked],
    ['states compared', `${figures.statesCompared}, with fresh decoders ${figures.freshStatesCompared}`],
    ...waits.map(([kind, { count, p50, p95, p99 }]) => [
      `next own choice, ${kind}`,
      `p50 ${p50}  p95 ${p95}  p99 ${p99} ms (${count} players)`,
    ]),
    ['SDK alone', `${sdkOnly.cameBack} of ${sdkOnly.hit} came back (${(100 * sdkOnly.share).toFixed(2)} %)`],
    ['reconnections', `${figures.cameBackBySdk} by the SDK, ${figures.joinedAgain} by joining again`],
    ['relays', `${figures.relayed}, unanswered ${figures.unanswered}, refused ${figures.refused}`],
    ['recoveries', figures.recoveries],
    ['fencings', figures.fencings],
    ['suspensions', figures.suspensions],
    ['ended void', figures.voids],
    ['errors seen by clients', counts(figures.errors)],
  ];
  return rows.map(([name, value]) => `${String(name).padEnd(32)}${value}`).join('\n');
}

async function main(): Promise<void> {
  const { count, seed, isJson, ...size } = options();
  const formats = [...FORMATS.values()]
    .filter(({ id, teamRequired }) => !teamRequired || teamsFor(id).length > 0)
    .map(({ id }) => id);
  const progress = createProgress(count, 'blows');
  let struck = 0;
  try {
    const { figures, faults } = await drillCluster(
      { ...size, formats, blows: drawn(count, seed) },
      seed,
      () => progress(Math.min(++struck, count)),
    );
    progress.end();
    process.stdout.write(`${isJson ? JSON.stringify(figures, null, 2) : table(figures)}\n`);
    if (faults.length > 0) process.exitCode = 1;
    for (const fault of faults) process.stderr.write(`${fault}\n`);
  } catch (error) {
    progress.end();
    process.exitCode = 1;
    process.stderr.write(`${(error as Error).message}\n`);
  } finally {
    await stopTestPostgres();
  }
  process.exit();
}

await main();
