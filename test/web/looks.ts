/** Every page in every state, on a phone and on a desk, in the dark and the light: what does not fit, and what axe finds. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { teamsFor } from '../../loadtest/teams.ts';
import { seriousFaults } from './axe.ts';
import { picture } from './browser.ts';
import { byClick } from './journeys.ts';
import type { Stand } from './stand.ts';
import { introduce, overflowing } from './visit.ts';

/** A server that starts again, and a client that tries now and then. */
const RESTART_MS = 30_000;

interface Sight {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: 'dark' | 'light';
}

const [PHONE, DESK] = [
  { width: 360, height: 740 },
  { width: 1280, height: 860 },
];
const ALL: readonly Sight[] = [
  { name: 'phone-dark', ...PHONE, scheme: 'dark' },
  { name: 'phone-light', ...PHONE, scheme: 'light' },
  { name: 'desk-dark', ...DESK, scheme: 'dark' },
  { name: 'desk-light', ...DESK, scheme: 'light' },
];
/** Each size and each scheme once. */
export const FEW: readonly Sight[] = [ALL[0]!, ALL[3]!];

export interface Looks {
  readonly pages: readonly string[];
  readonly looks: number;
  readonly overflowing: 0;
  readonly seriousFindings: 0;
}

/** What does not fit or keeps somebody out, and where. A picture of each sight is kept. */
export async function lookAt(page: Page, name: string, sights = ALL): Promise<string[]> {
  const findings: string[] = [];
  for (const { name: sight, scheme: colorScheme, ...viewport } of sights) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await picture(page, `${name}-${sight}`);
    const found = [...(await overflowing(page)), ...(await seriousFaults(page))];
    findings.push(...found.map((finding) => `${name} ${sight}: ${finding}`));
  }
  return findings;
}

/** Throws where there is a finding. */
export async function lookAtPages(stand: Stand): Promise<Looks> {
  const pages: string[] = [];
  const findings: string[] = [];
  const look = async (page: Page, name: string): Promise<void> => {
    findings.push(...(await lookAt(page, name)));
    pages.push(name);
  };
  await lookAtBattles(stand, look);
  await lookAtChallenge(stand, look);
  await lookAtReading(stand, look);
  assert.deepEqual([...findings, ...(await stand.leave())], []);
  return { pages, looks: pages.length * ALL.length, overflowing: 0, seriousFindings: 0 };
}

type Look = (page: Page, name: string) => Promise<void>;

async function lookAtBattles(stand: Stand, look: Look): Promise<void> {
  const { page } = await stand.visit();
  await introduce(page, 'Leaf', 'gen9ou');
  await page.getByLabel('Your team').fill('Garchomp\nAbility: Levitate\n- Splash\n');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.locator('.problems li').first().waitFor();
  await look(page, 'home-problems');
  await start(page, 'gen9vgc2025regi', teamsFor('gen9vgc2025regi')[0]);
  await page.locator('.preview').waitFor();
  await look(page, 'team-preview');
  await byClick(page, 0);
  // A move at one of several.
  while ((await page.locator('.target').count()) === 0) await clickAny(page);
  await look(page, 'doubles-target');
  await page.getByRole('button', { name: 'Forfeit' }).click();
  await look(page, 'forfeit');
  await page.locator('dialog').getByRole('button', { name: 'Forfeit' }).click();
  await page.locator('.result').waitFor();
  await page.goto(stand.server.url);
  await start(page, 'gen9randombattle');
  await page.locator('.controls .move').first().waitFor();
  await look(page, 'battle');
  const watcher = await stand.visit(new URL(page.url()).pathname);
  await watcher.page.getByText('You are watching.').waitFor();
  await look(watcher.page, 'battle-watched');
  await stand.server.kill('SIGKILL');
  await page.locator('[data-link=reconnecting]').waitFor({ state: 'attached' });
  await look(page, 'server-gone');
  await stand.server.start();
  await page.locator('[data-link=connected]').waitFor({ state: 'attached', timeout: RESTART_MS });
  await page.getByRole('button', { name: 'Forfeit' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Forfeit' }).click();
  await page.locator('.result').waitFor();
  await look(page, 'result');
  await page.getByRole('link', { name: 'Watch the replay' }).click();
  await page.getByRole('slider', { name: 'Turn' }).waitFor();
  await look(page, 'replay-start');
  await page.keyboard.press('End');
  await page.locator('.result').waitFor();
  await look(page, 'replay-end');
  await page.goto(stand.server.url);
  await page.getByText('My last battles').waitFor();
  await look(page, 'home');
  await page.goto(`${stand.server.url}/u`);
  await page.locator('.battles tbody tr').first().waitFor();
  await look(page, 'profile-mine');
}

async function lookAtChallenge(stand: Stand, look: Look): Promise<void> {
  const { page } = await stand.visit();
  await introduce(page, 'Ash', 'gen9vgc2025regi');
  await page.getByLabel('Your team').fill(teamsFor('gen9vgc2025regi')[0]!);
  await page.getByRole('button', { name: 'Challenge a friend' }).click();
  await page.getByText('Waiting for your friend').waitFor();
  await look(page, 'challenge-waiting');
  const link = new URL(await page.getByLabel('Link for your friend').inputValue());
  const friend = await stand.visit(link.pathname);
  await friend.page.getByRole('button', { name: 'Accept' }).waitFor();
  await look(friend.page, 'challenge');
}

async function lookAtReading(stand: Stand, look: Look): Promise<void> {
  const { page } = await stand.visit();
  for (const [name, path, ready] of [
    ['ladder', '/ladder/gen9randombattle', '.ladder tbody tr'],
    ['ladder-empty', '/ladder/gen2randombattle', '.empty'],
    ['replay-missing', '/replay/none', '[role=alert]'],
    ['battle-missing', '/battle/none', '[role=alert]'],
    ['challenge-over', '/challenge/none', 'main h1'],
    ['profile-none', '/u', 'main h1'],
  ] as const) {
    await page.goto(stand.server.url + path);
    await page.locator(ready).first().waitFor();
    await look(page, name);
  }
}

async function start(page: Page, format: string, team?: string): Promise<void> {
  await introduce(page, 'Leaf', format);
  if (team !== undefined) await page.getByLabel('Your team').fill(team);
  await page.getByRole('button', { name: 'Play the bot' }).click();
}

async function clickAny(page: Page): Promise<void> {
  const moves = page.locator('.controls button:enabled:is(.move, .target)');
  await moves.first().waitFor();
  await moves.first().click();
}
