/**
 * `npm run bots`: battles between bots against a running server, then what they saw. Ends with 1 when a battle did not
 * end properly, its players were told different things, or there was an error that no bot provoked; with 2 when the
 * battles could not begin.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { findFormat, FORMATS } from '../src/battle/format.ts';
import { accountsFor } from './accounts.ts';
import { LatencyMeter } from './latency.ts';
import { percentiles } from './percentiles.ts';
import { playBattles, type Played } from './play.ts';
import { createProgress } from './progress.ts';
import { silenceSdk } from './sdk-notices.ts';
import { teamsFor } from './teams.ts';
import { byBattle, errorCounts, faultsOf } from './verdict.ts';

const USAGE = `Usage: npm run bots -- [options]
  --url <url>          server to play on (http://127.0.0.1:2567)
  --battles <n>        battles to play (50)
  --concurrency <n>    battles at once (10)
  --format <id>        a format id, or "mixed" for all on offer in turn (gen9randombattle)
  --think <ms>         mean time for a choice (0)
  --spectators <n>     spectators of each battle (0)
  --secret <secret>    the server's JWT_SECRET, to sign the bots' own tokens (default: JWT_SECRET, else the
                       data directory's, else the bots are guests)
  --seed <text>        of the choices (1)
  --json               the report as JSON on stdout`;

/** How often the event loop is looked at. What is recorded includes it. */
const DELAY_RESOLUTION_MS = 10;
const EXIT = { FAULTS: 1, NO_START: 2 } as const;

function options() {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    options: {
      url: text('http://127.0.0.1:2567'),
      battles: text('50'),
      concurrency: text('10'),
      format: text('gen9randombattle'),
      think: text('0'),
      spectators: text('0'),
      secret: { type: 'string' },
      seed: text('1'),
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) stop(USAGE, 0);
  const formats = values.format === 'mixed' ? mixedFormats() : [values.format];
  if (!formats.every((format) => findFormat(format))) stop(`There is no format ${values.format}.`);
  const whole = (name: 'battles' | 'concurrency' | 'think' | 'spectators'): number => {
    if (!/^\d{1,7}$/.test(values[name])) stop(`--${name} must be a whole number.`);
    return Number(values[name]);
  };
  return {
    url: values.url.replace(/\/+$/, ''),
    battles: Math.max(1, whole('battles')),
    concurrency: Math.max(1, whole('concurrency')),
    formats,
    thinkMs: whole('think'),
    spectators: whole('spectators'),
    secret: values.secret ?? process.env['JWT_SECRET'],
    seed: values.seed,
    isJson: values.json,
  };
}

/** Every format that a bot can play: those with teams of one's own need one in test/data/teams. */
function mixedFormats(): string[] {
  return [...FORMATS.values()]
    .filter(({ id, teamRequired }) => !teamRequired || teamsFor(id).length > 0)
    .map(({ id }) => id);
}

function stop(message: string, status: number = EXIT.NO_START): never {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`)).ok;
  } catch {
    return false;
  }
}

function report(played: Played, latency: readonly number[], delay: IntervalHistogram, seconds: number) {
  const { players } = played;
  const battles = [...byBattle(players).values()];
  const turns = battles.map(([one]) => one?.lines.filter((line) => line.startsWith('|turn|')).length ?? 0);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const ms = (nanoseconds: number): number =>
    Math.max(0, Math.round(nanoseconds / 1e4 - DELAY_RESOLUTION_MS * 100) / 100);
  const refused = players.map(({ errors }) => errors.filter(({ code }) => code === 'INVALID_MOVE').length);
  return {
    battles: battles.filter((sides) => sides.every(({ end }) => end !== null)).length,
    seconds: Math.round(seconds * 10) / 10,
    turns: sum(turns),
    turnsPerSecond: Math.round(sum(turns) / seconds),
    choices: sum(players.map(({ choices }) => choices)),
    refusedChoices: sum(refused),
    latencyMs: percentiles(latency),
    eventLoopDelayMs: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
    cameBackBySdk: sum(players.map(({ cameBackBySdk }) => cameBackBySdk)),
    joinedAgain: sum(players.map(({ joinedAgain }) => joinedAgain)),
    errors: errorCounts(played),
    faults: faultsOf(played),
  };
}

type IntervalHistogram = ReturnType<typeof monitorEventLoopDelay>;

function table(figures: ReturnType<typeof report>): string {
  const { latencyMs: latency, eventLoopDelayMs: delay, errors, faults } = figures;
  const counts = Object.entries(errors).map(([code, count]) => `${code} ${count}`);
  const rows = [
    ['battles', `${figures.battles} in ${figures.seconds} s`],
    ['turns', `${figures.turns} (${figures.turnsPerSecond} a second)`],
    ['choices', `${figures.choices}, refused ${figures.refusedChoices}`],
    [
      'last choice to update',
      `p50 ${latency.p50}  p95 ${latency.p95}  p99 ${latency.p99}  max ${latency.max} ms`,
    ],
    ["bots' event-loop delay", `p50 ${delay.p50}  p99 ${delay.p99}  max ${delay.max} ms`],
    ['reconnections', `${figures.cameBackBySdk} by the SDK, ${figures.joinedAgain} by joining again`],
    ['errors', counts.join(', ') || 'none'],
    ['faults', faults.length > 0 ? faults.join('\n' + ' '.repeat(24)) : 'none'],
  ];
  return rows.map(([name, value]) => `${name!.padEnd(24)}${value}`).join('\n');
}

async function main(): Promise<void> {
  const { secret, isJson, ...play } = options();
  silenceSdk();
  if (!(await isAnswering(play.url)))
    stop(`No server answers at ${play.url}. Start one with "npm start", or give its address with --url.`);
  const accounts = await accountsFor(play.url, secret, process.env['DATA_DIR'] ?? './data').catch(
    (error: unknown) => stop((error as Error).message),
  );
  const events = new LatencyMeter();
  const progress = createProgress(play.battles, 'battles');
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  const startedAt = performance.now();
  delay.enable();
  const played = await playBattles({ ...play, accounts, events, onProgress: progress });
  delay.disable();
  progress.end();
  const figures = report(played, events.values, delay, (performance.now() - startedAt) / 1000);
  process.stdout.write(`${isJson ? JSON.stringify(figures, null, 2) : table(figures)}\n`);
  const isClean = figures.faults.length === 0 && Object.keys(figures.errors).length === 0;
  process.exit(isClean ? 0 : EXIT.FAULTS);
}

await main();
