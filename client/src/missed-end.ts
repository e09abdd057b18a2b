/** What can be known of an end that came while we were away. */
import type { EndureError } from './errors.ts';
import type { Http } from './http.ts';
import type { BattleEnd, BattleStart, Ratings } from './protocol.ts';

type Reason = BattleEnd['reason'];

/** From what the server refused the join with. Lines: the spectators', where this is one; a side's are told no more. */
export async function missedEnd(
  http: Http,
  { details }: EndureError,
  { battleId, side }: BattleStart,
  userId: string,
): Promise<{ readonly end: BattleEnd; readonly lines: readonly string[] }> {
  const [ratings, lines] = await Promise.all([
    ratingsOf(http, battleId),
    side === null ? linesOf(http, battleId) : [],
  ]);
  const winner = (details['winner'] ?? null) as BattleEnd['winner'];
  const reason = reasonFor(details['reason'] as Reason, side !== null, winner === userId);
  return { end: { battleId, winner, reason, ...(ratings && { ratings }) }, lines };
}

/** The server says why it ended as spectators see it. */
function reasonFor(reason: Reason, isPlayer: boolean, hasWon: boolean): Reason {
  if (!isPlayer) return reason;
  if (reason === 'win') return hasWon ? 'win' : 'loss';
  if ((reason === 'forfeit' || reason === 'timeout') && hasWon) return `opponent_${reason}`;
  return reason;
}

/** undefined where none moved, or the record is not written yet. */
async function ratingsOf(http: Http, battleId: string): Promise<Ratings | undefined> {
  const battle = await http.json<{ ratings?: Ratings }>('GET', `/battles/${battleId}`).catch(() => null);
  return battle?.ratings;
}

async function linesOf(http: Http, battleId: string): Promise<readonly string[]> {
  const log = await http.text(`/replays/${battleId}.log`).catch(() => '');
  return log === '' ? [] : log.split('\n');
}
