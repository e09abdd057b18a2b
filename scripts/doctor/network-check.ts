/** The port that the server would listen on, and the addresses at which processes reach one another. */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { z } from 'zod';
import { takesConnections } from '../../src/cluster/owners.ts';
import type { ProcessInfo } from '../../src/cluster/process-lease.ts';
import type { Config } from '../../src/config/config.ts';
import { type ClockReading, judgeClock } from './clock-check.ts';
import { fault, type Finding, ok, reasonOf, warn } from './finding.ts';

const ANSWER_MS = 3_000;

/** What only Endure answers on `/health`. */
const summary = z.object({
  status: z.string(),
  version: z.string(),
  engine: z.string(),
  timestamp: z.number(),
});

type Address = Pick<ProcessInfo, 'host' | 'port'>;

export async function checkNetwork(config: Config, others: readonly ProcessInfo[]): Promise<Finding[]> {
  const { host, port, cluster } = config;
  const taken = await occupy(host, port);
  if (taken instanceof Error) return [await judgeRefusal(taken, config)];
  try {
    const findings = [ok(port === 0 ? 'PORT=0 takes any free port.' : `Port ${port} is free.`)];
    if (cluster && port === 0)
      findings.push(fault('PORT is 0, and every process of a cluster needs one of its own', 'set PORT'));
    else if (cluster) findings.push(await judgeAdvertised({ host: cluster.advertisedHost, port }, others));
    return findings;
  } finally {
    taken.close();
  }
}

async function judgeRefusal(error: NodeJS.ErrnoException, { host, port, cluster }: Config): Promise<Finding> {
  if (error.code === 'EACCES')
    return fault(`Port ${port} is not for ordinary users`, 'take one above 1023, with a proxy in front');
  if (error.code !== 'EADDRINUSE')
    return fault(`${host} is no address of this machine (${error.code})`, 'set HOST to one, or to 0.0.0.0');
  const found = await askHealth({ host: reachable(host, cluster), port });
  if (found instanceof Error)
    return fault(`Port ${port} is taken by something else`, 'stop that, or set another PORT');
  return ok(`Endure ${found.version} runs on port ${port} already (${found.status}).`);
}

/** Something listens there while it is asked. */
async function judgeAdvertised(address: Address, others: readonly ProcessInfo[]): Promise<Finding> {
  const where = `${address.host}:${address.port}`;
  // It says yes where it cannot tell: a name that leads nowhere is one of these.
  const isThere = (await resolves(address.host)) && (await takesConnections(address));
  const advice = 'set ADVERTISED_HOST to a name or address by which the other processes reach this machine';
  if (!isThere) return fault(`Not even this machine reaches itself at ${where}`, advice);
  const isLocal = isLoopback(address.host);
  if (isLocal && others.some(({ host }) => !isLoopback(host)))
    return fault(`Processes on other machines are told to reach this one at ${address.host}`, advice);
  return ok(`This process is reached at ${where}.`);
}

/** Processes that live by their lease: whether they are reached from here, and their clocks. */
export async function checkProcesses(processes: readonly ProcessInfo[]): Promise<Finding[]> {
  return (await Promise.all(processes.map(checkProcess))).flat();
}

async function checkProcess(process: ProcessInfo): Promise<Finding[]> {
  const name = `process ${process.id} at ${process.host}:${process.port}`;
  const askedAt = Date.now();
  const found = await askHealth(process);
  if (found instanceof Error)
    return [
      fault(
        `The ${name} is not reached (${reasonOf(found)})`,
        'processes pass connections on to one another: check ADVERTISED_HOST there, and firewalls',
      ),
    ];
  const clock: ClockReading = { askedAt, answeredAt: Date.now(), at: found.timestamp };
  const state =
    found.status === 'ok'
      ? ok(`The ${name} is reached.`)
      : warn(`The ${name} is ${found.status}`, 'see its log');
  return [state, judgeClock(`the ${name}`, clock)];
}

async function askHealth({ host, port }: Address): Promise<z.infer<typeof summary> | Error> {
  const name = host.includes(':') ? `[${host}]` : host;
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(`http://${name}:${port}/health`, { signal, redirect: 'error' });
    return summary.parse(await response.json());
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return new Error('that is not Endure');
    return (error as Error & { readonly cause?: Error }).cause ?? (error as Error);
  }
}

function resolves(host: string): Promise<boolean> {
  return lookup(host).then(
    () => true,
    () => false,
  );
}

function occupy(host: string, port: number): Promise<Server | NodeJS.ErrnoException> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, host);
  return once(server, 'listening').then(
    () => server,
    (error: unknown) => error as NodeJS.ErrnoException,
  );
}

function reachable(host: string, cluster: Config['cluster']): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : (cluster?.advertisedHost ?? host);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
