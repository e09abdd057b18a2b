/** The server under attack: a process of its own whose whole log is kept, with users, battles and connections in it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import {
  rawHttp,
  RawSocket,
  type RawAnswer,
  type RawRequest,
  type SocketOptions,
} from '../support/raw-socket.ts';
import { startServerProcess, TEST_SECRET, type ServerProcess } from '../support/server-process.ts';

export interface User {
  readonly id: string;
  readonly token: string;
  /** Where it connects from. */
  readonly address: string;
}

export interface Seat {
  readonly roomId: string;
  readonly processId: string;
  readonly sessionId: string;
}

/** A battle that is being played, with a connection of each side and of a spectator. */
export interface Arena {
  readonly battleId: string;
  readonly users: Readonly<Record<'p1' | 'p2' | 'spectator', User>>;
  readonly p1: RawSocket;
  readonly p2: RawSocket;
  readonly spectator: RawSocket;
}

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** The server takes ES256 tokens of this key, too. */
export const PUBLIC_PEM = keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;
export const PRIVATE_KEY = keys.privateKey;
export const ADMIN_PASSWORD = 'the-operators-own-0123456789-abcdefghijklmnop';

export class Target {
  readonly server: ServerProcess;
  readonly log: string[];
  /** What must stand in no line of the log. */
  readonly secrets = new Set<string>([ADMIN_PASSWORD]);
  readonly pid: number;
  #addresses = 0;
  /** Lines of the log that were looked at. */
  #checked = 0;

  private constructor(server: ServerProcess, pid: number) {
    this.server = server;
    this.pid = pid;
    this.log = [...server.log];
    const { log } = server;
    log.push = (...lines) => {
      this.log.push(...lines);
      return Array.prototype.push.apply(log, lines);
    };
  }

  static async start(): Promise<Target> {
    const before = childPids();
    const server = await startServerProcess({
      env: {
        LOG_LEVEL: 'trace',
        JWT_PUBLIC_KEY: PUBLIC_PEM,
        ADMIN_PASSWORD,
        MONITOR: 'true',
        TURN_MS: '600000',
        TURN_WARN_MS: '1000',
      },
    });
    const pid = childPids().find((one) => !before.includes(one));
    assert.ok(pid, 'the server has no process');
    return new Target(server, pid);
  }

  get url(): string {
    return this.server.url;
  }

  /** Written by whoever gets the server to run text of his. */
  readonly canary = join(tmpdir(), `canary-${process.pid}`);

  get attack(): string {
    return attackCode(this.canary);
  }

  /** A user whom nobody has seen before, on an address of its own now and then: limits go by address. */
  user(claims: object = {}): User {
    const id = `user-${randomUUID().slice(0, 13)}`;
    const token = jwt.sign({ sub: id, name: 'Mallory', ...claims }, TEST_SECRET, { expiresIn: 3600 });
    this.secrets.add(token);
    return { id, token, address: this.address() };
  }

  address(): string {
    this.#addresses++;
    return `127.0.0.${2 + (Math.floor(this.#addresses / 20) % 200)}`;
  }

  http(request: RawRequest, user?: User): Promise<RawAnswer | 'cut'> {
    const authorization = user && { authorization: `Bearer ${user.token}` };
    return rawHttp(this.url, {
      localAddress: user?.address ?? this.address(),
      ...request,
      headers: { ...authorization, ...request.headers },
    });
  }

  async json(method: string, path: string, user?: User, body?: unknown): Promise<RawAnswer> {
    const answer = await this.http(
      {
        method,
        path,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      },
      user,
    );
    assert.ok(answer !== 'cut', `${method} ${path} was cut`);
    return answer;
  }

  async seat(user: User, path: string, options: object = {}): Promise<Seat> {
    const answer = await this.json('POST', `/matchmake/${path}`, user, options);
    assert.equal(answer.status, 200, answer.text);
    return answer.json as unknown as Seat;
  }

  async connect(user: User, seat: Seat, options: SocketOptions = {}): Promise<RawSocket> {
    const { processId, roomId, sessionId } = seat;
    const query = new URLSearchParams({ sessionId, _authToken: user.token });
    const socket = await RawSocket.open(
      `${this.url.replace('http', 'ws')}/${processId}/${roomId}?${query.toString()}`,
      {
        localAddress: user.address,
        ...options,
      },
    );
    const token = await socket.next((one) => (one.kind === 'joined' ? one.reconnectionToken : undefined));
    this.secrets.add(token);
    return socket;
  }

  async queue(user: User): Promise<RawSocket> {
    return this.connect(user, await this.seat(user, 'joinOrCreate/matchmaking'));
  }

  async watch(user: User, battleId: string): Promise<RawSocket> {
    const socket = await this.connect(user, await this.seat(user, `joinById/${battleId}`));
    await socket.message('BATTLE_START');
    return socket;
  }

  /** Two users meet and join; nothing has been chosen. `join`: who comes to the battle at once. */
  async arena(
    options: { format?: string; users?: [User, User]; teamIds?: [string, string] } = {},
  ): Promise<Arena> {
    const users = options.users ?? [this.user(), this.user()];
    const queues = await Promise.all(users.map((user) => this.queue(user)));
    for (const [index, queue] of queues.entries()) {
      const teamId = options.teamIds?.[index];
      queue.send('JOIN_QUEUE', { format: options.format ?? 'gen9randombattle', ...(teamId && { teamId }) });
      await queue.ping();
    }
    const found = await Promise.all(queues.map((queue) => queue.message('MATCH_FOUND')));
    const [one, other] = await Promise.all(
      users.map((user, index) => this.connect(user, found[index]!['seat'] as Seat)),
    );
    const starts = await Promise.all([one!, other!].map((socket) => socket.message('BATTLE_START')));
    for (const queue of queues) queue.close();
    const battleId = found[0]!['battleId'] as string;
    const spectator = this.user();
    const isFirst = starts[0]!['side'] === 'p1';
    const [p1, p2] = isFirst ? [one!, other!] : [other!, one!];
    const [user1, user2] = isFirst ? users : users.toReversed();
    return {
      battleId,
      users: { p1: user1!, p2: user2!, spectator },
      p1,
      p2,
      spectator: await this.watch(spectator, battleId),
    };
  }

  leave({ p1, p2, spectator }: Arena): void {
    for (const socket of [p1, p2, spectator]) socket.close();
  }

  /** Resident memory at its peak, in bytes; 0 where the system does not tell. */
  peakMemory(): number {
    try {
      const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? [];
      return Number(kib ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  isAlive(): boolean {
    try {
      return process.kill(this.pid, 0);
    } catch {
      return false;
    }
  }

  /** Nothing was executed, no secret was logged, nothing unforeseen happened, and the process is the same one. */
  assertUnharmed(): void {
    assert.ok(!existsSync(this.canary), 'the server ran code of a client');
    assert.ok(this.isAlive(), 'the server process is gone');
    // What has been looked at before cannot hold a secret that is newer.
    const lines = this.log.slice(this.#checked);
    this.#checked = this.log.length;
    const text = lines.join('\n');
    for (const secret of this.secrets) assert.ok(!text.includes(secret), 'a token is in the log');
    // Colyseus logs the frames that it cannot read as errors, without an `err` of ours.
    const failures = lines.filter((line) => /"level":"(?:error|fatal)".*"err":/.test(line));
    assert.deepEqual(failures.slice(0, 5), [], 'the server met something that it had not foreseen');
  }

  async stop(): Promise<void> {
    rmSync(this.canary, { force: true });
    await this.server.dispose();
  }
}

/** JavaScript that writes `path`, in as few characters as a choice may have. */
export function attackCode(path: string): string {
  return `process.getBuiltinModule('fs').writeFileSync('${path}','')`;
}

function childPids(): number[] {
  const text = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
