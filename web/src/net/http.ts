/** Calls to this server over HTTP. Whatever fails is an `ApiError` with the protocol's code. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export class ApiError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ code, message, details }: ErrorBody) {
    super(message);
    this.code = code;
    this.details = details ?? {};
  }
}

const UNREACHABLE: ErrorBody = { code: 'CONNECTION_FAILED', message: 'The server cannot be reached.' };

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const { token, body } = options;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(path, init).catch(() => null);
  if (!response) throw new ApiError(UNREACHABLE);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  throw new ApiError((answer as ErrorBody | null) ?? UNREACHABLE);
}

interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
}

/** What failed, as any part of the client reports it. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { reason, code, message } = (error ?? {}) as { reason?: ErrorBody; code?: unknown; message?: string };
  if (reason?.code) return new ApiError(reason);
  if (typeof code === 'string') return new ApiError(error as ErrorBody);
  if (/^[A-Z_]+$/.test(message ?? '')) return new ApiError({ code: message!, message: message! });
  return new ApiError(UNREACHABLE);
}
