/** Battles over real sockets with a real PostgreSQL: all end, each is stored once, as its players were told. */
import { signedAccounts } from '../../loadtest/accounts.ts';
import { playBattles } from '../../loadtest/play.ts';
import { byBattle, errorCounts, faultsOf } from '../../loadtest/verdict.ts';
import { checkBattle } from '../support/checker.ts';
import { startServerProcess, TEST_SECRET } from '../support/server-process.ts';
import { readStored } from '../support/stored-battles.ts';

export interface BotBattlesSize {
  readonly battles: number;
  readonly concurrency: number;
  readonly formats: readonly string[];
}

/** Throws when a battle is lost, recorded twice or told differently, or anybody saw an error. */
export async function proveBotBattles(
  { battles, concurrency, formats }: BotBattlesSize,
  seed: number,
  report: (line: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  const server = await startServerProcess();
  try {
    const accounts = signedAccounts(TEST_SECRET);
    const played = await playBattles({
      url: server.url,
      accounts,
      battles,
      concurrency,
      formats,
      thinkMs: 0,
      spectators: 0,
      seed: String(seed),
      onProgress: (ended) => report(`${Math.floor(ended)} of ${battles} battles`),
    });
    const { battles: stored, liveRows } = await readStored(server.database);
    const told = byBattle(played.players);
    const faults = [...faultsOf(played), ...Object.keys(errorCounts(played))];
    if (told.size !== battles) faults.push(`${told.size} battles were played instead of ${battles}`);
    if (stored.length !== battles) faults.push(`${stored.length} rows are stored for ${battles} battles`);
    if (liveRows > 0) faults.push(`${liveRows} rows of living battles are left`);
    const checked = stored.map((row) => checkBattle(row, told.get(row.id) ?? []));
    for (const row of stored)
      if (told.get(row.id)?.length !== 2) faults.push(`${row.id} had not two players`);
    faults.push(...checked.flatMap((one) => one.faults));
    if (faults.length > 0) throw new Error([...faults, ...server.log].join('\n'));
    return {
      battles: stored.length,
      formats: new Set(stored.map(({ format }) => format)).size,
      turns: stored.reduce(
        (sum, { lines }) => sum + lines.filter((line) => line.startsWith('|turn|')).length,
        0,
      ),
      acceptedChecked: checked.reduce((sum, { accepted }) => sum + accepted, 0),
      linesChecked: checked.reduce((sum, { lines }) => sum + lines, 0),
      refused: played.players.reduce((sum, { errors }) => sum + errors.length, 0),
    };
  } finally {
    await server.dispose();
  }
}
