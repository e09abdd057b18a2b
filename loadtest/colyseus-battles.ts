/**
 * Players for `@colyseus/loadtest`: each queues, plays random legal choices at a human pace, and queues again.
 *
 *   node loadtest/colyseus-battles.ts --endpoint ws://127.0.0.1:2567 --room matchmaking --numClients 20
 *
 * Without a screen, and ended by SIGTERM, it leaves its figures in the file of `--output`. `npm run loadtest` measures more.
 */
import { cli, type Options } from '@colyseus/loadtest';
import { Client, type Room } from '@colyseus/sdk';
import { randomChoice } from '../src/battle/legal-choice.ts';
import { seededRandom, type Random } from '../src/battle/random.ts';
import type { BattleRequest } from '../src/battle/request.ts';
import { accountsFor } from './accounts.ts';

const FORMAT = 'gen9randombattle';
/** Least time for a choice; the most is three times as long. Milliseconds. */
const THINK_MS = 500;

async function main({ endpoint, roomName, clientId }: Options): Promise<void> {
  const url = endpoint.replace(/^ws/, 'http');
  const accounts = await accountsFor(url, process.env['JWT_SECRET'], process.env['DATA_DIR'] ?? './data');
  const client = new Client(endpoint);
  client.auth.token = (await accounts.take()).token;
  const random = seededRandom(`player ${clientId}`);
  const queue = await client.joinOrCreate(roomName);
  queue.onMessage('*', () => {});
  queue.onMessage('ERROR', (error) => console.error(error));
  queue.onMessage('MATCH_FOUND', ({ seat }) => {
    client
      .consumeSeatReservation(seat)
      .then((battle) => play(battle, random))
      .then(() => queue.send('JOIN_QUEUE', { format: FORMAT }))
      .catch((error: unknown) => console.error(error));
  });
  queue.send('JOIN_QUEUE', { format: FORMAT });
}

/** Resolves when the battle is over. */
function play(battle: Room, random: Random): Promise<void> {
  let last = 0;
  const answer = (request?: BattleRequest): void => {
    if (!request || request.wait) return;
    last = request.rqid;
    const choice = randomChoice(request, random);
    const thinkMs = THINK_MS * (1 + 2 * random());
    setTimeout(() => {
      if (battle.connection.isOpen && last === request.rqid)
        battle.send('MOVE', { choice, rqid: request.rqid });
    }, thinkMs);
  };
  battle.onMessage('*', () => {});
  for (const type of ['BATTLE_START', 'BATTLE_RESTORED', 'BATTLE_UPDATE', 'ERROR'])
    battle.onMessage(type, ({ request }: { request?: BattleRequest }) => answer(request));
  return new Promise((resolve) => {
    battle.onMessage('BATTLE_END', () => void battle.leave().then(() => resolve()));
  });
}

cli(main);
