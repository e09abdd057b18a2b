/**
 * JSON logs. A token, a team or a choice is in no line: known fields are redacted, errors are reduced to what is safe,
 * and whatever still looks like a token is cut out of the finished line.
 */
import { format } from 'node:util';
import { pino } from 'pino';

export type Logger = pino.Logger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What Colyseus's `logger` option and console-style callers expect. */
export interface ConsoleLogger {
  trace(...args: unknown[]): void;
  debug(...args: unknown[]): void;
  info(...args: unknown[]): void;
  log(...args: unknown[]): void;
  warn(...args: unknown[]): void;
  error(...args: unknown[]): void;
}

const SECRET_FIELDS = [
  'authorization',
  'body',
  'choice',
  'cookie',
  'entry',
  'headers',
  'input',
  'opening',
  'packed',
  'parameters',
  'params',
  'password',
  'payload',
  'reconnectionToken',
  'request',
  'secret',
  'seed',
  'set',
  'sets',
  'team',
  'teams',
  'text',
  'token',
  '_authToken',
] as const;
const DEPTHS = ['', '*.', '*.*.'];
const REDACTED = '[redacted]';

const JWT = /eyJ[\w-]{4,}\.[\w-]*(?:\.[\w-]*)?/g;
const TOKEN_PARAMETER = /((?:_authToken|reconnectionToken|access_token|token)=)[^&"'\s\\]+/gi;
const CREDENTIALS_IN_URL = /(\w+:\/\/)[^\s"'/@\\]+@/g;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;

/** An error that wraps another one, which wraps another one: further down nobody looks. */
const CAUSES_MAX = 2;

/** The longest part of an error's message that is kept: it may quote what somebody sent. */
const MESSAGE_CHARS = 300;

/** Writes to standard output unless another destination is given. */
export function createLogger(level: LogLevel, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: DEPTHS.flatMap((depth) => SECRET_FIELDS.map((field) => depth + field)),
      censor: REDACTED,
    },
    serializers: {
      err: (err) => safeError(err),
      error: (err) => safeError(err),
      url: (url: unknown) => urlWithoutQuery(String(url)),
    },
    hooks: { streamWrite: withoutTokens },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** The same log for callers that write as they would to the console, such as Colyseus's `setLogger`. */
export function consoleLogger(log: Logger): ConsoleLogger {
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (...args: unknown[]): void => {
      if (log.isLevelEnabled(level)) log[level](formatSafely(args));
    };
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    log: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}

/** The path alone: the SDK carries its token in the query. */
export function urlWithoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** Objects are named, not printed: nobody knows what a library puts into them. */
function formatSafely(args: readonly unknown[]): string {
  return format(...args.map((arg) => (arg instanceof Error ? errorLine(arg) : printable(arg))));
}

function printable(arg: unknown): unknown {
  if (typeof arg === 'object' && arg !== null) return `[${arg.constructor?.name ?? 'object'}]`;
  return typeof arg === 'function' ? `[function ${arg.name}]` : arg;
}

function errorLine(error: Error): string {
  const { type, code, message } = safeError(error);
  return [type, code, message].filter((part) => part !== undefined).join(': ');
}

interface SafeError {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: SafeError;
}

/** Own properties stay out: body-parser keeps the body in one, PostgreSQL the failing row, MikroORM the query. */
function safeError(thrown: unknown, depth = 0): SafeError {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const hasCause = thrown.cause instanceof Error && depth < CAUSES_MAX;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  const frames = thrown.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: thrown.name,
    ...(code !== undefined && { code }),
    // A database error's message quotes values; its SQLSTATE says enough.
    ...(!('severity' in thrown) && { message: firstLine(thrown.message) }),
    ...(frames !== undefined && { stack: frames.join('\n') }),
    ...(hasCause && { cause: safeError(thrown.cause, depth + 1) }),
  };
}

function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? '').slice(0, MESSAGE_CHARS);
}

function withoutTokens(line: string): string {
  return line
    .replace(BEARER, `$1 ${REDACTED}`)
    .replace(JWT, REDACTED)
    .replace(TOKEN_PARAMETER, `$1${REDACTED}`)
    .replace(CREDENTIALS_IN_URL, `$1${REDACTED}@`);
}
