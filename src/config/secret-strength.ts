/** What makes a secret unfit for production. */

const LEAST_CHARS = 32;
const LEAST_DISTINCT_CHARS = 10;
/** From READMEs, tutorials and compose files, letters and digits only. */
const KNOWN = [
  'secret',
  'changeme',
  'changethis',
  'replaceme',
  'example',
  'password',
  'default',
  'yourkey',
  'opensslrand',
];

/** Says what is wrong, never quoting the secret; null when nothing is. */
export function secretFault(secret: string): string | null {
  if (secret.length < LEAST_CHARS) return `must have at least ${LEAST_CHARS} characters`;
  const plain = secret.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (KNOWN.some((word) => plain.includes(word)) || new Set(secret).size < LEAST_DISTINCT_CHARS) {
    return 'is a well-known or repetitive text: make one with openssl rand -base64 48';
  }
  return null;
}
