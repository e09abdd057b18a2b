/**
 * The environment as one frozen object. All faults are told at once, and none of them quotes a value. Pure but for the
 * files that `<KEY>_FILE` names: the caller passes the environment in.
 */
import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { hostname } from 'node:os';
import type { LogLevel } from '../telemetry/logger.ts';
import { addressList } from './address-list.ts';
import { secretFault } from './secret-strength.ts';
import { ENVIRONMENT, ENVIRONMENT_KEYS, type Environment, SECRET_KEYS } from './schema.ts';

/** What makes several processes one server. */
export interface ClusterConfig {
  readonly redisUrl: string;
  /** Before every key of ours. */
  readonly prefix: string;
  readonly secret: string;
  /** Where the other processes reach this one, on its port. */
  readonly advertisedHost: string;
}

/** Another site that is told of battles. */
export interface WebhookConfig {
  readonly url: string;
  readonly secret: string;
}

export interface Config {
  readonly isProduction: boolean;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly pool: { readonly max: number; readonly idleTimeoutMs: number; readonly connectTimeoutMs: number };
  /** undefined: one process, which needs no Redis. */
  readonly cluster: ClusterConfig | undefined;
  /** `secret` is undefined where none is set: in production that means no HS256, elsewhere `localSecret` makes one. */
  readonly jwt: {
    readonly secret: string | undefined;
    readonly publicKey: string | undefined;
    readonly jwksUrl: string | undefined;
  };
  /** undefined: there are no admin routes. */
  readonly adminPassword: string | undefined;
  /** Whether there is a monitor of rooms among them. */
  readonly monitor: boolean;
  readonly metrics: {
    /** Everybody may read them on the server's own port. */
    readonly isOpen: boolean;
    /** Their own port; undefined: they have none. */
    readonly port: number | undefined;
    readonly host: string;
  };
  readonly guests: boolean;
  /** `loopback` stands for any port of localhost. */
  readonly corsOrigins: readonly string[] | 'loopback';
  readonly trustedProxies: BlockList;
  /** No limit per address is for these. */
  readonly exemptAddresses: BlockList;
  /** undefined: nobody is told. */
  readonly webhook: WebhookConfig | undefined;
  readonly logLevel: LogLevel;
  /** Durations in milliseconds, as a battle's opening keeps them. */
  readonly timer: {
    readonly turnMs: number;
    readonly warnMs: number;
    readonly absenceMs: number;
    readonly joinMs: number;
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment cannot be used. `faults` has one line for each reason; the message lists them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** Throws `ConfigError`. An empty variable counts as unset. */
export function loadConfig(env: Variables): Config {
  const faults: string[] = [];
  const values = parse(withFiles(env, faults), faults);
  faults.push(...contradictions(values));
  const lists = {
    trustedProxies: listOf('TRUSTED_PROXIES', values, faults),
    exemptAddresses: listOf('RATE_LIMIT_EXEMPT', values, faults),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return assemble(values, lists);
}

function listOf(
  key: 'TRUSTED_PROXIES' | 'RATE_LIMIT_EXEMPT',
  values: Environment,
  faults: string[],
): BlockList {
  const list = addressList(values[key] ?? []);
  if (list === null) faults.push(`${key} must be addresses or networks, separated by commas`);
  return list ?? new BlockList();
}

/** A secret's file is small; a mistaken path may be anything. */
const SECRET_FILE_CHARS = 65_536;

function withFiles(env: Variables, faults: string[]): Variables {
  const found: Record<string, string | undefined> = { ...env };
  for (const key of SECRET_KEYS) {
    const path = env[`${key}_FILE`];
    if (!path) continue;
    if (env[key]) {
      faults.push(`${key} and ${key}_FILE are both set: give one`);
      continue;
    }
    try {
      const text = readFileSync(path, 'utf8').trim();
      if (text === '' || text.length > SECRET_FILE_CHARS) faults.push(`${key}_FILE is empty or too large`);
      else found[key] = text;
    } catch (error) {
      faults.push(
        `${key}_FILE cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
      );
    }
  }
  return found;
}

function parse(env: Variables, faults: string[]): Environment {
  const values: Record<string, unknown> = {};
  for (const key of ENVIRONMENT_KEYS) {
    const text = env[key];
    if (text === undefined || text === '') continue;
    const result = ENVIRONMENT[key].safeParse(text);
    if (result.success) values[key] = result.data;
    else faults.push(`${key} ${result.error.issues[0]?.message ?? 'is not valid'}`);
  }
  return values;
}

const DEFAULT_TURN_MS = 60_000;
const DEFAULT_TURN_WARN_MS = 30_000;

function* contradictions(values: Environment): Generator<string> {
  const { JWT_SECRET: secret, JWT_PUBLIC_KEY: publicKey, JWT_JWKS_URL: jwksUrl } = values;
  if ((values.TURN_WARN_MS ?? DEFAULT_TURN_WARN_MS) >= (values.TURN_MS ?? DEFAULT_TURN_MS)) {
    yield 'TURN_WARN_MS must be less than TURN_MS';
  }
  if (publicKey !== undefined && jwksUrl !== undefined) {
    yield 'JWT_PUBLIC_KEY and JWT_JWKS_URL are both set: give one';
  }
  if (jwksUrl !== undefined && isOpenHttp(jwksUrl))
    yield 'JWT_JWKS_URL must be https: others could change the keys on their way';
  if (values.REDIS_URL !== undefined && values.DATABASE_URL === undefined)
    yield 'REDIS_URL needs DATABASE_URL: the embedded database belongs to one process';
  if (values.REDIS_URL !== undefined && values.CLUSTER_SECRET === undefined)
    yield 'REDIS_URL needs CLUSTER_SECRET';
  const clusterWeakness = values.CLUSTER_SECRET === undefined ? null : secretFault(values.CLUSTER_SECRET);
  if (clusterWeakness !== null) yield `CLUSTER_SECRET ${clusterWeakness}`;
  if (values.MONITOR === true && values.ADMIN_PASSWORD === undefined) yield 'MONITOR needs ADMIN_PASSWORD';
  yield* webhookFaults(values);
  // A public key taken for a secret would let everybody sign.
  if (secret?.includes('-----BEGIN ')) yield 'JWT_SECRET is a key in PEM: use JWT_PUBLIC_KEY';
  if (values.NODE_ENV !== 'production') return;
  if (secret === undefined && publicKey === undefined && jwksUrl === undefined) {
    yield 'JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL must be set in production';
  }
  const weakness = secret === undefined ? null : secretFault(secret);
  if (weakness !== null) yield `JWT_SECRET ${weakness}`;
  const adminWeakness = values.ADMIN_PASSWORD === undefined ? null : secretFault(values.ADMIN_PASSWORD);
  if (adminWeakness !== null) yield `ADMIN_PASSWORD ${adminWeakness}`;
  if (values.DATABASE_URL !== undefined && isUnverified(values.DATABASE_URL))
    yield 'DATABASE_URL must not have sslmode=no-verify in production: anybody could be the database';
  if (values.AUTH_GUESTS === true && secret === undefined) yield 'AUTH_GUESTS needs JWT_SECRET in production';
}

function* webhookFaults({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret }: Environment): Generator<string> {
  if ((url === undefined) !== (secret === undefined))
    yield 'WEBHOOK_URL and WEBHOOK_SECRET are of use together only';
  if (url !== undefined && isOpenHttp(url))
    yield 'WEBHOOK_URL must be https: others could read it on its way';
  const weakness = secret === undefined ? null : secretFault(secret);
  if (weakness !== null) yield `WEBHOOK_SECRET ${weakness}`;
}

function webhookOf({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret }: Environment): WebhookConfig | undefined {
  return url === undefined || secret === undefined ? undefined : Object.freeze({ url, secret });
}

function isUnverified(databaseUrl: string): boolean {
  return new URL(databaseUrl).searchParams.getAll('sslmode').includes('no-verify');
}

function isOpenHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function clusterOf(values: Environment): ClusterConfig | undefined {
  const { REDIS_URL: redisUrl, CLUSTER_SECRET: secret, HOST: host } = values;
  if (redisUrl === undefined || secret === undefined) return undefined;
  const isEverywhere = host === '0.0.0.0' || host === '::' || host === undefined;
  const isOpen = isEverywhere && (host !== undefined || values.NODE_ENV === 'production');
  const advertisedHost = values.ADVERTISED_HOST ?? (isOpen ? hostname() : (host ?? '127.0.0.1'));
  return Object.freeze({ redisUrl, prefix: values.REDIS_PREFIX ?? 'endure:', secret, advertisedHost });
}

type AddressLists = Pick<Config, 'trustedProxies' | 'exemptAddresses'>;

function assemble(values: Environment, lists: AddressLists): Config {
  const isProduction = values.NODE_ENV === 'production';
  return Object.freeze({
    isProduction,
    host: values.HOST ?? (isProduction ? '0.0.0.0' : '127.0.0.1'),
    port: values.PORT ?? 2567,
    dataDir: values.DATA_DIR ?? './data',
    databaseUrl: values.DATABASE_URL,
    cluster: clusterOf(values),
    pool: Object.freeze({
      max: values.DB_POOL_MAX ?? 20,
      idleTimeoutMs: values.DB_POOL_IDLE_TIMEOUT ?? 30_000,
      connectTimeoutMs: values.DB_CONNECT_TIMEOUT ?? 10_000,
    }),
    jwt: Object.freeze({
      secret: values.JWT_SECRET,
      publicKey: values.JWT_PUBLIC_KEY,
      jwksUrl: values.JWT_JWKS_URL,
    }),
    adminPassword: values.ADMIN_PASSWORD,
    monitor: values.MONITOR ?? false,
    metrics: Object.freeze({
      isOpen: values.METRICS_OPEN ?? false,
      port: values.METRICS_PORT,
      host: values.METRICS_HOST ?? '127.0.0.1',
    }),
    guests: values.AUTH_GUESTS ?? !isProduction,
    corsOrigins: Object.freeze(values.CORS_ORIGIN) ?? (isProduction ? Object.freeze([]) : 'loopback'),
    ...lists,
    webhook: webhookOf(values),
    logLevel: values.LOG_LEVEL ?? 'info',
    timer: Object.freeze({
      turnMs: values.TURN_MS ?? DEFAULT_TURN_MS,
      warnMs: values.TURN_WARN_MS ?? DEFAULT_TURN_WARN_MS,
      absenceMs: values.ABSENCE_MS ?? 60_000,
      joinMs: values.JOIN_MS ?? 15_000,
    }),
  });
}
