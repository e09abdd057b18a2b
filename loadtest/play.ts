/** Many battles at once between bots of this process. */
import { seededRandom } from '../src/battle/random.ts';
import type { Accounts } from './accounts.ts';
import { Bot, type BotEvents } from './bot.ts';
import type { Transcript } from './transcript.ts';

export interface PlayOptions {
  readonly url: string;
  readonly accounts: Accounts;
  readonly battles: number;
  readonly concurrency: number;
  /** Taken in turn. */
  readonly formats: readonly string[];
  /** Mean time for a choice, in milliseconds. */
  readonly thinkMs: number;
  /** Of each battle. */
  readonly spectators: number;
  readonly seed: string;
  readonly events?: BotEvents;
  /** After each end of a battle. */
  readonly onProgress?: (ended: number) => void;
  /** Stops making new battles once it answers true; `battles` is the most there will be. */
  readonly isEnough?: () => boolean;
}

export interface Played {
  readonly players: readonly Transcript[];
  readonly spectators: readonly Transcript[];
  /** What a bot gave up with. */
  readonly failures: readonly string[];
}

/** Resolves when every battle has ended or was given up. */
export async function playBattles(options: PlayOptions): Promise<Played> {
  const { battles, concurrency, formats } = options;
  const players: Transcript[] = [];
  const spectators: Transcript[] = [];
  const failures: string[] = [];
  const watched = new Set<string>();
  let begun = 0;

  const bot = async (format: string, name: string): Promise<Bot> =>
    new Bot({
      ...options,
      account: await options.accounts.take(),
      format,
      random: seededRandom(`${options.seed} ${name}`),
    });

  const play = async (player: Bot): Promise<void> => {
    players.push(player.transcript);
    try {
      await player.enter();
      await Promise.all([player.over, watch(player.transcript)]);
    } catch (error) {
      failures.push(`${player.transcript.battleId || 'queue'}: ${(error as Error).message}`);
    }
    await leave(player);
  };

  const leave = async (player: Bot): Promise<void> => {
    await player.stop();
    options.accounts.giveBack(player.account);
  };

  const watch = async ({ battleId, format }: Transcript): Promise<void> => {
    if (watched.has(battleId)) return;
    watched.add(battleId);
    const names = Array.from({ length: options.spectators }, (_, index) => `${battleId} ${index}`);
    await Promise.all(
      names.map(async (name) => {
        const spectator = await bot(format, name);
        spectators.push(spectator.transcript);
        if (await spectator.join(battleId)) await spectator.over;
        await leave(spectator);
      }),
    );
  };

  const lane = async (): Promise<void> => {
    while (begun < battles && !(options.isEnough?.() ?? false)) {
      const number = begun++;
      const format = formats[number % formats.length]!;
      // Whom each of the two meets is the server's affair; that there are two leaves nobody alone.
      const pair = await Promise.all([bot(format, `${number} a`), bot(format, `${number} b`)]);
      await Promise.all(pair.map(play));
      options.onProgress?.(players.filter(({ end }) => end !== null).length / 2);
    }
  };

  await Promise.all(Array.from({ length: Math.min(concurrency, battles) }, lane));
  return { players, spectators, failures };
}
