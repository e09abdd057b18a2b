/** Fuzz of what needs no server: choices at the whitelist and the sim, teams in their three forms, tokens. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { createTokens } from '../../src/auth/token.ts';
import { Battle } from '../../src/battle/battle.ts';
import { isChoiceText } from '../../src/battle/choice.ts';
import { FORMATS } from '../../src/battle/format.ts';
import type { FormatId, SideId } from '../../src/battle/ids.ts';
import { checkTeam, exportTeam } from '../../src/battle/team.ts';
import { teamsFor } from '../../loadtest/teams.ts';
import { openingFor } from '../support/play.ts';
import { choiceTexts } from './choice-texts.ts';
import { mangled } from './mangled.ts';

/** Of different generations, one with two actives, one with team preview. */
const PLAYED = ['gen9randombattle', 'gen9randomdoublesbattle', 'gen1randombattle', 'gen4ou'];
/** A battle takes so many texts; then the next one. */
const TEXTS_PER_BATTLE = 400;
const SIDES: readonly SideId[] = ['p1', 'p2'];

/** Each text is refused or staged; none throws, and none that the whitelist refuses would be shown to the sim. */
export function fuzzChoices(count: number, seed: number): number {
  const texts = fc.sample(choiceTexts, { numRuns: count, seed });
  let battle = new Battle(openingFor(PLAYED[0]!, `${seed}`));
  for (const [index, text] of texts.entries()) {
    if (index % TEXTS_PER_BATTLE === 0 || battle.outcome)
      battle = new Battle(
        openingFor(PLAYED[Math.floor(index / TEXTS_PER_BATTLE) % PLAYED.length]!, `${seed} ${index}`),
      );
    const side = SIDES[index % 2]!;
    if (!isChoiceText(text) || !battle.owes(side)) continue;
    const staged = battle.stage(side, text);
    if (staged.kind === 'refused') assert.equal(typeof staged.message, 'string');
    else battle.apply({ type: 'choice', side, text, rqid: battle.rqid });
  }
  return texts.length;
}

const OU = 'gen9ou' as FormatId;
const known = [...FORMATS.keys()].flatMap((format) => teamsFor(format).map((team) => ({ format, team })));

const setKeys = [
  'name',
  'species',
  'item',
  'ability',
  'moves',
  'nature',
  'gender',
  'evs',
  'ivs',
  'level',
  'shiny',
  'happiness',
  'pokeball',
  'teraType',
  '__proto__',
  'constructor',
  'x',
];
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('Pikachu', 'Thunderbolt', 1e9, -1, NaN, '__proto__', { hp: 1e308 }, ['Tackle'], '\n>eval 1\n', '||||]]]]'),
); // prettier-ignore
const jsonSets = fc.array(
  fc.array(fc.tuple(fc.constantFrom(...setKeys), values), { maxLength: 8 }).map((pairs) =>
    JSON.parse(`{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`).join()}}`) as unknown,
  ),
  { maxLength: 7 },
); // prettier-ignore
const teams = fc
  .tuple(fc.constantFrom(...known), fc.nat(3))
  .chain(([{ format, team }, kind]) =>
    fc.tuple(
      fc.constant(format),
      kind === 0 ? mangled(team) : kind === 1 ? mangled(exportTeam(team as never)) : kind === 2 ? jsonSets : fc.oneof(values, fc.string({ maxLength: 300 })),
    ),
  ); // prettier-ignore

/** Each is a team or has problems, in bounds; none throws, and what is a team stays one. */
export function fuzzTeams(count: number, seed: number): { inputs: number; valid: number } {
  let valid = 0;
  for (const [format, team] of fc.sample(teams, { numRuns: count, seed })) {
    const check = checkTeam(format, team);
    if (check.ok) {
      valid++;
      assert.deepEqual(checkTeam(format, check.packed), check);
      assert.ok(!/[\n\r\0]/.test(check.packed));
    } else {
      assert.ok(check.problems.length > 0 && check.problems.length <= 20);
      for (const problem of check.problems) assert.ok(problem.length <= 200);
    }
    assert.equal(checkTeam(OU, null).ok, false);
  }
  return { inputs: count, valid };
}

const SECRET = 'a-secret-for-tests-0123456789-abcdefghijklmnop';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = publicKey.export({ type: 'spki', format: 'pem' }) as string;
const claims = { sub: 'user-1', name: 'One', exp: Math.floor(Date.now() / 1000) + 3600 };
const GOOD = [jwt.sign(claims, SECRET), jwt.sign(claims, privateKey, { algorithm: 'ES256' })];

const encoded = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  value.map((one) => Buffer.from(JSON.stringify(one) ?? '').toString('base64url'));
const headers = fc.record(
  { alg: fc.constantFrom('none', 'HS256', 'ES256', 'RS256', 'HS512', '', '__proto__', 1, null), kid: fc.jsonValue(), crit: fc.jsonValue(), jku: fc.webUrl(), typ: fc.jsonValue() },
  { requiredKeys: [] },
); // prettier-ignore
const payloads = fc.oneof(
  fc.jsonValue(),
  fc.record({
    sub: fc.jsonValue(),
    name: fc.jsonValue(),
    exp: fc.constantFrom(1e12, -1, '1e12', null, 1e308),
  }),
);
const tokens = fc.oneof(
  fc.constantFrom(...GOOD).chain(mangled),
  fc.tuple(encoded(headers), encoded(payloads), fc.constantFrom('', 'AAAA', ...GOOD.map((one) => one.split('.')[2]!))).map((parts) => parts.join('.')),
  fc.string({ unit: 'binary', maxLength: 400 }),
); // prettier-ignore

/** None but the two good ones is anybody; each other is refused with `AUTH_FAILED`, whatever is wrong with it. */
export async function fuzzTokens(count: number, seed: number): Promise<number> {
  const all = createTokens({ secret: SECRET, publicKey: PEM }, Date.now);
  for (const good of GOOD) assert.equal((await all.verify(good)).id, 'user-1');
  for (const token of fc.sample(tokens, { numRuns: count, seed })) {
    if (isSameToken(token)) continue;
    await assert.rejects(all.verify(token), { code: 'AUTH_FAILED' }, token);
    assert.equal(await all.signedFor(token), null);
  }
  return count;
}

/** Base64 has spellings of one signature that differ in bits which mean nothing. */
function isSameToken(token: string): boolean {
  return GOOD.some((good) => {
    const [head, body, signature = ''] = good.split('.');
    const parts = token.split('.');
    return parts[0] === head && parts[1] === body && Buffer.from(parts[2] ?? '', 'base64').equals(Buffer.from(signature, 'base64'));
  }); // prettier-ignore
}
