/**
 * People against the server's own players while the server is killed and started again: every battle goes on with its
 * bot, ends, and is stored as it was told. Measures how soon a battle against a bot begins.
 */
import { Client } from '@colyseus/sdk';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { Bot as Person, type BotEvents } from '../../loadtest/bot.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { BOT_KINDS, botUserId, type BotKind } from '../../src/battle/bot-seat.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { checkBattle } from '../support/checker.ts';
import { startServerProcess, TEST_SECRET, type ServerProcess } from '../support/server-process.ts';
import { readStored, type StoredBattle } from '../support/stored-battles.ts';

export interface BotKillSize {
  readonly battles: number;
  readonly kills: number;
}

export interface BotKillFigures {
  readonly battles: number;
  readonly kills: number;
  readonly inputsOfBots: number;
  /** From `PLAY_BOT` until the first request was there, in milliseconds: the first battle, and the slowest of all. */
  readonly beginMs: { readonly first: number; readonly max: number };
}

/** What a battle against a bot may take to begin. */
const BEGIN_MS_MAX = 2_000;
/** Slow enough that a battle is still played when the server is killed. */
const THINK_MS = 60;
/** Choices of all people between two kills, for each battle. */
const CHOICES_BETWEEN = 4;
const FORMAT = 'gen9randombattle';

interface Begun {
  readonly person: Person;
  readonly kind: BotKind;
  readonly beginMs: number;
}

/** Throws when a battle is lost or stored otherwise than told, when a bot did not answer itself, or began too late. */
export async function proveBotsSurvive(
  { battles, kills }: BotKillSize,
  seed: number,
  report: (line: string) => void,
): Promise<BotKillFigures> {
  silenceSdk();
  const server = await startServerProcess();
  const begun: Begun[] = [];
  try {
    const chosen = new Tally();
    for (let index = 0; index < battles; index++)
      begun.push(await begin(server, BOT_KINDS[index % BOT_KINDS.length]!, `${seed}/${index}`, chosen));
    for (let kill = 1; kill <= kills; kill++) {
      await chosen.grownBy(CHOICES_BETWEEN * battles);
      await server.kill('SIGKILL');
      await server.start();
      report(`kill ${kill} of ${kills}`);
    }
    const inputs = await verdict(server, begun);
    const [first, max] = [begun[0]!.beginMs, Math.max(...begun.map(({ beginMs }) => beginMs))];
    if (max > BEGIN_MS_MAX) throw new Error(`A battle began after ${max} ms.`);
    return {
      battles,
      kills,
      inputsOfBots: inputs,
      beginMs: { first: Math.round(first), max: Math.round(max) },
    };
  } catch (error) {
    throw new Error(server.log.join('\n'), { cause: error });
  } finally {
    await Promise.all(begun.map(({ person }) => person.stop()));
    await server.dispose();
  }
}

/** Counts what people choose. */
class Tally {
  #count = 0;
  #waiting: { readonly at: number; readonly resolve: () => void } | undefined;

  add(): void {
    this.#count++;
    if (this.#waiting && this.#count >= this.#waiting.at) this.#waiting.resolve();
  }

  grownBy(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { at: this.#count + count, resolve };
    });
  }
}

async function begin(server: ServerProcess, kind: BotKind, seed: string, chosen: Tally): Promise<Begun> {
  const account = await signedAccounts(TEST_SECRET).take();
  const client = new Client(server.url);
  client.auth.token = account.token;
  const queue = await client.joinOrCreate('matchmaking');
  queue.onMessage('*', () => {});
  const startedAt = performance.now();
  const { battleId } = (await queue.request('PLAY_BOT', { format: FORMAT, bot: kind })) as {
    readonly battleId: string;
  };
  const isJoined = Promise.withResolvers<void>();
  const events: BotEvents = { joined: () => isJoined.resolve(), accepted: () => chosen.add() };
  const random = seededRandom(seed);
  const person = new Person({ url: server.url, account, format: FORMAT, random, thinkMs: THINK_MS, events });
  await person.join(battleId);
  await isJoined.promise;
  const beginMs = performance.now() - startedAt;
  await queue.leave();
  return { person, kind, beginMs };
}

/** How many choices bots made. */
async function verdict(server: ServerProcess, begun: readonly Begun[]): Promise<number> {
  const faults: string[] = [];
  const transcripts = await Promise.all(begun.map(({ person }) => person.over));
  const { battles, liveRows } = await readStored(server.database);
  if (liveRows > 0) faults.push(`${liveRows} rows of living battles are left`);
  let inputs = 0;
  for (const [index, { kind }] of begun.entries()) {
    const transcript = transcripts[index]!;
    const row = battles.find(({ id }) => id === transcript.battleId);
    if (!row) {
      faults.push(`${transcript.battleId} is not stored`);
      continue;
    }
    faults.push(...checkBattle(withBot(row, kind), [transcript]).faults);
    if (row.reason !== 'win' && row.reason !== 'tie') faults.push(`${row.id} ended by ${row.reason}`);
    const ofBot = row.inputs.filter(({ input }) => input.type === 'choice' && input.side === 'p2');
    if (ofBot.some(({ input }) => input.type === 'choice' && input.auto))
      faults.push(`in ${row.id} the clock moved for the bot`);
    inputs += ofBot.length;
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return inputs;
}

/** The row has no user for a bot; who played was told its id. */
function withBot(row: StoredBattle, kind: BotKind): StoredBattle {
  return { ...row, sides: row.sides.map((side) => ({ ...side, userId: side.userId ?? botUserId(kind) })) };
}
