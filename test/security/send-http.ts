/** Sends the rows over HTTP and compares status, code and form of what comes back. */
import assert from 'node:assert/strict';
import { ERRORS } from '../../src/errors.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import type { HttpRow } from './corpus/row.ts';
import type { Target } from './target.ts';

/** Limits go by user; nobody sends more than this. */
const ROWS_PER_USER = 8;
const TOKEN_CHARS = 20;

export async function sendHttp(target: Target, rows: readonly HttpRow[]): Promise<void> {
  const arena = await target.arena();
  const owner = target.user();
  const [team] = teamsFor('gen9ou');
  const created = await target.json('POST', '/teams', owner, { name: 'Mine', format: 'gen9ou', team });
  assert.equal(created.status, 201, created.text);
  const places = { ':battle': arena.battleId, ':team': String(created.json?.['id']) };
  for (let at = 0; at < rows.length; at += ROWS_PER_USER) {
    const user = target.user();
    for (const row of rows.slice(at, at + ROWS_PER_USER)) await sendRow(target, row, places, user);
  }
  await Promise.all([arena.p1.ping(), arena.p2.ping()]);
  target.leave(arena);
}

async function sendRow(
  target: Target,
  row: HttpRow,
  places: Readonly<Record<string, string>>,
  user: ReturnType<Target['user']>,
): Promise<void> {
  const path = row.request.path.replaceAll(/:(?:battle|team)/g, (place) => places[place]!);
  const bearer = row.token === undefined ? user.token : row.token;
  const headers = { ...(bearer !== null && { authorization: `Bearer ${bearer}` }), ...row.request.headers };
  // Some of the forged ones are words that stand in honest lines, too.
  if (bearer && bearer.length > TOKEN_CHARS) target.secrets.add(bearer);
  const answer = await target.http({ ...row.request, path, headers, localAddress: user.address });
  if (answer === 'cut') {
    assert.ok(row.mayCut, `${row.name}: no answer`);
    return;
  }
  const { status, json, text } = answer;
  const shown = `${row.name}: ${status} ${text.slice(0, 200)}`;
  assert.ok([row.status].flat().includes(status), shown);
  assert.ok(
    !/node_modules|\bat \S+ \(|\.ts:\d+/.test(text),
    `${row.name} tells of the server's inside: ${text}`,
  );
  if (row.code) {
    assert.equal(json?.['code'], row.code, shown);
    assert.equal(json['recoverable'], ERRORS[row.code].recoverable, shown);
    assert.equal(typeof json['message'], 'string', shown);
    // The SDK throws what stands in `message`.
    if (path.startsWith('/matchmake/')) assert.equal(json['message'], row.code, shown);
  }
  if (row.check) row.check(json ?? {}, text);
}
