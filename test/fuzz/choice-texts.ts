/** What might be sent as a choice: good ones, nearly good ones, the stream's own commands, and anything. */
import fc from 'fast-check';
import { mangled } from './mangled.ts';

const number = fc.constantFrom(
  '0',
  '1',
  '2',
  '3',
  '4',
  '6',
  '24',
  '-1',
  '+2',
  '99999999999999999999',
  '1e1',
  'tackle',
  '',
);
const event = fc.constantFrom(
  '',
  ' mega',
  ' zmove',
  ' dynamax',
  ' terastallize',
  ' ultra',
  ' max max',
  ' evil',
);
const word = fc.constantFrom(
  'move',
  'switch',
  'team',
  'pass',
  'skip',
  'shift',
  'default',
  'auto',
  'undo',
  'forcewin',
  '>eval',
  '>p2',
  '',
);
const one = fc.tuple(word, number, number, event).map(([verb, first, second, what]) =>
  `${verb}${first && ` ${first}`}${second && ` ${second}`}${what}`,
); // prettier-ignore
const built = fc.array(one, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(', '));
const likely = fc.constantFrom(
  'move 1',
  'move 2',
  'move 3',
  'move 4',
  'switch 2',
  'switch 3',
  'default',
  'move 1 1, move 1 2',
  'default, default',
  'team 123456',
);
const hostile = fc.constantFrom(
  'move 1\n>eval process.exit()', 'move 1\n>forcewin p1', 'move 1\r\n>p2 move 1', '>eval 1', '|win|p1', 'move constructor', 'switch __proto__', 'move 1 __proto__',
  'team 000000', 'team 1', `team ${'1'.repeat(24)}`, `move ${'a'.repeat(40)}`, ',,,', 'move 1,'.repeat(20), 'switch 1e309',
); // prettier-ignore

export const choiceTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: likely },
  { weight: 3, arbitrary: built },
  { weight: 2, arbitrary: built.chain(mangled) },
  { weight: 1, arbitrary: hostile },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 220 }) },
);
