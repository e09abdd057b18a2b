/** A public key and the one algorithm that it serves. The key's own type decides, never the token. */
import { createPublicKey, type KeyObject } from 'node:crypto';

export type PublicAlgorithm = 'RS256' | 'ES256';

export interface PublicKey {
  readonly algorithm: PublicAlgorithm;
  readonly key: KeyObject;
}

const LEAST_RSA_BITS = 2048;

/** Reads a PEM public key or certificate. Throws an `Error` that says why it cannot serve; never quotes the text. */
export function readPublicKey(pem: string): PublicKey {
  // createPublicKey takes a private key and derives the public one: a private key has no business here.
  if (pem.includes('PRIVATE KEY')) throw new Error('is a private key; give the public one');
  const key = parse(pem);
  if (key.asymmetricKeyType === 'rsa') {
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS) {
      throw new Error(`is an RSA key of less than ${LEAST_RSA_BITS} bits`);
    }
    return { algorithm: 'RS256', key };
  }
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return { algorithm: 'ES256', key };
  }
  throw new Error('is neither an RSA nor a P-256 key');
}

function parse(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new Error('is not a public key in PEM');
  }
}
