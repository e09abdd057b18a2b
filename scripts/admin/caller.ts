/** Calls of the admin routes of a running server. */
import { z } from 'zod';

/** The server answered that it will not. `code` is one of the protocol's. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Nobody answered, or something that is not Endure. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Resolves with the answer. Rejects with `Refused` or `Unreachable`. */
export type Call = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

/** Longer than any act takes: a battle may have to be brought back first. */
const LIMIT_MS = 15_000;

const errorAnswer = z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() });

export function createCall(server: URL, password: string): Call {
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  return async (method, path, body) => {
    const response = await ask(new URL(path, server), {
      method,
      // The password is for this server.
      redirect: 'error',
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await read(response);
    if (response.ok) return answer;
    throw refusal(response.status, answer);
  };
}

async function ask(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    const { cause, message } = error as Error & { readonly cause?: Error };
    throw new Unreachable(`${url.origin} does not answer: ${cause?.message || message}`);
  }
}

async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new Unreachable(`${new URL(response.url).origin} answers, but is not Endure (${response.status}).`);
  }
}

function refusal(status: number, answer: unknown): Error {
  const parsed = errorAnswer.safeParse(answer);
  if (!parsed.success) return new Unreachable(`The answer has status ${status} and is not Endure's.`);
  const { code, message, details } = parsed.data;
  if (status === 404 && code === 'NOT_FOUND')
    return new Refused(code, `${message} Without ADMIN_PASSWORD a server has no admin routes.`);
  return new Refused(code, details === undefined ? message : `${message} ${JSON.stringify(details)}`);
}
