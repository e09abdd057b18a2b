/** How Node is started for a server, as `npm start` does it: why, is in docs/decisions. */
import { readFileSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly scripts: { readonly start: string };
};

export const NODE_FLAGS: readonly string[] = scripts.start.split(' ').slice(1, -1);
