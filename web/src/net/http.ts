/** What anybody may read of this server. */

/** null where the server cannot tell: what is shown stays. */
export async function told<T>(path: string, token?: string): Promise<T | null> {
  try {
    const headers = {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(path, { headers });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}
