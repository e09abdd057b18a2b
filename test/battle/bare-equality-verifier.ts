/** `@pkmn/protocol`'s verifier of protocol lines. Its entry point has no types that a Node resolver finds. */
import { createRequire } from 'node:module';

interface Verifier {
  /** undefined for a line that is well-formed. */
  verifyLine(line: string): object | undefined;
}

const { Verifier: ProtocolVerifier } = createRequire(import.meta.url)('@pkmn/protocol/verifier') as {
  readonly Verifier: new () => Verifier;
};
const verifier = new ProtocolVerifier();

export function isProtocolLine(line: string): boolean {
  return verifier.verifyLine(line) === undefined;
}
