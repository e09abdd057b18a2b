/** Challenges and rematches as people make them: real server, real browser. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { teamsFor } from '../../loadtest/teams.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { seriousFaults } from './axe.ts';
import { picture, type VisitorOptions } from './browser.ts';
import { sharedStand } from './shared-stand.ts';
import type { Stand } from './stand.ts';
import { introduce, overflowing } from './visit.ts';

const FORMAT = 'gen1randombattle';
const PHONE = { width: 360, height: 740 };
/** Cleaned by the server it still looks like markup. */
const HOSTILE = '<b>Ash</b><i>&lt;';

describe('challenges in a browser', function () {
  this.timeout(30_000);
  let stand: Stand;
  let server: ServerProcess;

  before(async () => {
    stand = await sharedStand();
    ({ server } = stand);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      for (const [index, { page }] of stand.visitors.entries())
        await picture(page, `failed-challenge-${index}`);
    assert.deepEqual(await stand.leave(), []);
  });

  async function visit(url: string, options: VisitorOptions = {}): Promise<Page> {
    const visitor = await stand.browser.visit(url, options);
    stand.add(visitor);
    return visitor.page;
  }

  /** Somebody of a hostile name who has been here before. */
  async function guestAt(path: string, options: VisitorOptions): Promise<{ page: Page; id: string }> {
    const body = JSON.stringify({ name: HOSTILE });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/auth/guest`, { method: 'POST', headers, body });
    const account = (await answer.json()) as { user: { id: string } };
    const page = await visit(server.url, options);
    await page.evaluate(`localStorage.setItem('endure.account', ${JSON.stringify(JSON.stringify(account))})`);
    // Known to the server once it has said who it is.
    await Promise.all([page.waitForResponse(/\/me\/challenges$/), page.goto(server.url + path)]);
    return { page, id: account.user.id };
  }

  /** Waits on the home page with a link; answers it. */
  async function challengeFriend(page: Page, name: string, format = FORMAT): Promise<string> {
    await introduce(page, name, format);
    await page.getByRole('button', { name: 'Challenge a friend' }).click();
    return page.getByLabel('Link for your friend').inputValue();
  }

  async function accept(page: Page, name: string): Promise<void> {
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Accept' }).click();
  }

  async function giveUp(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Forfeit' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Forfeit' }).click();
    await page.locator('.result').waitFor();
  }

  /** Where a choice is asked for. */
  async function battleOf(page: Page): Promise<string> {
    await page.locator('.controls .move').first().waitFor();
    return new URL(page.url()).pathname;
  }

  async function usable(page: Page, name: string): Promise<void> {
    await picture(page, name);
    assert.deepEqual(await overflowing(page), [], name);
    assert.deepEqual(await seriousFaults(page), [], name);
  }

  it('lead by their link into a battle, and by a rematch into another', async () => {
    const ash = await visit(server.url, { ...PHONE, scheme: 'light' });
    await ash.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const link = await challengeFriend(ash, HOSTILE);
    await ash.getByRole('button', { name: 'Copy link' }).click();
    await ash.getByText('Copied.').waitFor();
    assert.equal(await ash.evaluate('navigator.clipboard.readText()'), link);
    await ash.getByText('Waiting for your friend').waitFor();
    await usable(ash, 'challenge-waiting-phone');

    const misty = await visit(link, PHONE);
    await misty.getByRole('heading', { name: `${HOSTILE} challenges you` }).waitFor();
    assert.equal(await misty.locator('b, i').count(), 0);
    await misty.getByText('[Gen 1] Random Battle').waitFor();
    await usable(misty, 'challenge-link-phone');
    await accept(misty, 'Misty');
    const battles = await Promise.all([battleOf(ash), battleOf(misty)]);
    assert.equal(battles[0], battles[1]);

    await giveUp(misty);
    await misty.getByRole('button', { name: 'Rematch' }).click();
    await misty.getByText(`Waiting for ${HOSTILE}…`).waitFor();
    await ash.getByRole('button', { name: 'Accept the rematch' }).waitFor();
    await ash.getByRole('button', { name: '1 challenge to you' }).waitFor();
    for (const page of [ash, misty]) assert.deepEqual(await overflowing(page), []);
    await ash.getByRole('button', { name: 'Accept the rematch' }).click();
    for (const page of [ash, misty]) await page.waitForURL((url) => url.pathname !== battles[0]);
    assert.equal(await battleOf(ash), await battleOf(misty));
    await giveUp(ash);
  });

  it('show on every page to whom they name, and are answered by the keyboard', async () => {
    const misty = await guestAt('/ladder', PHONE);
    const ash = await visit(`${server.url}/u/${encodeURIComponent(misty.id)}`);
    const challenge = async (): Promise<void> => {
      await ash.getByRole('link', { name: 'Challenge' }).click();
      await ash.getByRole('heading', { name: `Challenge ${HOSTILE}` }).waitFor();
      await ash.getByLabel('Your name').fill('Ash');
      await ash.getByRole('button', { name: 'Send the challenge' }).click();
      await ash.getByText(`Waiting for ${HOSTILE}`).waitFor();
      await misty.page.locator('.tray').getByText('Ash challenges you').waitFor();
    };
    const press = async (button: string): Promise<void> => {
      await misty.page.getByRole('button', { name: button }).focus();
      await misty.page.keyboard.press('Enter');
    };

    await challenge();
    const announced = misty.page.locator('#tray > [aria-live]');
    assert.match((await announced.textContent()) ?? '', /^Ash challenges you to \[Gen 9\] Random Battle\.$/);
    await usable(misty.page, 'challenge-received-phone');
    await press('Decline: Ash');
    await ash.locator('.tray').getByText('Your challenge was declined.').waitFor();
    await misty.page.locator('.tray').waitFor({ state: 'detached' });

    await ash.goBack();
    await challenge();
    await ash.getByRole('link', { name: 'Ladder', exact: true }).click();
    await ash.locator('.tray').getByText(`Waiting for ${HOSTILE}`).waitFor();
    await ash.locator('.tray').getByRole('button', { name: 'Call it off' }).click();
    await misty.page.locator('.tray').waitFor({ state: 'detached' });

    await ash.goBack();
    await ash.goBack();
    await challenge();
    await press('Block: Ash');
    await misty.page.locator('.tray').getByText('You will hear nothing more from Ash.').waitFor();
    await misty.page.getByRole('link', { name: 'My profile' }).click();
    await misty.page.getByRole('button', { name: 'Unblock Ash' }).click();
    await misty.page.getByRole('heading', { name: 'Blocked' }).waitFor({ state: 'detached' });
  });

  it('with a team are accepted on a page of their own, which says what is wrong with it', async () => {
    const { page: misty, id } = await guestAt('/u', PHONE);
    const ash = await visit(`${server.url}/?challenge=${encodeURIComponent(id)}`);
    const team = teamsFor('gen9ou')[0]!;
    await introduce(ash, 'Ash', 'gen9ou');
    await ash.getByLabel('Your team').fill(team);
    await ash.getByRole('button', { name: 'Send the challenge' }).click();
    await misty.getByRole('button', { name: 'Choose a team: Ash' }).click();
    await misty.getByRole('heading', { name: 'Ash challenges you' }).waitFor();
    await misty.reload();
    await misty.getByLabel('Your team').fill('Garchomp @ Leftovers\nAbility: Levitate\n- Earthquake\n');
    await misty.getByRole('button', { name: 'Accept' }).click();
    await misty.locator('.problems li').filter({ hasText: 'Levitate' }).first().waitFor();
    assert.deepEqual(await overflowing(misty), []);
    await misty.getByLabel('Your team').fill(team);
    await misty.getByRole('button', { name: 'Accept' }).click();
    for (const page of [ash, misty]) await page.locator('.controls .reserve').first().waitFor();
  });

  it('can be played from both sides in one browser, and are over where they were called off', async () => {
    const ash = await visit(server.url);
    const first = await challengeFriend(ash, 'Ash');
    await ash.getByRole('button', { name: 'Call it off' }).click();
    await ash.getByRole('button', { name: 'Challenge a friend' }).click();
    const link = await ash.getByLabel('Link for your friend').inputValue();
    const other = await ash.context().newPage();
    await other.goto(first);
    await other.getByRole('heading', { name: 'Too late' }).waitFor();
    await other.goto(link);
    await other.getByRole('heading', { name: 'Your challenge' }).waitFor();
    await accept(other, 'Ash');
    await other.getByText('Take another name than').waitFor();
    await accept(other, 'Brock');
    assert.equal(await battleOf(ash), await battleOf(other));
    // Each window stays who it was.
    await ash.reload();
    await battleOf(ash);
    await giveUp(ash);
    assert.equal(await other.locator('.result h2').textContent(), 'You won!');
  });

  it('are not needed for another battle with a bot', async () => {
    const page = await visit(server.url);
    await introduce(page, 'Red', FORMAT);
    await page.getByRole('button', { name: 'Play the bot' }).click();
    const before = await battleOf(page);
    await giveUp(page);
    await page.getByRole('link', { name: 'Rematch' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/battle/') && url.pathname !== before);
    await battleOf(page);
    await page.getByText('Greedy Bot').first().waitFor();
  });
});
