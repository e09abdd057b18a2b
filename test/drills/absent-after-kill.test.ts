/** Battles that not everybody comes back to after a kill. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../src/battle/random.ts';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { Bot, type BotEvents } from '../../loadtest/bot.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { firstRatings } from '../support/player.ts';
import { startServerProcess, TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';

const ABSENCE_MS = 4_000;
/** Nobody answers in time, so that it is the absences that end the battles. */
const THINK_MS = 60_000;

describe('after a kill', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  const bots: Bot[] = [];

  before(async () => {
    silenceSdk();
    server = await startServerProcess({ env: { ABSENCE_MS: String(ABSENCE_MS) } });
  });
  after(async () => {
    await Promise.all(bots.map((bot) => bot.stop()));
    await server.dispose();
  });

  async function seatedPair(format: string): Promise<[Bot, Bot]> {
    const accounts = signedAccounts(TEST_SECRET);
    const make = async (): Promise<[Bot, Promise<void>]> => {
      const isSeated = Promise.withResolvers<void>();
      const events: BotEvents = { joined: () => isSeated.resolve() };
      const account = await accounts.take();
      const options = {
        url: server.url,
        account,
        format,
        random: seededRandom(1),
        thinkMs: THINK_MS,
        events,
      };
      return [new Bot(options), isSeated.promise];
    };
    const [one, other] = [await make(), await make()];
    bots.push(one[0], other[0]);
    await Promise.all([one[0].enter(), other[0].enter(), one[1], other[1]]);
    return [one[0], other[0]];
  }

  it('who comes back wins, and a battle that nobody comes back to is void', async () => {
    const [faithful, gone] = await seatedPair('gen1randombattle');
    const lost = await seatedPair('gen2randombattle');
    await server.kill('SIGKILL');
    for (const bot of [gone, ...lost]) await bot.stop();
    await server.start();
    const { end } = await faithful.over;
    const { battleId: won, userId: winner } = faithful.transcript;
    const ratings = firstRatings('gen1randombattle', winner, gone.transcript.userId);
    assert.deepEqual(end, { battleId: won, winner, reason: 'opponent_timeout', ratings });
    const { battleId } = lost[0].transcript;
    const row = await recorded(battleId);
    assert.equal(row.reason, 'void');
    assert.equal(row.winner, null);
  });

  async function recorded(battleId: string) {
    for (;;) {
      const row = (await readStored(server.database)).battles.find(({ id }) => id === battleId);
      if (row) return row;
    }
  }
});
