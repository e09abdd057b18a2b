/** The SDK tells the console of each reconnection, which would tear a progress bar and a report on stdout apart. */
const IS_SDK = /^(\[Colyseus reconnection\]|Room connection was closed|@?colyseus|onMessage)/i;

export function silenceSdk(): void {
  for (const level of ['info', 'warn'] as const) {
    const write = console[level].bind(console);
    console[level] = (...args: unknown[]) => {
      if (typeof args[0] !== 'string' || !IS_SDK.test(args[0])) write(...args);
    };
  }
}
