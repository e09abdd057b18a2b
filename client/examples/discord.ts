/**
 * Tells a Discord channel how battles end: the receiver of a server's webhooks, in one file.
 * `WEBHOOK_SECRET=… DISCORD_URL=https://discord.com/api/webhooks/… node client/examples/discord.ts [port]`
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

const { WEBHOOK_SECRET, DISCORD_URL } = process.env;
if (!WEBHOOK_SECRET || !DISCORD_URL) throw new Error('Set WEBHOOK_SECRET and DISCORD_URL.');
const OLDEST_MS = 300_000;

interface Told {
  readonly type: 'started' | 'completed';
  readonly matchId: string;
  readonly format: string;
  readonly players: { readonly p1: string; readonly p2: string };
  /** Of `completed`. */
  readonly winner?: 'p1' | 'p2' | null;
  readonly ratingChanges?: { readonly p1: number; readonly p2: number } | null;
}

function isSigned(signature: string, body: string): boolean {
  const [, at = '', told = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  const made = createHmac('sha256', WEBHOOK_SECRET!).update(`${at}.${body}`).digest();
  return (
    told !== '' && timingSafeEqual(Buffer.from(told, 'hex'), made) && Date.now() - Number(at) < OLDEST_MS
  );
}

function sentence({ players, winner, format, ratingChanges }: Told): string {
  if (!winner) return `${players.p1} and ${players.p2} have ended ${format} without a winner.`;
  const loser = winner === 'p1' ? 'p2' : 'p1';
  const points = ratingChanges ? ` (+${Math.round(ratingChanges[winner])})` : '';
  return `${players[winner]}${points} has won against ${players[loser]} in ${format}.`;
}

/** The status to answer with. */
async function take(req: IncomingMessage): Promise<number> {
  const body = await text(req);
  if (!isSigned(String(req.headers['x-endure-signature']), body)) return 401;
  const told = JSON.parse(body) as Told;
  if (told.type !== 'completed') return 204;
  // Nobody's name is to call everybody.
  const message = { content: sentence(told), allowed_mentions: { parse: [] } };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(DISCORD_URL!, { method: 'POST', headers, body: JSON.stringify(message) });
  // Asked to come again, the server does.
  return answer.ok ? 204 : 503;
}

const server = createServer((req, res) => {
  take(req).then(
    (status) => res.writeHead(status).end(),
    () => res.writeHead(503).end(),
  );
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log('Listening.'));
