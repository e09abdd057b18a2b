/** The page as people use it, from the first click to the last, with a real server that is killed under it. */
import assert from 'node:assert/strict';
import { signedAccounts } from '../../loadtest/accounts.ts';
import { playBattles } from '../../loadtest/play.ts';
import { silenceSdk } from '../../loadtest/sdk-notices.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import { tokenOf } from '../support/player.ts';
import { TEST_SECRET } from '../support/secret.ts';
import { type Choose, byClick, byKey, chooseNext, killUnder, type Played, playToEnd, reload, startByClicks, startByKeys, watchReplay } from './journeys.ts'; // prettier-ignore
import { lookAtPages } from './looks.ts';
import { Stand } from './stand.ts';
import { startBattle } from './visit.ts';

const VERDICTS = /^(You (won!|lost\.)|A tie\.)$/;
const PHONE = { width: 360, height: 740 };
/** What a first visit may cost until one plays, as it came over the wire. */
const FIRST_LOAD_BYTES = 300_000;
const LADDER = 'gen9randombattle';
/** The rows that are watched: more players than that would push each other out. */
const LADDER_BATTLES_MAX = 40;

export interface BrowserSize {
  /** Against the bot by clicks, each watched again to its end. One that needs a team gets one of ours. */
  readonly byClicks: readonly string[];
  readonly byKeys: readonly string[];
  /** Two pages against each other. */
  readonly duels: readonly string[];
  /** In each duel. */
  readonly reloads: number;
  readonly kills: number;
  readonly ladderBattles: number;
}

const MOVING_CHOICES = 3;
/** Three turns, each thing looked at for its time. */
const MOVING_MS = 60_000;

type Figures = Readonly<Record<string, unknown>>;

/** Throws when somebody does not get to the end, a page has a fault or asks another host, or cannot be used by everybody. */
export async function proveBrowser(size: BrowserSize, report: (line: string) => void): Promise<Figures> {
  silenceSdk();
  const stand = await Stand.open();
  try {
    const firstLoadBytes = await measureFirstLoad(stand);
    const clicks = await inTurn(size.byClicks, report, (format) => playBot(stand, format, byClick));
    const keys = await inTurn(size.byKeys, report, (format) => playBot(stand, format, byKey));
    const duels = await inTurn(size.duels, report, (format) => playDuel(stand, format, size));
    const motion = await playMoving(stand);
    report(`the ladder moves: ${size.ladderBattles} battles of bots`);
    const ladder = await watchLadder(stand, size.ladderBattles);
    report('every page is looked at');
    const looks = await lookAtPages(stand);
    return { firstLoadBytes, clicks, keys, duels, motion, ladder, looks, faults: 0, foreignRequests: 0 };
  } finally {
    await stand.close();
  }
}

async function inTurn<T extends object>(
  formats: readonly string[],
  report: (line: string) => void,
  play: (format: string) => Promise<T>,
): Promise<(T & { readonly format: string })[]> {
  const all: (T & { readonly format: string })[] = [];
  for (const format of formats) {
    const figures = { format, ...(await play(format)) };
    report(JSON.stringify(figures));
    all.push(figures);
  }
  return all;
}

/** A guest plays the bot to the end, and watches the replay to its end. */
export async function playBot(
  stand: Stand,
  format: string,
  choose: Choose,
): Promise<Played & { readonly replayStops: number }> {
  const { page } = await stand.visit('/', choose === byKey ? {} : PHONE);
  await (choose === byKey ? startByKeys(page, format) : startByClicks(page, format));
  const played = await playToEnd(page, choose);
  assert.match(played.verdict, VERDICTS);
  const replayStops = await watchReplay(page);
  assert.equal(replayStops, played.turns + 1);
  await leaveWithoutFaults(stand);
  return { ...played, replayStops };
}

/** Two pages against each other to the end, through reloads and kills of the server. */
export async function playDuel(
  stand: Stand,
  format: string,
  { reloads, kills }: Pick<BrowserSize, 'reloads' | 'kills'>,
): Promise<Figures> {
  const [team] = teamsFor(format);
  const both = await startBattle(stand.browser, stand.server, { format, options: [{}, PHONE], ...(team !== undefined && { team }) }); // prettier-ignore
  stand.add(...both);
  const pages = both.map(({ page }) => page);
  const backMs: number[] = [];
  let [reloaded, choices] = [0, 0];
  const trouble: Choose = async (page, count) => {
    await byClick(page, count);
    choices++;
    // One of both brings the trouble, so that nothing of it overlaps; early, so that the battle is not over by it.
    if (page !== pages[0]) return;
    if (count % 2 === 1 && reloaded < reloads) {
      await reload(page);
      reloaded++;
    } else if (count % 2 === 0 && backMs.length < kills) backMs.push(await killUnder(stand.server, pages));
  };
  const played = await Promise.all(pages.map((page) => playToEnd(page, trouble)));
  assert.deepEqual(played.map(({ turns }) => turns), [played[0]!.turns, played[0]!.turns]); // prettier-ignore
  const verdicts = played.map(({ verdict }) => verdict).sort();
  assert(verdicts[0] === 'A tie.' || verdicts.join() === 'You lost.,You won!', verdicts.join());
  await Promise.all(pages.map((page) => page.locator('.ratings li').nth(1).waitFor()));
  await leaveWithoutFaults(stand);
  assert.deepEqual([reloaded, backMs.length], [reloads, kills], 'the battle was too short for its trouble');
  return { choices, turns: played[0]!.turns, reloads: reloaded, kills: backMs.length, backMs };
}

/** With everything in motion the page is behind the battle, and catches up before anything is asked. */
async function playMoving(stand: Stand): Promise<Figures> {
  const { page } = await stand.visit('/', { isMoving: true });
  await startByClicks(page, 'gen9randombattle');
  for (let choices = 0; choices < MOVING_CHOICES; choices++) await chooseNext(page, byClick, choices);
  await page.getByRole('button', { name: 'Forfeit' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Forfeit' }).click();
  await page.locator('.result').waitFor({ timeout: MOVING_MS });
  assert.match((await page.locator('.log').textContent()) ?? '', /Greedy Bot won the battle!$/);
  await leaveWithoutFaults(stand);
  return { choices: MOVING_CHOICES };
}

/** Each rated battle of bots is on an open page, which is never loaded anew. */
async function watchLadder(stand: Stand, battles: number): Promise<Figures> {
  assert(battles <= LADDER_BATTLES_MAX);
  const { page } = await stand.visit();
  const account = { token: tokenOf('watcher'), user: { id: 'watcher', name: 'watcher' } };
  await page.evaluate(`localStorage.setItem('endure.account', ${JSON.stringify(JSON.stringify(account))})`);
  await page.goto(`${stand.server.url}/ladder/${LADDER}`);
  await page.locator('[data-live=true]').waitFor();
  await page.evaluate('window.isSame = true');
  const shown = async (): Promise<number> => page.locator('.ladder tbody tr').count();
  const before = await shown();
  const { server } = stand;
  const { players, failures } = await playBattles({ url: server.url, accounts: signedAccounts(TEST_SECRET), battles, concurrency: 2, formats: [LADDER], thinkMs: 0, spectators: 0, seed: 'ladder' }); // prettier-ignore
  assert.deepEqual(failures, []);
  for (const { end } of players) if (end?.winner) await page.locator(`a[href="/u/${end.winner}"]`).waitFor();
  const told = (await (await fetch(`${server.url}/ladder/${LADDER}?limit=100`)).json()) as { items: { user: { name: string }; elo: number }[] }; // prettier-ignore
  const rows = page.locator('.ladder tbody tr');
  await rows.nth(told.items.length - 1).waitFor();
  assert.deepEqual(await rows.locator('th').allTextContents(), told.items.map(({ user }) => user.name)); // prettier-ignore
  assert.equal(await page.evaluate('window.isSame'), true);
  await leaveWithoutFaults(stand);
  return { battles, rowsBefore: before, rowsAfter: told.items.length };
}

/** From an empty browser to the first choice: all that was asked for, as it came over the wire, without its headers. */
async function measureFirstLoad(stand: Stand): Promise<number> {
  const { page } = await stand.visit();
  await startByClicks(page, 'gen9randombattle');
  await page.locator('.controls .move[data-type]').first().waitFor();
  const bytes =
    await page.evaluate<number>(`[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`);
  assert(bytes > 0 && bytes < FIRST_LOAD_BYTES, `${bytes} bytes`);
  await leaveWithoutFaults(stand);
  return bytes;
}

async function leaveWithoutFaults(stand: Stand): Promise<void> {
  assert.deepEqual(await stand.leave(), []);
}
