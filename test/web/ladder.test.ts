/** The ladder and the profiles as people see them: real server, real browser, battles through the SDK. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { abandonAll, type Duel, Player, startDuel } from '../support/player.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { picture, type VisitorOptions } from './browser.ts';
import { FEW, lookAt } from './looks.ts';
import { sharedStand } from './shared-stand.ts';
import type { Stand } from './stand.ts';

const FORMAT = 'gen9randombattle';
/** How long a page without an account waits until it asks again. */
const ASKS_MS = 5_000;

describe('the ladder and profiles in a browser', function () {
  this.timeout(40_000);
  let stand: Stand;
  let server: ServerProcess;

  before(async () => {
    stand = await sharedStand();
    ({ server } = stand);
  });

  afterEach(async () => {
    const faults = await stand.leave();
    abandonAll();
    assert.deepEqual(faults, []);
  });

  /** p1 wins. */
  async function playRated(): Promise<Duel> {
    const duel = await startDuel(server.url, FORMAT);
    duel.two.send('FORFEIT', {});
    await Promise.all([duel.one.next('BATTLE_END'), duel.two.next('BATTLE_END')]);
    return duel;
  }

  /** Against somebody new: the same two do not meet again so soon. */
  async function playAgain(player: Player, isLost: boolean): Promise<void> {
    const battles = await Promise.all(
      [player, new Player(server.url)].map(async (player) => {
        const queue = await player.enterQueue();
        queue.send('JOIN_QUEUE', { format: FORMAT });
        const { seat } = await queue.next('MATCH_FOUND');
        await queue.leave();
        return player.consume(seat);
      }),
    );
    await Promise.all(battles.map((battle) => battle.next('BATTLE_START')));
    battles[isLost ? 0 : 1]!.send('FORFEIT', {});
    await Promise.all(battles.map((battle) => battle.next('BATTLE_END')));
  }

  /** As `player`, or as nobody. */
  async function visit(path: string, player: Player | null, options: VisitorOptions = {}): Promise<Page> {
    const { page } = await stand.visit('/', options);
    if (player) {
      const account = JSON.stringify({ token: player.client.auth.token, user: { id: player.id, name: player.id } }); // prettier-ignore
      await page.evaluate(`localStorage.setItem('endure.account', ${JSON.stringify(account)})`);
    }
    await page.goto(server.url + path);
    return page;
  }

  it('moves on an open page when a rated battle ends', async () => {
    const { p1 } = await playRated();
    const page = await visit(`/ladder/${FORMAT}`, p1);
    await page.locator('[data-live=true]').waitFor();
    await page.getByText('You are number').waitFor();
    await page.evaluate('window.isSame = true');
    const duel = await playRated();
    const row = page.locator('tbody tr', { has: page.getByRole('link', { name: duel.p1.id, exact: true }) });
    await row.and(page.locator('[data-moved=up]')).waitFor();
    assert.match((await row.textContent()) ?? '', /\+401040/);
    const ranks = await page.locator('tbody .medal').allTextContents();
    assert.deepEqual(ranks.slice(0, 4), ['1', '2', '3', '4']);
    assert.equal(await page.evaluate('window.isSame'), true);
    await picture(page, 'ladder');
  });

  it('is there for who has no account too, and says which formats have one', async () => {
    await playRated();
    const page = await visit('/', null);
    await page.clock.install();
    await page.getByRole('link', { name: 'The whole ladder, live' }).click();
    await page.locator('.ladder tbody tr').first().waitFor();
    assert.equal(await page.locator('.mine').count(), 0);
    const before = await page.locator('.ladder tbody tr').count();
    await playRated();
    // It asks now and then.
    await page.clock.fastForward(ASKS_MS);
    await page
      .locator('.ladder tbody tr')
      .nth(before + 1)
      .waitFor();
    await page.getByRole('combobox', { name: 'Format' }).selectOption('gen1randombattle');
    await page.getByText('Nobody is on this ladder yet.').waitFor();
    assert.equal(new URL(page.url()).pathname, '/ladder/gen1randombattle');
    await page.goBack();
    await page.locator('.ladder tbody tr').first().waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Format' }).inputValue(), FORMAT);
    await page.goto(`${server.url}/ladder/nothing`);
    await page.getByText('There is no such ladder.').waitFor();
  });

  it('goes on by itself when the server is killed and started again', async () => {
    const { p1 } = await playRated();
    const page = await visit(`/ladder/${FORMAT}`, p1);
    await page.locator('[data-live=true]').waitFor();
    await server.kill('SIGKILL');
    await page.locator('[data-live=false]').waitFor();
    assert((await page.locator('.ladder tbody tr').count()) > 0);
    await server.start();
    await page.locator('[data-live=true]').waitFor();
    const duel = await playRated();
    await page.getByRole('link', { name: duel.p1.id, exact: true }).waitFor();
  });

  it('leads to a profile, which shows the battle and what it changed', async () => {
    const { p1, p2, battleId } = await playRated();
    const page = await visit(`/ladder/${FORMAT}`, p1);
    await page.getByRole('link', { name: p1.id, exact: true }).click();
    await page.getByRole('heading', { name: p1.id, level: 1 }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/u/${p1.id}`);
    const row = page.locator('.battles tbody tr');
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', new RegExp(`^Won${p2.id}.*\\+40to 1040`));
    assert.equal(await row.getByRole('link', { name: 'Watch' }).getAttribute('href'), `/replay/${battleId}`);
    await page.getByRole('img', { name: 'over 1 battle: from 1000 to 1040' }).waitFor();
    await page.getByRole('heading', { name: 'First win' }).waitFor();
    await page.getByText('As a table').click();
    assert.match((await page.locator('details tbody').textContent()) ?? '', /\+401040/);
    await row.getByRole('link', { name: p2.id, exact: true }).click();
    await page.getByText('No rated battle yet.').waitFor({ state: 'detached' });
    await page.locator('.battles [data-result=loss]').waitFor();
  });

  it('goes back through battles a page at a time, and draws where they led', async () => {
    const { p1 } = await playRated();
    const count = 5;
    for (let played = 1; played < count; played++) await playAgain(p1, played % 2 === 1);
    const page = await visit('/', p1);
    // Pages of two, so that few battles fill some.
    await page.route(/\/battles\?limit=20/, (route) => route.continue({ url: route.request().url().replace('limit=20', 'limit=2') })); // prettier-ignore
    await page.getByRole('link', { name: 'My profile' }).click();
    const rows = page.locator('.battles tbody tr');
    const earlier = page.getByRole('button', { name: 'Earlier battles' });
    for (const shown of [2, 4]) {
      await rows.nth(shown - 1).waitFor();
      assert.equal(await rows.count(), shown);
      await earlier.click();
    }
    await rows.nth(count - 1).waitFor();
    await earlier.waitFor({ state: 'detached' });
    const replays = await rows.getByRole('link', { name: 'Watch' }).evaluateAll((links) => links.map(String));
    assert.equal(new Set(replays).size, count);
    await page.getByRole('img', { name: `over ${count} battles: from 1000` }).waitFor();
    assert.equal(await page.locator('details tbody tr').count(), count);
    await picture(page, 'profile-long');
  });

  it('shows my profile, and tells who has none and whom nobody knows', async () => {
    const { p1 } = await playRated();
    const mine = await visit('/', p1);
    await mine.getByRole('link', { name: 'My profile' }).click();
    await mine.getByRole('heading', { name: p1.id, level: 1 }).waitFor();
    const page = await visit('/u', null);
    await page.getByRole('heading', { name: 'No name yet' }).waitFor();
    await page.goto(`${server.url}/u/nobody%2Fhere`);
    await page.getByText('There is no such user.').waitFor();
  });

  it('can be used by everybody, on a phone too, in the dark and the light', async () => {
    const { p1 } = await playRated();
    const findings: string[] = [];
    for (const [name, path, ready] of [
      ['ladder', `/ladder/${FORMAT}`, '[data-live=true]'],
      ['profile', `/u/${p1.id}`, '.chart'],
    ] as const) {
      const page = await visit(path, p1);
      await page.locator(ready).waitFor();
      await page.locator(':is(.ladder, .battles) tbody tr').first().waitFor();
      findings.push(...(await lookAt(page, name, FEW)));
    }
    assert.deepEqual(findings, []);
  });
});
