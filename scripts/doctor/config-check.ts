/** The configuration as the server would read it, and what is lawful in it but not wise. */
import { type Config, ConfigError, loadConfig } from '../../src/config/config.ts';
import { secretFault } from '../../src/config/secret-strength.ts';
import { fault, type Finding, ok, warn } from './finding.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const MAKE = 'make one with: openssl rand -base64 48';

/** `config` is undefined where there is none to check further. */
export function checkConfig(env: Variables): { readonly config?: Config; readonly findings: Finding[] } {
  try {
    const config = loadConfig(env);
    return { config, findings: [ok(modeOf(config)), ...secrets(config), ...exposure(config)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const findings = error.faults.map((text) => fault(text, 'see .env.example'));
    return { findings };
  }
}

function modeOf({ isProduction, cluster, databaseUrl }: Config): string {
  const database = databaseUrl === undefined ? 'its own database' : 'your database';
  const processes = cluster ? 'one of several processes' : 'one process';
  return `Configuration: ${isProduction ? 'production' : 'development'}, ${processes}, ${database}.`;
}

function secrets({ jwt, cluster, adminPassword, isProduction }: Config): Finding[] {
  const named = Object.entries({
    JWT_SECRET: jwt.secret,
    CLUSTER_SECRET: cluster?.secret,
    ADMIN_PASSWORD: adminPassword,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const findings = named.flatMap(([name, secret]) => {
    const weakness = secretFault(secret);
    return weakness === null ? [] : warn(`${name} ${weakness}: production would refuse it`, MAKE);
  });
  const twins = named.find(([, secret], index) => named.findIndex((other) => other[1] === secret) < index);
  if (twins) findings.push(warn(`${twins[0]} is the same as another secret`, `one key for one use; ${MAKE}`));
  if (findings.length === 0)
    findings.push(ok(`Secrets: ${named.map(([name]) => name).join(', ') || 'none set'}.`));
  if (cluster && jwt.secret === undefined && !isProduction && !jwt.publicKey && !jwt.jwksUrl)
    findings.push(
      fault(
        'Each machine would make its own JWT_SECRET and refuse the tokens of the others',
        `set one; ${MAKE}`,
      ),
    );
  return findings;
}

function exposure({ adminPassword, monitor, isProduction, guests, trustedProxies, host }: Config): Finding[] {
  const findings: Finding[] = [];
  if (adminPassword === undefined)
    findings.push(warn('There are no admin routes', `set ADMIN_PASSWORD to have them; ${MAKE}`));
  if (monitor)
    findings.push(
      warn('MONITOR is on: the operator can close rooms from a browser', 'leave it off when not in use'),
    );
  if (isProduction && guests)
    findings.push(warn('AUTH_GUESTS is on: anybody gets a token', 'fine for a trial; else unset it'));
  if (isProduction && trustedProxies.rules.length === 0)
    findings.push(
      warn(
        'TRUSTED_PROXIES is unset: behind a proxy all clients share the limits of one address',
        'name your proxies, or ignore this where there are none',
      ),
    );
  if (!isProduction && !['127.0.0.1', '::1', 'localhost'].includes(host))
    findings.push(
      warn(`Not production, but open to other machines (HOST=${host})`, 'set NODE_ENV=production'),
    );
  return findings;
}
