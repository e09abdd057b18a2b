/** What anybody may read of this server, with the difference between what is not there and what cannot be told. */

export type Reading<T> = { readonly found: T } | 'missing' | 'unreachable';

export async function read<T>(path: string): Promise<Reading<T>> {
  try {
    const response = await fetch(path, { headers: { accept: 'application/json' } });
    if (response.status === 404) return 'missing';
    return response.ok ? { found: (await response.json()) as T } : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

/** An address of these parts, each encoded: names and ids may hold anything. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}
