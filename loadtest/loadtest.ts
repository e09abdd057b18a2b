/**
 * `npm run loadtest`: players and spectators at a human pace against a running server, from several processes. Ends with
 * 1 when a threshold is missed or clients of one battle were told different things; with 2 when it could not begin.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { findFormat, FORMATS } from '../src/battle/format.ts';
import { knownSecret } from './accounts.ts';
import { isGood, type LoadReport } from './load/report.ts';
import { reportPage } from './load/page.ts';
import { runLoad } from './load/run.ts';
import { Terminal } from './load/terminal.ts';
import { teamsFor } from './teams.ts';

const USAGE = `Usage: npm run loadtest -- [options]
  --url <url>             server to load (http://127.0.0.1:2567)
  --battles <n>           battles at once (50)
  --spectators <n>        spectators at once (0)
  --think <ms-ms>         least and most time for a choice (500-1500)
  --ramp <s>              until all of them have begun (30)
  --plateau <s>           then measured for so long (60)
  --reconnects <n>        connections cut in a second on the plateau (0)
  --processes <n>         client processes (2)
  --format <id>           a format id, or "mixed" for all that bots have teams for (gen9randombattle)
  --secret <secret>       the server's JWT_SECRET, to sign the bots' tokens (default: JWT_SECRET, else the
                          data directory's, else the bots are guests, who are few for each address)
  --admin <password>      the server's ADMIN_PASSWORD, for processor time, memory and event-loop delay of all its
                          processes (default: ADMIN_PASSWORD)
  --pids <pid,pid>        without that password: server processes on this machine, for processor time (Linux)
  --max-mean, --max-p50, --max-p99 <ms>   thresholds on last choice to update
  --max-loop-delay <ms>   threshold on the servers' event-loop delay, p99
  --max-memory <MiB>      threshold on the memory of a server process
  --max-errors <n>        threshold on the errors that clients see
  --seed <text>           of the choices (1)
  --out <path>            where the report goes, as .html and .json (loadtest-report)

The server limits what one address may ask for: start it with RATE_LIMIT_EXEMPT=<address of the clients>.`;

const EXIT = { MISSED: 1, NO_START: 2 } as const;
const text = (value: string) => ({ type: 'string', default: value }) as const;
const OPTIONS = {
  url: text('http://127.0.0.1:2567'),
  battles: text('50'),
  spectators: text('0'),
  think: text('500-1500'),
  ramp: text('30'),
  plateau: text('60'),
  reconnects: text('0'),
  processes: text('2'),
  format: text('gen9randombattle'),
  secret: { type: 'string' },
  admin: { type: 'string' },
  pids: text(''),
  'max-mean': { type: 'string' },
  'max-p50': { type: 'string' },
  'max-p99': { type: 'string' },
  'max-loop-delay': { type: 'string' },
  'max-memory': { type: 'string' },
  'max-errors': { type: 'string' },
  seed: text('1'),
  out: text('loadtest-report'),
  help: { type: 'boolean', default: false },
} as const;

function stop(message: string, status: number = EXIT.NO_START): never {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

function readOptions() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) stop(USAGE, 0);
  const number = (name: keyof typeof OPTIONS, least = 0): number => {
    const value = Number(values[name]);
    if (!/^\d{1,7}(\.\d+)?$/.test(String(values[name])) || value < least)
      stop(`--${name} must be a number from ${least} on.`);
    return value;
  };
  const most = (name: keyof typeof OPTIONS) => (values[name] === undefined ? undefined : number(name));
  const think = /^(\d{1,6})-(\d{1,6})$/.exec(values.think);
  if (!think) stop('--think must be two numbers of milliseconds, such as 500-1500.');
  return {
    url: values.url.replace(/\/+$/, ''),
    battles: number('battles', 1),
    spectators: number('spectators'),
    thinkMs: [Number(think[1]), Number(think[2])] as const,
    rampS: number('ramp'),
    plateauS: number('plateau', 1),
    reconnects: number('reconnects'),
    processes: number('processes', 1),
    formats: formatsOf(values.format),
    secret: values.secret ?? process.env['JWT_SECRET'],
    adminPassword: values.admin ?? process.env['ADMIN_PASSWORD'],
    pids: values.pids.split(',').filter(Boolean).map(Number),
    limits: {
      meanMs: most('max-mean'),
      p50Ms: most('max-p50'),
      p99Ms: most('max-p99'),
      loopDelayP99Ms: most('max-loop-delay'),
      rssMiB: most('max-memory'),
      errors: most('max-errors'),
    },
    seed: values.seed,
    out: values.out,
  };
}

function formatsOf(name: string): string[] {
  if (name !== 'mixed') return findFormat(name) ? [name] : stop(`There is no format ${name}.`);
  return [...FORMATS.values()]
    .filter(({ id, teamRequired }) => !teamRequired || teamsFor(id).length > 0)
    .map(({ id }) => id);
}

function summary({ plateau, servers, errors, faults, thresholds, battles }: LoadReport): string {
  const spread = ({ mean, p50, p95, p99, max, count }: typeof plateau.update): string =>
    `mean ${mean}  p50 ${p50}  p95 ${p95}  p99 ${p99}  max ${max} ms (${count})`;
  const counts = Object.entries(errors).map(([code, count]) => `${code} ${count}`);
  const told = (value: number | null, unit: string): string =>
    value === null ? 'not told' : `${value} ${unit}`;
  const rows = [
    [
      'battles',
      `${battles}; live on the plateau p50 ${plateau.live.p50}, turns ${plateau.turns} in ${plateau.seconds} s`,
    ],
    ['last choice to update', spread(plateau.update)],
    ['choice to accepted', spread(plateau.accepted)],
    ...(plateau.back.count > 0 ? [['back after a cut', spread(plateau.back)]] : []),
    ['processor time', `${told(servers.cpuUsPerTurn, 'µs a turn')}, ${told(servers.cpuShare, 'cores')}`],
    ['heap and memory', `${told(servers.heapMiB, 'MiB')}, ${told(servers.rssMiB, 'MiB')}`],
    ['event-loop delay p99', told(servers.loopDelayP99, 'ms')],
    ['errors', counts.join(', ') || 'none'],
    ['faults', faults.slice(0, 20).join('\n' + ' '.repeat(24)) || 'none'],
    ...thresholds.map(({ name, limit, value, unit, isMet }) => [
      isMet ? 'met' : 'MISSED',
      `${name}: ${value ?? 'not told'} of ${limit} ${unit}`,
    ]),
  ];
  return rows.map(([name, value]) => `${name!.padEnd(24)}${value}`).join('\n');
}

async function main(): Promise<void> {
  const { pids, out, ...options } = readOptions();
  const isUp = await fetch(`${options.url}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isUp)
    stop(`No server answers at ${options.url}. Start one with "npm start", or say where with --url.`);
  const secret = await knownSecret(options.url, options.secret, process.env['DATA_DIR'] ?? './data').catch(
    (error: unknown) => stop((error as Error).message),
  );
  const terminal = new Terminal(options.rampS, options.plateauS);
  const report = await runLoad({
    ...options,
    secret,
    title: `Load test of ${options.url}`,
    pids: () => pids,
    onSecond: (timeline) => terminal.show(timeline),
  }).finally(() => terminal.end());
  await writeFile(`${out}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${out}.html`, reportPage(report));
  process.stdout.write(`${summary(report)}\n${'report'.padEnd(24)}${out}.html, ${out}.json\n`);
  process.exit(isGood(report) ? 0 : EXIT.MISSED);
}

await main();
