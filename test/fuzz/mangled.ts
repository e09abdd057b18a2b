/** A text that was good once: characters taken out, put in, doubled and exchanged. */
import fc from 'fast-check';

const edit = fc.record({
  at: fc.nat(2_000),
  kind: fc.constantFrom('cut', 'put', 'double', 'end'),
  text: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('\n', '|', ']', '\0', '{', '"', '\u202e', '__proto__', '9999999999', '-', ',', '.', '\ud800', '/'),
  ),
}); // prettier-ignore

export function mangled(good: string): fc.Arbitrary<string> {
  return fc.array(edit, { minLength: 1, maxLength: 6 }).map((edits) =>
    edits.reduce((text, { at, kind, text: piece }) => {
      const place = at % (text.length + 1);
      if (kind === 'cut') return text.slice(0, place) + text.slice(place + 1 + (at % 5));
      if (kind === 'put') return text.slice(0, place) + piece + text.slice(place);
      if (kind === 'double') return text.slice(0, place) + text.slice(Math.max(0, place - 20));
      return text.slice(0, place);
    }, good),
  );
}
