/** What visitors of the page do, in the words of the tests. */
import type { Page } from 'playwright-core';
import type { ServerProcess } from '../support/server-process.ts';
import type { TestBrowser, Visitor, VisitorOptions } from './browser.ts';

/** Waits on the home page until the formats are there, and takes a name and a format. */
export async function introduce(page: Page, name: string, format: string): Promise<void> {
  await page.locator('optgroup').first().waitFor({ state: 'attached' });
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('combobox', { name: 'Format' }).selectOption(format);
}

export interface BattleWish {
  readonly format?: string;
  readonly options?: readonly [VisitorOptions, VisitorOptions];
  /** In Showdown's export format. */
  readonly team?: string;
}

/** Two guests who have found each other. */
export async function startBattle(
  browser: TestBrowser,
  server: ServerProcess,
  wish: BattleWish = {},
): Promise<[Visitor, Visitor]> {
  const { format = 'gen9randombattle', options = [{}, {}], team } = wish;
  const one = await browser.visit(server.url, options[0]);
  const two = await browser.visit(server.url, options[1]);
  for (const [{ page }, name] of [
    [one, 'Ash'],
    [two, 'Misty'],
  ] as const) {
    await introduce(page, name, format);
    if (team !== undefined) await page.getByLabel('Your team').fill(team);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
  }
  for (const { page } of [one, two]) await page.locator('.controls .prompt').first().waitFor();
  return [one, two];
}

/** Waits until something can be chosen, and presses the first thing. */
export async function chooseFirst(page: Page): Promise<void> {
  const first = page.locator('.controls button:enabled:is(.move, .reserve, .target, .primary)').first();
  await first.waitFor();
  await first.click();
}

/** Both choose, whoever has something to choose, until the turn is that. */
export async function playTo(
  turn: number,
  visitors: readonly Visitor[],
  choose = chooseFirst,
): Promise<void> {
  while ((await shownTurn(visitors[0]!.page)) < turn) {
    const before = await Promise.all(visitors.map(({ page }) => logLength(page)));
    for (const { page } of visitors) if (await owes(page)) await choose(page);
    for (const [index, { page }] of visitors.entries()) {
      await page.locator('.log > *').nth(before[index]!).waitFor({ state: 'attached' });
      await page.getByText('Sending your choice…').waitFor({ state: 'detached' });
    }
  }
}

export async function shownTurn(page: Page): Promise<number> {
  return Number(((await page.locator('.top-bar .turn').textContent()) ?? '').replace('Turn ', ''));
}

export async function owes(page: Page): Promise<boolean> {
  return (await page.locator('.controls button:enabled:is(.move, .reserve, .target)').count()) > 0;
}

function logLength(page: Page): Promise<number> {
  return page.locator('.log > *').count();
}

/** What reaches beyond the right edge of the window. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !element.closest('svg, .unseen'))
    .map((element) => element.outerHTML.slice(0, 120))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])`);
}
