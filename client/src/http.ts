/** The server's HTTP side. Whatever fails is an `EndureError`. */
import { closed, connectionFailed, EndureError, isErrorBody } from './errors.ts';
import type { Seat } from './protocol.ts';

const ANSWER_MS = 15_000;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Fields that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

export class Http {
  readonly base: string;
  token: string | undefined;
  readonly #closing = new AbortController();

  constructor(url: string) {
    this.base = new URL(url).href.replace(/\/$/, '');
  }

  async json<Body>(method: Method, path: string, body?: unknown): Promise<Body> {
    const response = await this.#fetch(method, path, body);
    return (response.status === 204 ? undefined : await read(response.json())) as Body;
  }

  async text(path: string): Promise<string> {
    return read((await this.#fetch('GET', path)).text());
  }

  /** A seat to be taken within 15 s. `room`: a battle's id, or `matchmaking`. */
  seat(method: 'joinById' | 'joinOrCreate', room: string, options: object): Promise<Seat> {
    return this.json('POST', `/matchmake/${method}/${encodeURIComponent(room)}`, options);
  }

  /** What is under way rejects. */
  close(): void {
    this.#closing.abort(closed());
  }

  async #fetch(method: Method, path: string, body?: unknown): Promise<Response> {
    const response = await read(
      fetch(this.base + path, {
        method,
        headers: {
          ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_MS)]),
      }),
    );
    if (response.ok) return response;
    const error: unknown = await response.json().catch(() => null);
    // What stands before the server, a proxy say, has no codes.
    throw isErrorBody(error) ? new EndureError(error) : connectionFailed(error);
  }
}

/** `path` with what is given of `query`. */
export function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params.size > 0 ? `${path}?${params}` : path;
}

async function read<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof EndureError ? error : connectionFailed(error);
  }
}
