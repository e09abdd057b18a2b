/** What anybody may read of this server, with the difference between what is not there and what cannot be told. */

export type Reading<T> = { readonly found: T } | 'missing' | 'unreachable';

/** With a token also what only its user may see. */
export async function read<T>(path: string, token?: string): Promise<Reading<T>> {
  try {
    const headers = {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(path, { headers });
    // A token that has run out opens nothing.
    if (response.status === 404 || response.status === 401) return 'missing';
    return response.ok ? { found: (await response.json()) as T } : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

/** An address of these parts, each encoded: names and ids may hold anything. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}
