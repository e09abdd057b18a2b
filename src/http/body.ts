/** Request bodies: JSON alone, bounded before it is parsed, checked by a schema before anybody looks at it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'express';
import type { z } from 'zod';
import { CodedError } from '../errors.ts';

/** How much is told of what is wrong with a payload. */
const PROBLEMS = 10;
const PROBLEM_CHARS = 200;

/**
 * undefined when there is no body. Rejects with `PAYLOAD_TOO_LARGE`, with `INVALID_MESSAGE` for another content type, or
 * with what the parser says of it (`sendError` knows how to tell that).
 */
export async function readJsonBody(req: IncomingMessage, limit: number): Promise<unknown> {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (!hasBody) return undefined;
  const parse = json({ limit, inflate: false });
  const parsed: IncomingMessage & { body?: unknown } = req;
  // The parser does not touch the answer.
  const noResponse = undefined as unknown as ServerResponse;
  await new Promise<void>((resolve, reject) => {
    parse(parsed, noResponse, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  if (parsed.body === undefined)
    throw new CodedError('INVALID_MESSAGE', 'The content type must be application/json.');
  return parsed.body;
}

/** The payload as `schema` sees it, or `INVALID_MESSAGE` with `details.problems`. */
export function checked<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, PROBLEMS)
    .map(({ path, message }) => `${path.join('.')}: ${message}`.slice(0, PROBLEM_CHARS));
  throw new CodedError('INVALID_MESSAGE', undefined, { problems });
}
