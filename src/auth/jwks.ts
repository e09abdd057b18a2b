/**
 * The identity provider's keys. Fetched as a whole set, so that tokens with invented key ids cost at most one fetch per
 * `REFETCH_MS`, and kept while the provider is away: a player must be able to come back to a battle then.
 */
import jwksRsa from 'jwks-rsa';
import { type PublicKey, readPublicKey } from './public-key.ts';

/** A set is fresh this long. */
const FRESH_MS = 600_000;
/** A set that cannot be renewed is believed this long after its fetch; a withdrawn key is good no longer than that. */
const BELIEVED_MS = 3_600_000;
/** The least time between two fetches. */
const REFETCH_MS = 10_000;
const TIMEOUT_MS = 5_000;

interface NamedKey extends PublicKey {
  readonly kid: string | undefined;
}

export interface Jwks {
  /** null when the set has no such key, or more than one and no id is given. Rejects when there is no set to believe. */
  find(kid: string | undefined): Promise<PublicKey | null>;
}

/** `now` gives milliseconds; only differences are used. */
export function createJwks(url: string, now: () => number): Jwks {
  const client = new jwksRsa.JwksClient({ jwksUri: url, cache: false, timeout: TIMEOUT_MS });
  let keys: readonly NamedKey[] = [];
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let fetching: Promise<void> | null = null;

  async function fetchKeys(): Promise<void> {
    const found = await client.getSigningKeys();
    keys = found.flatMap(toNamedKey);
    fetchedAt = now();
  }

  /** Single flight. A failure is an error only when there is no set to fall back on. */
  async function refresh(): Promise<void> {
    if (fetching === null && now() - triedAt >= REFETCH_MS) {
      triedAt = now();
      fetching = fetchKeys().finally(() => (fetching = null));
    }
    try {
      await fetching;
    } catch (error) {
      if (now() - fetchedAt > BELIEVED_MS) throw error;
    }
    if (now() - fetchedAt > BELIEVED_MS) throw new Error('The key set cannot be fetched.');
  }

  return {
    async find(kid) {
      if (now() - fetchedAt > FRESH_MS) await refresh();
      const known = pick(keys, kid);
      if (known !== null) return known;
      await refresh();
      return pick(keys, kid);
    },
  };
}

function pick(keys: readonly NamedKey[], kid: string | undefined): PublicKey | null {
  const fitting = kid === undefined ? keys : keys.filter((key) => key.kid === kid);
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** Keys of other kinds, and keys meant for another algorithm, are none of ours. */
function toNamedKey(found: jwksRsa.SigningKey): NamedKey[] {
  try {
    const key = readPublicKey(found.getPublicKey());
    // Both are optional in a key set, whatever the library's types say.
    const { kid, alg }: { kid?: string; alg?: string } = found;
    return alg === undefined || alg === key.algorithm ? [{ ...key, kid }] : [];
  } catch {
    return [];
  }
}
