/** What people do on the page from a beginning to an end. Each throws where it does not get there. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { teamsFor } from '../../loadtest/teams.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { introduce, shownTurn } from './visit.ts';

/** Presses one of the things that can be chosen; `count` choices were made before. */
export type Choose = (page: Page, count: number) => Promise<void>;

/** A server that starts again, and an opponent on a machine that has much to do. */
const LONG_MS = 40_000;
const OPEN = '.controls button:enabled:is(.move, .reserve, .target, .primary):not(.result *)';
const CLICK_MS = 3_000;
/** No battle is as long. */
const CHOICES_MAX = 1_000;
/** Now and then somebody else comes in. */
const SWITCH_EVERY = 7;

export interface Played {
  readonly choices: number;
  readonly turns: number;
  readonly verdict: string;
}

/** Until the page tells how it ended. */
export async function playToEnd(page: Page, choose: Choose): Promise<Played> {
  for (let choices = 0; choices < CHOICES_MAX; choices++)
    if (!(await chooseNext(page, choose, choices))) {
      const verdict = (await page.locator('.result h2').textContent()) ?? '';
      return { choices, turns: await shownTurn(page), verdict };
    }
  throw new Error(`The battle does not end in ${CHOICES_MAX} choices.`);
}

/** Waits for something to choose, and chooses it; false where the battle is over. */
export async function chooseNext(page: Page, choose: Choose, count: number): Promise<boolean> {
  const over = page.locator('.result h2');
  await page.locator(OPEN).or(over).first().waitFor({ timeout: LONG_MS });
  if ((await over.count()) > 0) return false;
  await choose(page, count);
  return true;
}

/** What has gone since it was looked for is not pressed; the next look finds what there is. */
export const byClick: Choose = async (page, count) => {
  const button = await buttonFor(page, count);
  await button.click({ timeout: CLICK_MS }).catch((error: Error) => {
    if (error.name !== 'TimeoutError') throw error;
  });
};

/** By the key that the button shows. */
export const byKey: Choose = async (page, count) => {
  const shown = (await (await buttonFor(page, count)).locator('kbd').textContent()) ?? '';
  const digit = /\d/.exec(shown)?.[0];
  assert(digit !== undefined || shown === '↵', `no key: ${shown}`);
  await page.keyboard.press(
    digit === undefined ? 'Enter' : `${shown.startsWith('⇧') ? 'Shift+' : ''}Digit${digit}`,
  );
};

/** One that is there to press. Not always the first, or two who only protect themselves would never end. */
async function buttonFor(page: Page, count: number): Promise<Locator> {
  const some = (kinds: string): Locator => page.locator(OPEN).and(page.locator(kinds));
  const finish = some('.primary');
  if ((await finish.count()) > 0) return finish;
  const reserves = some('.reserve:not(.target)');
  const moves = some('.move, .target');
  const isSwitch = count % SWITCH_EVERY === SWITCH_EVERY - 1 && (await reserves.count()) > 0;
  const those = isSwitch || (await moves.count()) === 0 ? reserves : moves;
  return those.nth(count % Math.max(1, await those.count()));
}

/** A guest with a battle against the bot. */
export async function startByClicks(page: Page, format: string): Promise<void> {
  await introduce(page, 'Red', format);
  const [team] = teamsFor(format);
  if (team !== undefined) await page.getByLabel('Your team').fill(team);
  await page.getByRole('button', { name: 'Play the bot' }).click();
}

/** The same, with nothing clicked and nothing filled in but by keys. */
export async function startByKeys(page: Page, format: string): Promise<void> {
  await page.locator('optgroup').first().waitFor({ state: 'attached' });
  await tabTo(page, page.getByLabel('Your name'));
  await page.keyboard.type('Blue');
  const formats = page.getByRole('combobox', { name: 'Format' });
  await tabTo(page, formats);
  const name = (await formats.locator(`option[value=${format}]`).textContent()) ?? '';
  await page.keyboard.type(name);
  assert.equal(await formats.inputValue(), format);
  await tabTo(page, page.getByRole('button', { name: 'Play the bot' }));
  await page.keyboard.press('Enter');
}

/** By the Tab key alone. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let steps = 0; steps < 80; steps++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(target)}.`);
}

/** From the result of a battle to the end of its replay, at the highest speed; how many stops it has. */
export async function watchReplay(page: Page): Promise<number> {
  const told = await page.locator('.log').textContent();
  await page.getByRole('link', { name: 'Watch the replay' }).click();
  await page.getByRole('button', { name: '×8' }).click();
  await page.keyboard.press('Home');
  await page.getByRole('button', { name: 'Play (space)' }).click();
  await page.locator('.result').waitFor({ timeout: 3 * LONG_MS });
  assert.equal(await page.locator('.log').textContent(), told, 'the replay tells another battle');
  return Number(await page.getByRole('slider', { name: 'Turn' }).getAttribute('max'));
}

/** Afterwards the page tells all that it had told, and perhaps what came meanwhile. */
export async function reload(page: Page): Promise<void> {
  const told = (await page.locator('.log').textContent()) ?? '';
  await page.reload();
  await page.locator('.controls .prompt').and(page.locator(':not(:empty)')).waitFor();
  const now = (await page.locator('.log').textContent()) ?? '';
  assert(now.startsWith(told), `told before: ${told}\n told now: ${now}`);
}

/** `kill -9` under open pages, and a new start; from then on, the milliseconds until all are back by themselves. */
export async function killUnder(server: ServerProcess, pages: readonly Page[]): Promise<number> {
  for (const page of pages) await page.evaluate('window.isSame = true');
  await server.kill('SIGKILL');
  await Promise.all(
    pages.map((page) => page.locator('[data-link=reconnecting]').waitFor({ state: 'attached' })),
  );
  await server.start();
  const startedAt = performance.now();
  const back = pages.map((page) =>
    page.locator('[data-link=connected]').waitFor({ state: 'attached', timeout: LONG_MS }),
  );
  await Promise.all(back);
  for (const page of pages)
    assert.equal(await page.evaluate('window.isSame'), true, 'the page was loaded anew');
  return Math.round(performance.now() - startedAt);
}
