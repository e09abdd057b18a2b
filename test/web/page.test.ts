/** The page as people use it: real server, real browser. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { teamsFor } from '../../loadtest/teams.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { picture, type TestBrowser, type Visitor } from './browser.ts';
import { byKey, chooseNext, killUnder, startByKeys, tabTo } from './journeys.ts';
import { FEW, lookAt } from './looks.ts';
import { sharedStand } from './shared-stand.ts';
import type { Stand } from './stand.ts';
import { chooseFirst, introduce, overflowing, playTo, shownTurn, startBattle } from './visit.ts';

const PHONE = { width: 360, height: 740 };
const BAD_TEAM = 'Garchomp @ Leftovers\nAbility: Levitate\n- Earthquake\n- Splash\n';

describe('the page in a browser', function () {
  this.timeout(40_000);
  let browser: TestBrowser;
  let server: ServerProcess;
  let stand: Stand;

  before(async () => {
    stand = await sharedStand();
    ({ browser, server } = stand);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      for (const [index, { page }] of stand.visitors.entries()) await picture(page, `failed-${index}`);
    assert.deepEqual(await stand.leave(), []);
  });

  const battle = async (
    ...wish: Parameters<typeof startBattle> extends [unknown, unknown, ...infer Rest] ? Rest : never
  ): Promise<[Visitor, Visitor]> => {
    const both = await startBattle(browser, server, ...wish);
    stand.add(...both);
    return both;
  };

  it('plays a battle by clicks, from the name to the rating', async () => {
    const [ash, misty] = await battle();
    await playTo(3, [ash, misty]);
    await picture(ash.page, 'battle');
    const watcher = await browser.visit(ash.page.url());
    stand.add(watcher);
    await watcher.page.getByText('You are watching.').waitFor();
    assert.equal(await shownTurn(watcher.page), 3);
    await ash.page.getByRole('button', { name: 'Forfeit' }).click();
    await ash.page.locator('dialog').getByRole('button', { name: 'Forfeit' }).click();
    assert.equal(await ash.page.locator('.result h2').textContent(), 'You lost.');
    assert.equal(await misty.page.locator('.result h2').textContent(), 'You won!');
    await misty.page.locator('.ratings .up').waitFor();
    await misty.page.locator('.tray').getByText('First win').waitFor();
    await picture(misty.page, 'result');
    await misty.page.getByRole('link', { name: 'Home' }).click();
    const won = misty.page.getByRole('listitem').filter({ hasText: 'Won against Ash' });
    await won.getByText('[Gen 9] Random Battle').waitFor();
    await picture(misty.page, 'home');
    // Who comes late is told the result.
    const late = await browser.visit(ash.page.url());
    stand.add(late);
    await late.page.getByRole('heading', { name: 'Misty won.' }).waitFor();
    await late.page.getByRole('link', { name: 'Watch the replay' }).waitFor();
    await late.page.locator('.ratings .up').waitFor();
  });

  it('plays a battle by the keyboard alone, from the name to the end', async () => {
    const { page } = await stand.visit();
    // Whom nothing traps but a move of its own.
    await startByKeys(page, 'gen1randombattle');
    for (let count = 0; count < 3; count++) await chooseNext(page, byKey, count);
    const reserve = page.locator('.reserve:enabled').first();
    await page.locator('.controls button:enabled:is(.move, .reserve)').first().waitFor();
    while ((await reserve.count()) === 0) await chooseNext(page, byKey, 0);
    const key = ((await reserve.locator('kbd').textContent()) ?? '').slice(-1);
    const name = (await reserve.locator('b').textContent()) ?? '';
    const isForced = (await page.locator('.controls .move').count()) === 0;
    await page.keyboard.press(`${isForced ? '' : 'Shift+'}Digit${key}`);
    await page.locator('.log').getByText(`Go! ${name}`).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Forfeit' }));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'You lost.' }).waitFor();
  });

  it('plays the bot to the end, and the replay in the same view', async () => {
    const visitor = await browser.visit(server.url, PHONE);
    stand.add(visitor);
    const { page } = visitor;
    await introduce(page, 'Red', 'gen1randombattle');
    await page.getByRole('button', { name: 'Play the bot' }).click();
    await page.locator('.controls .move').first().waitFor();
    const next = page.locator('.controls button:enabled:is(.move, .reserve)').or(page.locator('.result'));
    while ((await page.locator('.result').count()) === 0) {
      await next.first().waitFor();
      if ((await page.locator('.result').count()) === 0) await next.first().click();
    }
    assert.match((await page.locator('.result h2').textContent()) ?? '', /^You (won!|lost\.)$/);
    await picture(page, 'bot-result-phone');
    const told = await page.locator('.log').textContent();
    const turn = await shownTurn(page);
    await page.getByRole('link', { name: 'Watch the replay' }).click();
    const slider = page.getByRole('slider', { name: 'Turn' });
    await slider.waitFor();
    assert.equal(await slider.getAttribute('max'), `${turn + 1}`);
    await page.keyboard.press('ArrowRight');
    assert.equal(await shownTurn(page), 1);
    await slider.fill(`${turn}`);
    assert.equal(await shownTurn(page), turn);
    await picture(page, 'replay-phone');
    await page.getByRole('button', { name: 'A turn back' }).click();
    assert.equal(await shownTurn(page), turn - 1);
    await page.getByRole('button', { name: '×8' }).click();
    await page.getByRole('button', { name: 'Play (space)' }).focus();
    await page.keyboard.press('Space');
    await page.locator('.result').waitFor();
    // No style of what stood there before is left.
    assert.equal((await page.locator('.status.fnt').first().getAttribute('style')) ?? '', '');
    assert.equal(await page.locator('.log').textContent(), told);
    assert.deepEqual(await overflowing(page), []);
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the link' }).click();
    await page.getByText('The link is copied.').waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), page.url());
  }).timeout(60_000);

  it('shows a private replay to who has its link, and tells others why not', async () => {
    const [ash, misty] = await battle();
    await giveUp(ash.page);
    const id = new URL(ash.page.url()).pathname.slice('/battle/'.length);
    const setting = `fetch('/replays/${id}', { method: 'PATCH', body: '{"private":true}', headers: {
      'content-type': 'application/json', authorization: 'Bearer ' + JSON.parse(localStorage['endure.account']).token } })`;
    await ash.page.evaluate(`${setting}.then(({ status }) => status)`);
    const { page } = misty;
    await page.getByRole('link', { name: 'Watch the replay' }).click();
    await misty.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the link' }).click();
    await page.getByText('The link is copied.').waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(link, /\?key=./);
    const stranger = await browser.visit(page.url());
    stand.add(stranger);
    await stranger.page.getByText('This replay is private.').waitFor();
    await stranger.page.goto(link);
    await stranger.page.getByRole('slider', { name: 'Turn' }).waitFor();
    await stranger.page.goto(`${server.url}/replay/none`);
    await stranger.page.getByText('There is no such battle.').waitFor();
  });

  it('comes back to the same turn after a reload', async () => {
    const [ash, misty] = await battle({ options: [PHONE, {}] });
    await playTo(2, [ash, misty]);
    const log = await ash.page.locator('.log').textContent();
    await ash.page.reload();
    await ash.page.locator('.controls .move').first().waitFor();
    assert.equal(await shownTurn(ash.page), 2);
    assert.equal(await ash.page.locator('.log').textContent(), log);
    await playTo(3, [ash, misty]);
    await picture(ash.page, 'battle-phone');
    assert.deepEqual(await overflowing(ash.page), []);
    await ash.page.getByRole('button', { name: 'Forfeit' }).click();
    assert.deepEqual(await overflowing(ash.page), []);
    await ash.page.locator('dialog').getByRole('button', { name: 'Forfeit' }).click();
    await ash.page.locator('.result').waitFor();
    assert.deepEqual(await overflowing(ash.page), []);
  });

  it('goes on by itself when the server is killed and started again', async () => {
    const [ash, misty] = await battle();
    await playTo(2, [ash, misty]);
    await chooseFirst(ash.page);
    await ash.page.getByText('Your choice is in').waitFor();
    await killUnder(server, [ash.page, misty.page]);
    await playTo(4, [ash, misty]);
    await giveUp(ash.page);
  });

  it('plays doubles with targets', async () => {
    const [ash, misty] = await battle({ format: 'gen9randomdoublesbattle', options: [PHONE, {}] });
    const all = async (page: Page): Promise<void> => {
      while ((await page.locator('.controls button:enabled:is(.move, .reserve, .target)').count()) > 0)
        await chooseFirst(page);
    };
    await playTo(3, [ash, misty], all);
    await picture(ash.page, 'doubles-phone');
    await picture(misty.page, 'doubles');
    assert.deepEqual(await overflowing(ash.page), []);
    await giveUp(ash.page);
  });

  it('asks for the order of a team that is shown first', async () => {
    const team = teamsFor('gen9vgc2025regi')[0]!;
    const [ash, misty] = await battle({ format: 'gen9vgc2025regi', options: [PHONE, {}], team });
    await picture(ash.page, 'team-preview-phone');
    assert.deepEqual(await overflowing(ash.page), []);
    const leads: string[] = [];
    for (const { page } of [ash, misty]) {
      const third = page.locator('.reserve').nth(2);
      const name = (await third.locator('b').textContent()) ?? '';
      await page.keyboard.press('3');
      await page.keyboard.press('Enter');
      leads.push(name);
    }
    for (const [index, { page }] of [ash, misty].entries())
      await page.locator('.near .card h3').filter({ hasText: leads[index]! }).waitFor();
    await ash.page.locator('.controls .move').first().waitFor();
    await giveUp(ash.page);
  });

  it('shows what is wrong with a team at its line', async () => {
    const visitor = await browser.visit(server.url, PHONE);
    stand.add(visitor);
    const { page } = visitor;
    await introduce(page, 'Brock', 'gen9ou');
    await page.getByLabel('Your team').fill(BAD_TEAM);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    const problem = page.locator('.problems li').filter({ hasText: 'Levitate' }).first();
    await problem.waitFor();
    assert.match((await problem.locator('code').textContent()) ?? '', /^2Ability: Levitate$/);
    assert.deepEqual(await overflowing(page), []);
    await picture(page, 'team-problems');
  });

  it('can be used by everybody, on a phone too, in the dark and the light', async () => {
    const [ash] = await battle();
    const { page } = ash;
    await page.locator('.controls .move').first().waitFor();
    const findings = await lookAt(page, 'battle', FEW);
    await giveUp(page);
    findings.push(...(await lookAt(page, 'result', FEW)));
    await page.getByRole('link', { name: 'Watch the replay' }).click();
    await page.getByRole('slider', { name: 'Turn' }).waitFor();
    findings.push(...(await lookAt(page, 'replay', FEW)));
    await page.getByRole('link', { name: 'Home' }).click();
    await page.locator('tbody tr').first().waitFor();
    findings.push(...(await lookAt(page, 'home', FEW)));
    assert.deepEqual(findings, []);
  });
});

async function giveUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Forfeit' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Forfeit' }).click();
  await page.locator('.result').waitFor();
}
