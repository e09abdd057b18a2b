/** A server, a browser, and those who visit one with the other. */
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { TestBrowser, type Visitor, type VisitorOptions } from './browser.ts';

/** Many guests come from this one address. */
const ENV = { RATE_LIMIT_EXEMPT: '127.0.0.1' };

export class Stand {
  readonly browser: TestBrowser;
  readonly server: ServerProcess;
  #visitors: Visitor[] = [];

  static async open(): Promise<Stand> {
    const browser = await TestBrowser.open();
    try {
      return new Stand(browser, await startServerProcess({ env: ENV }));
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  private constructor(browser: TestBrowser, server: ServerProcess) {
    this.browser = browser;
    this.server = server;
  }

  get visitors(): readonly Visitor[] {
    return this.#visitors;
  }

  async visit(path = '/', options: VisitorOptions = {}): Promise<Visitor> {
    const visitor = await this.browser.visit(this.server.url + path, options);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** Of who came some other way. */
  add(...visitors: readonly Visitor[]): void {
    this.#visitors.push(...visitors);
  }

  /** All visitors go; what went wrong with their pages, and what they asked of other hosts. */
  async leave(): Promise<string[]> {
    const gone = this.#visitors;
    this.#visitors = [];
    await Promise.all(gone.map(({ context }) => context.close()));
    return gone.flatMap(({ faults }) => faults);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.dispose();
  }
}
