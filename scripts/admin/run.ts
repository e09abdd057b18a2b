/** From the command line to what is written and the exit status. Pure but for the server and the file of the password. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createCall, Refused, Unreachable } from './caller.ts';
import { type Command, COMMANDS, OPTIONS, UsageError, type Values } from './commands.ts';

const COMMON = {
  url: { type: 'string' },
  'password-file': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
type Variables = Readonly<Record<string, string | undefined>>;

export interface Ending {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const DEFAULT_PORT = '2567';

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(
    ([name, { usage, about }]) =>
      `  ${name.padEnd(width)}  ${usage === '' ? '' : `${usage}\n${' '.repeat(width + 4)}`}${about}`,
  );
  return [
    'npm run admin -- <command> [options]\n',
    ...lines,
    '\nOptions:',
    '  --url URL             the server; default ENDURE_URL, or this machine at PORT',
    '  --password-file PATH  default ADMIN_PASSWORD_FILE, or the password itself in ADMIN_PASSWORD',
    '  --json                the answer of the server as it is',
  ].join('\n');
}

/** Ids are random, and some begin with a dash. */
function read(args: readonly string[]) {
  const isId = (arg: string, at: number): boolean => at === 1 && /^-[^-]/.test(arg) && arg !== '-h';
  const ids = args.filter(isId);
  const others = args.filter((arg, at) => !isId(arg, at));
  try {
    return parseArgs({
      args: [...others, '--', ...ids],
      options: { ...COMMON, ...OPTIONS },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function check(
  command: Command,
  values: Values & { [Name in keyof typeof COMMON]?: unknown },
  given: number,
): void {
  const strange = Object.keys(values).find(
    (name) => !(name in COMMON) && !command.options.includes(name as keyof Values),
  );
  if (strange !== undefined) throw new UsageError(`--${strange} is no option of this command.`);
  if (given === 0 && command.argument !== null && !command.isArgumentOptional)
    throw new UsageError(`${command.argument} is missing.`);
  if (given > (command.argument === null ? 0 : 1)) throw new UsageError('Too many arguments.');
}

function serverOf(url: string | undefined, env: Variables): URL {
  const text = url ?? env['ENDURE_URL'] ?? `http://127.0.0.1:${env['PORT'] ?? DEFAULT_PORT}`;
  const parsed = URL.parse(text);
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new UsageError('The URL of the server must begin with http:// or https://.');
  // It would be in the list of processes and in the history of the shell.
  if (parsed.username !== '' || parsed.password !== '')
    throw new UsageError('No password in the URL, please.');
  return parsed;
}

function passwordOf(path: string | undefined, env: Variables): string {
  const file = path ?? env['ADMIN_PASSWORD_FILE'];
  const password = path === undefined ? env['ADMIN_PASSWORD'] : undefined;
  if (password) return password;
  if (!file) throw new UsageError('Set ADMIN_PASSWORD or ADMIN_PASSWORD_FILE, or give --password-file.');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`The password cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

async function answer(args: readonly string[], env: Variables): Promise<string> {
  const { values, positionals } = read(args);
  const { url, json, 'password-file': passwordFile, help: isHelp, ...rest } = values;
  const [name, argument = ''] = positionals;
  if (isHelp || name === undefined) return help();
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`There is no command ${JSON.stringify(name)}. --help lists them.`);
  check(command, rest, positionals.length - 1);
  const call = createCall(serverOf(url, env), passwordOf(passwordFile, env));
  const shown = await command.run(call, rest, argument);
  return json ? JSON.stringify(shown.answer, null, 2) : shown.text;
}

const STATUSES = [
  [Refused, 1],
  [UsageError, 2],
  [Unreachable, 3],
] as const;

/** What is to be written where, and the exit status: 0 done, 1 the server refused, 2 not understood, 3 nobody answered. */
export async function runAdmin(args: readonly string[], env: Variables): Promise<Ending> {
  try {
    return { status: 0, out: `${await answer(args, env)}\n`, err: '' };
  } catch (error) {
    const status = STATUSES.find(([kind]) => error instanceof kind)?.[1];
    if (status === undefined) throw error;
    const { message } = error as Error;
    return { status, out: '', err: `${error instanceof Refused ? `${error.code}: ` : ''}${message}\n` };
  }
}
