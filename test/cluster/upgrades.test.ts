/** Where WebSocket upgrades go: the routing alone, over real sockets, with the other processes given by the test. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createTokens } from '../../src/auth/token.ts';
import type { Relay } from '../../src/cluster/relay.ts';
import type { Whereabouts } from '../../src/cluster/recovery.ts';
import { createUpgradeRouter, type UpgradePorts } from '../../src/cluster/upgrades.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';

const OWNER = { host: '127.0.0.1', port: 4321 };
const ROOM = '/process/battle-1?sessionId=abcd';
const TOKENS = createTokens({ secret: 'upgrades' }, Date.now);
const { token: GUEST } = TOKENS.issueGuest();
const { token: RUN_OUT } = createTokens({ secret: 'upgrades' }, () => 0).issueGuest();

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly where?: Whereabouts | Error;
  readonly owner?: typeof OWNER | null | Error;
  readonly isForeign?: boolean;
  readonly isRelayed?: boolean;
  /** `null`: none. */
  readonly token?: string | null;
  /** The transport takes no more. */
  readonly isDeaf?: boolean;
  readonly goes: string;
}

const CASES: readonly Case[] = [
  { name: 'no room to this process', path: '/?ping', goes: 'here' },
  { name: 'a battle that is here by now to this process', where: 'here', goes: 'here' },
  {
    name: 'a battle of another process to that one',
    where: 'elsewhere',
    owner: OWNER,
    goes: 'relayed to 4321',
  },
  // The queue's room is no battle, and another process has it.
  {
    name: 'a room that is no battle to who has listed it',
    where: 'missing',
    owner: OWNER,
    goes: 'relayed to 4321',
  },
  {
    name: 'a room that nobody has to this process, which says so',
    where: 'missing',
    owner: null,
    goes: 'here',
  },
  { name: 'a battle between two owners to nobody yet', where: 'elsewhere', owner: null, goes: '503' },
  {
    name: 'what was relayed once to nobody else',
    where: 'elsewhere',
    owner: OWNER,
    isRelayed: true,
    goes: '503',
  },
  {
    name: 'a battle to nobody while the store is away',
    where: new StoreAway(),
    owner: new StoreAway(),
    goes: '503',
  },
  {
    name: 'a page of another site to nobody',
    where: 'elsewhere',
    owner: OWNER,
    isForeign: true,
    goes: '403',
  },
  {
    name: 'who has a token that has run out to the owner, whose room may know the seat',
    where: 'elsewhere',
    owner: OWNER,
    token: RUN_OUT,
    goes: 'relayed to 4321',
  },
  { name: 'nobody to a transport that has shut down', path: '/?ping', isDeaf: true, goes: '503' },
  // No question to the store: one that is asked answers with 503 here.
  { name: 'who has no token to nobody', where: new StoreAway(), token: null, goes: '401' },
  { name: 'who has a forged token to nobody', where: new StoreAway(), token: `${GUEST}x`, goes: '401' },
];

describe('an upgrade', () => {
  let http: Server;
  let client: Socket | undefined;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    http = createServer();
    http.on('connection', (socket: Socket) => void sockets.push(socket));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
  });
  afterEach(() => {
    client?.destroy();
    // Nobody here goes on with those that were handed over.
    for (const socket of sockets.splice(0)) socket.destroy();
    http.close();
  });

  /** Lets one after another go: `here`, `relayed to` a port, or the status that it is answered with. */
  function router({ path = ROOM, where = 'missing', owner = null, token = GUEST, ...rest }: Case) {
    const transport = new EventEmitter();
    let gone = Promise.withResolvers<string>();
    const relay = {
      readRelayed: () => (rest.isRelayed ? { clientAddress: 'hall' } : null),
      relayUpgrade: (_: IncomingMessage, __: Duplex, ___: Buffer, { port }: typeof OWNER) => {
        gone.resolve(`relayed to ${port}`);
      },
    } as unknown as Relay;
    const ports: UpgradePorts = {
      ensureRoom: () => (where instanceof Error ? Promise.reject(where) : Promise.resolve(where)),
      addressOf: () => (owner instanceof Error ? Promise.reject(owner) : Promise.resolve(owner)),
      clientAddress: () => 'hall',
      isForeign: () => rest.isForeign === true,
      tokens: TOKENS,
      relay,
    };
    if (!rest.isDeaf) transport.on('upgrade', () => gone.resolve('here'));
    http.on('upgrade', createUpgradeRouter(transport, ports));
    const target = token === null ? path : `${path}&_authToken=${token}`;
    return (): Promise<string> => {
      gone = Promise.withResolvers<string>();
      client?.destroy();
      client = connect((http.address() as AddressInfo).port, '127.0.0.1');
      client.on('data', (text) => gone.resolve(String(text).split(' ')[1]!));
      const headers = ['Host: here', 'Connection: Upgrade', 'Upgrade: websocket'];
      client.write(`GET ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      return gone.promise;
    };
  }

  for (const one of CASES)
    it(`sends ${one.name}`, async () => {
      assert.equal(await router(one)(), one.goes);
    });
});
