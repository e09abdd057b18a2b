/**
 * Spectators for `@colyseus/loadtest`: each watches one running battle after the other.
 *
 *   node loadtest/colyseus-spectators.ts --endpoint ws://127.0.0.1:2567 --room battle --numClients 100
 */
import { cli, type Options } from '@colyseus/loadtest';
import { Client } from '@colyseus/sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountsFor } from './accounts.ts';

const PAUSE_MS = 1_000;

async function main({ endpoint, clientId }: Options): Promise<void> {
  const url = endpoint.replace(/^ws/, 'http');
  const accounts = await accountsFor(url, process.env['JWT_SECRET'], process.env['DATA_DIR'] ?? './data');
  const client = new Client(endpoint);
  client.auth.token = (await accounts.take()).token;
  void watch(client, url, clientId);
}

async function watch(client: Client, url: string, number: number): Promise<never> {
  for (;;) {
    try {
      const { items } = (await (await fetch(`${url}/battles/live`)).json()) as {
        items: { battleId: string }[];
      };
      const battle = items[number % Math.max(1, items.length)];
      if (battle) await watchOne(client, battle.battleId);
    } catch (error) {
      // It may have ended since it was listed.
      if ((error as Error).message !== 'BATTLE_ENDED') console.error(error);
    }
    await sleep(PAUSE_MS);
  }
}

/** Resolves when it is over. */
async function watchOne(client: Client, battleId: string): Promise<void> {
  const battle = await client.joinById(battleId);
  battle.onMessage('*', () => {});
  await new Promise<void>((resolve) => {
    battle.onMessage('BATTLE_END', () => void battle.leave());
    battle.onLeave(() => resolve());
  });
}

cli(main);
