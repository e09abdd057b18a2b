/** Lua scripts: read from their files once, called by their hash, sent whole only where Redis does not know it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { ask } from './connection.ts';

/** Defines the Lua function `clock`. Adapters take another one in tests only. */
export const REDIS_CLOCK = readFileSync(new URL('clock.lua', import.meta.url), 'utf8');

export type Reply = string | number | null | readonly Reply[];

export class Script {
  readonly #text: string;
  readonly #hash: string;

  constructor(text: string) {
    this.#text = text;
    this.#hash = createHash('sha1').update(text).digest('hex');
  }

  /** Rejects with `StoreAway`; any other error is a bug of the script. */
  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    return (await ask(redis, () => this.#call(redis, keys, args))) as Reply;
  }

  async #call(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#hash, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      return redis.eval(this.#text, keys.length, ...keys, ...args);
    }
  }
}

/** `<name>.lua` of `folder`, each behind the `preludes`. */
export function readScripts<Name extends string>(
  folder: URL,
  names: readonly Name[],
  preludes: readonly string[],
): Readonly<Record<Name, Script>> {
  const read = (name: Name): Script =>
    new Script([...preludes, readFileSync(new URL(`${name}.lua`, folder), 'utf8')].join('\n'));
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, Script>;
}

function isUnknown(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
