/** Headless Chromium on this machine, one for a suite; each visitor has a context of its own and keeps what went wrong. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARTIFACTS = new URL('../../test-artifacts/', import.meta.url).pathname;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']; // prettier-ignore
/** What does not show by then does not show. Milliseconds. */
const PATIENCE_MS = 10_000;

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Faults of the page and addresses of other hosts that it asked. */
  readonly faults: string[];
}

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'dark' | 'light';
  /** What happens is shown one thing after the other, as to most people. */
  readonly isMoving?: boolean;
}

export class TestBrowser {
  readonly #browser: Browser;
  readonly #home: string;

  private constructor(browser: Browser, home: string) {
    this.#browser = browser;
    this.#home = home;
  }

  static async open(): Promise<TestBrowser> {
    const executablePath = PLACES.find((path) => existsSync(path));
    if (!executablePath)
      throw new Error(
        'The tests of the page need Chromium: apt-get install chromium (as root), then try again.',
      );
    const home = mkdtempSync(join(tmpdir(), 'endure-browser-'));
    const browser = await chromium.launch({ executablePath, args: FLAGS, env: { HOME: home } });
    return new TestBrowser(browser, home);
  }

  /** Somebody at `url`. Motion is reduced unless asked for: what is shown is what is. */
  async visit(url: string, options: VisitorOptions = {}): Promise<Visitor> {
    const { width = 1200, height = 800, scheme = 'dark', isMoving = false } = options;
    const context = await this.#browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: isMoving ? 'no-preference' : 'reduce' }); // prettier-ignore
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) faults.push(message.text());
    });
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(url).host) faults.push(request.url());
    });
    await page.goto(url);
    return { context, page, faults };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** For people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`), fullPage: true });
}
