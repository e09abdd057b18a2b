/** Every environment variable that the server reads, with what `.env.example` says of it. */
import { z } from 'zod';
import { readPublicKey } from '../auth/public-key.ts';
import type { LogLevel } from '../telemetry/logger.ts';

/** How a key is shown in `.env.example`. */
interface Shown {
  readonly description: string;
  /** The default, or a value that shows the form where there is none. */
  readonly example: string;
}

const LOG_LEVELS = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
] as const satisfies LogLevel[];

function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

function url(protocols: readonly string[]) {
  return z.string().refine(
    (text) => {
      return protocols.includes(URL.parse(text)?.protocol ?? '');
    },
    `must be a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );
}

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

const flag = oneOf(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

const publicKey = z
  .string()
  // Many ways of passing an environment cannot carry line breaks.
  .transform((text) => text.replaceAll('\\n', '\n'))
  .superRefine((pem, context) => {
    try {
      readPublicKey(pem);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });

const originList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine(
    (origins) =>
      origins.every((origin) => /^https?:\/\//.test(origin) && URL.parse(origin)?.origin === origin),
    'must be origins such as https://example.org, separated by commas, without a path or *',
  );

/** Addresses and networks; `config.ts` proves them by building the block list. */
const addressList = z.string().transform((text) => text.split(',').map((part) => part.trim()));

function key<Schema extends z.ZodType>(schema: Schema, description: string, example: string): Schema {
  return schema.meta({ description, example } satisfies Shown);
}

export const ENVIRONMENT = {
  NODE_ENV: key(
    oneOf(['development', 'test', 'production']),
    'Production refuses weak secrets and opens itself to other machines.',
    'development',
  ),
  HOST: key(z.string(), 'Address to listen on. Default: 127.0.0.1, in production 0.0.0.0.', '127.0.0.1'),
  PORT: key(wholeNumber(0, 65_535), 'Port for HTTP and WebSocket; 0 takes any free one.', '2567'),
  DATA_DIR: key(z.string(), 'Directory of the embedded database and of the local secret.', './data'),
  DATABASE_URL: key(
    url(['postgres:', 'postgresql:']),
    'PostgreSQL of your own. Unset: the embedded one in DATA_DIR.',
    'postgresql://endure@localhost/endure',
  ),
  REDIS_URL: key(
    url(['redis:', 'rediss:']),
    'Redis that several processes share; needs DATABASE_URL and CLUSTER_SECRET. Unset: one process.',
    'redis://localhost:6379',
  ),
  REDIS_PREFIX: key(
    z.string().max(64),
    'Before every key in Redis, for several servers on one Redis.',
    'endure:',
  ),
  CLUSTER_SECRET: key(
    z.string(),
    'Secret of the processes that share a Redis, at least 32 characters: signs what they relay.',
    'output of: openssl rand -base64 48',
  ),
  ADVERTISED_HOST: key(
    z.string(),
    'Address at which the other processes reach this one. Default: HOST, or the name of this machine.',
    '10.0.0.7',
  ),
  DB_POOL_MAX: key(wholeNumber(1, 1000), 'Most connections to the database.', '20'),
  DB_POOL_IDLE_TIMEOUT: key(
    wholeNumber(0, 86_400_000),
    'Milliseconds after which an unused connection is closed; 0 for never.',
    '30000',
  ),
  DB_CONNECT_TIMEOUT: key(wholeNumber(1, 600_000), 'Milliseconds to wait for a connection.', '10000'),
  JWT_SECRET: key(
    z.string(),
    'Secret for HS256 tokens, at least 32 characters. Outside production one is made when unset.',
    'output of: openssl rand -base64 48',
  ),
  JWT_PUBLIC_KEY: key(
    publicKey,
    'Public key (PEM, RSA or P-256) for RS256 or ES256 tokens; \\n stands for a line break.',
    '-----BEGIN PUBLIC KEY-----\\n...\\n-----END PUBLIC KEY-----',
  ),
  JWT_JWKS_URL: key(
    url(['https:', 'http:']),
    'Key set of an identity provider, instead of JWT_PUBLIC_KEY; https, or http on this machine.',
    'https://id.example.org/.well-known/jwks.json',
  ),
  ADMIN_PASSWORD: key(
    z.string().max(1024, 'must have at most 1024 characters'),
    'Password of the user admin for the admin routes, in production at least 32 characters. Unset: no such routes.',
    'output of: openssl rand -base64 48',
  ),
  MONITOR: key(
    flag,
    'Whether the operator finds the Colyseus monitor at /monitor. Default: false. Needs ADMIN_PASSWORD.',
    'true',
  ),
  METRICS_OPEN: key(
    flag,
    'Whether everybody may read /metrics. Default: false; then it needs the password of admin.',
    'false',
  ),
  METRICS_PORT: key(
    wholeNumber(0, 65_535),
    'Port of its own for /metrics, without a password; of each process another one. Default: none.',
    '9464',
  ),
  METRICS_HOST: key(z.string(), 'Address to listen on with METRICS_PORT. Default: 127.0.0.1.', '127.0.0.1'),
  AUTH_GUESTS: key(
    flag,
    'Whether POST /auth/guest hands out tokens. Default: true, in production false. Needs JWT_SECRET.',
    'true',
  ),
  CORS_ORIGIN: key(
    originList,
    'Origins whose pages may call, separated by commas. Default: any port of localhost, in production none.',
    'https://example.org,https://play.example.org',
  ),
  TRUSTED_PROXIES: key(
    addressList,
    'Addresses or networks of your proxies, whose X-Forwarded-For is believed. Default: none.',
    '10.0.0.0/8,fd00::/8',
  ),
  RATE_LIMIT_EXEMPT: key(
    addressList,
    'Addresses or networks that no limit per address is for: a load test, a large hall. Default: none.',
    '127.0.0.1,192.0.2.0/24',
  ),
  WEBHOOK_URL: key(
    url(['https:', 'http:']),
    'Address that is told of battles, see docs/webhooks.md; https, or http on this machine. Needs WEBHOOK_SECRET.',
    'https://example.org/battles',
  ),
  WEBHOOK_SECRET: key(
    z.string(),
    'Secret that signs what WEBHOOK_URL is told, at least 32 characters.',
    'output of: openssl rand -base64 48',
  ),
  LOG_LEVEL: key(oneOf(LOG_LEVELS), 'Least level that is logged: trace to fatal, or silent.', 'info'),
  TURN_MS: key(
    wholeNumber(1000, 86_400_000),
    'Milliseconds for one decision; then a random legal choice is made.',
    '60000',
  ),
  TURN_WARN_MS: key(
    wholeNumber(0, 86_400_000),
    'A warning goes out when this many milliseconds of TURN_MS are left.',
    '30000',
  ),
  ABSENCE_MS: key(
    wholeNumber(1000, 86_400_000),
    'Milliseconds that a player may be away before the battle is lost.',
    '60000',
  ),
  JOIN_MS: key(
    wholeNumber(1000, 600_000),
    'Milliseconds that both players may take to join their battle.',
    '15000',
  ),
} as const;

export type EnvironmentKey = keyof typeof ENVIRONMENT;
/** What the keys say once parsed; absent means unset. */
export type Environment = { readonly [Key in EnvironmentKey]?: z.output<(typeof ENVIRONMENT)[Key]> };

export const ENVIRONMENT_KEYS = Object.keys(ENVIRONMENT) as EnvironmentKey[];

/** Keys that may instead be given as a file: `<KEY>_FILE` holds its path. */
export const SECRET_KEYS = [
  'DATABASE_URL',
  'REDIS_URL',
  'CLUSTER_SECRET',
  'JWT_SECRET',
  'JWT_PUBLIC_KEY',
  'ADMIN_PASSWORD',
  'WEBHOOK_URL',
  'WEBHOOK_SECRET',
] as const satisfies EnvironmentKey[];

/** The text of `.env.example`. */
export function environmentExample(): string {
  const entries = ENVIRONMENT_KEYS.map((name) => {
    const { description, example } = ENVIRONMENT[name].meta() as unknown as Shown;
    const file = (SECRET_KEYS as readonly string[]).includes(name)
      ? `\n# ${name}_FILE=/run/secrets/${name.toLowerCase()}`
      : '';
    return `# ${description}\n# ${name}=${example}${file}\n`;
  });
  return ['# Everything has a default; uncomment what you want to change.\n', ...entries].join('\n');
}
