/** Protocol lines in plain words, for the log of the replay page, which inlines this very source. */
import type { SideId } from '../battle/ids.ts';
import { tagOf } from '../battle/public-facts/protocol-line.ts';
import type { LineParts } from '../battle/public-facts/protocol-line.ts';

export interface Words {
  /** `minor`: what follows from something told before. */
  readonly kind: 'turn' | 'major' | 'minor';
  readonly text: string;
}

type Names = Readonly<Record<SideId, string>>;
type Teller = (parts: LineParts, who: (ident: string | undefined) => string) => string;

const STATUS: Readonly<Record<string, string>> = {
  brn: 'was burned',
  par: 'was paralyzed',
  psn: 'was poisoned',
  tox: 'was badly poisoned',
  slp: 'fell asleep',
  frz: 'was frozen',
};
const STAT: Readonly<Record<string, string>> = {
  atk: 'Attack',
  def: 'Defense',
  spa: 'Sp. Atk',
  spd: 'Sp. Def',
  spe: 'Speed',
};

/** Those that are told first of all; the others are minor. */
const MAJOR: ReadonlySet<string> = new Set([
  'move',
  'switch',
  'drag',
  'faint',
  'cant',
  'win',
  'tie',
  'start',
]);

const TELLERS: ReadonlyMap<string, Teller> = new Map<string, Teller>([
  ['start', () => 'The battle begins.'],
  ['turn', ([, , turn]) => `Turn ${turn}`],
  ['win', ([, , name]) => `${name} won the battle.`],
  ['tie', () => 'The battle ended in a tie.'],
  ['move', ([, , user, move], who) => `${who(user)} used ${move}.`],
  ['switch', ([, , user, details], who) => `${who(user)}${speciesOf(user, details)} came in.`],
  ['drag', ([, , user, details], who) => `${who(user)}${speciesOf(user, details)} was dragged out.`],
  ['replace', ([, , user, details], who) => `It was ${who(user)}${speciesOf(user, details)} in disguise.`],
  ['faint', ([, , user], who) => `${who(user)} fainted.`],
  ['cant', ([, , user, why], who) => `${who(user)} cannot move (${effect(why)}).`],
  ['detailschange', ([, , user, details], who) => `${who(user)} became ${(details ?? '').split(',')[0]}.`],
  ['-formechange', ([, , user, species], who) => `${who(user)} changed into ${species}.`],
  ['-transform', ([, , user, other], who) => `${who(user)} transformed into ${who(other)}.`],
  ['-terastallize', ([, , user, type], who) => `${who(user)} Terastallized into the ${type} type.`],
  ['-mega', ([, , user], who) => `${who(user)} Mega Evolved.`],
  ['-primal', ([, , user], who) => `${who(user)} reverted to its primal form.`],
  ['-burst', ([, , user], who) => `${who(user)} used Ultra Burst.`],
  ['-zpower', ([, , user], who) => `${who(user)} surrounds itself with Z-Power.`],
  ['-damage', (parts, who) => `${who(parts[2])} fell to ${hp(parts[3])}${cause(parts)}.`],
  ['-heal', (parts, who) => `${who(parts[2])} rose to ${hp(parts[3])}${cause(parts)}.`],
  ['-sethp', (parts, who) => `${who(parts[2])} is at ${hp(parts[3])}${cause(parts)}.`],
  ['-status', (p, who) => `${who(p[2])} ${STATUS[p[3] ?? ''] ?? `has ${p[3]}`}${cause(p)}.`],
  ['-curestatus', ([, , user], who) => `${who(user)} recovered from its status.`],
  ['-cureteam', ([, , user], who) => `The team of ${who(user)} recovered.`],
  ['-boost', ([, , user, stat, by], who) => changed(who(user), stat, by, 'rose')],
  ['-unboost', ([, , user, stat, by], who) => changed(who(user), stat, by, 'fell')],
  ['-setboost', ([, , user, stat, to], who) => `${statOf(who(user), stat)} is at ${to}.`],
  ['-clearallboost', () => 'All stat changes were undone.'],
  ['-clearboost', ([, , user], who) => `The stat changes of ${who(user)} were undone.`],
  ['-weather', weather],
  ['-fieldstart', ([, , what]) => `${effect(what)} began.`],
  ['-fieldend', ([, , what]) => `${effect(what)} ended.`],
  ['-sidestart', ([, , side, what], who) => `${effect(what)} on the side of ${who(side)}.`],
  ['-sideend', ([, , side, what], who) => `${effect(what)} ended on the side of ${who(side)}.`],
  ['-start', ([, , user, what], who) => `${who(user)}: ${effect(what)}.`],
  ['-end', ([, , user, what], who) => `${who(user)}: ${effect(what)} ended.`],
  ['-activate', ([, , user, what], who) => (user ? `${who(user)}: ${effect(what)}.` : `${effect(what)}.`)],
  ['-ability', ([, , user, ability], who) => `${who(user)} has the ability ${ability}.`],
  ['-item', ([, , user, item], who) => `${who(user)} has the item ${item}.`],
  ['-enditem', ([, , user, item], who) => `${who(user)} no longer has the item ${item}.`],
  ['-singleturn', ([, , user, what], who) => `${who(user)}: ${effect(what)}.`],
  ['-singlemove', ([, , user, what], who) => `${who(user)}: ${effect(what)}.`],
  ['-crit', ([, , user], who) => `A critical hit on ${who(user)}.`],
  ['-supereffective', ([, , user], who) => `It is super effective on ${who(user)}.`],
  ['-resisted', ([, , user], who) => `It is not very effective on ${who(user)}.`],
  ['-immune', ([, , user], who) => `It does not affect ${who(user)}.`],
  ['-miss', ([, , user], who) => `${who(user)} missed.`],
  ['-fail', ([, , user], who) => `It failed for ${who(user)}.`],
  ['-notarget', () => 'There was no target.'],
  ['-ohko', () => 'It is a one-hit knockout.'],
  ['-hitcount', ([, , , count]) => `Hits: ${count}.`],
  ['-swapsideconditions', () => 'The sides swapped what lies on them.'],
  ['-message', ([, , text]) => text ?? ''],
  ['message', ([, , text]) => text ?? ''],
]);

/** null for what needs no words, and for what nobody knows. Names are of both sides. */
export function wordsOf(line: string, names: Names): Words | null {
  const parts = line.split('|');
  const kind = parts[1] ?? '';
  const tell = TELLERS.get(kind);
  // The sim marks so what its own clients say nothing of.
  if (!tell || parts.includes('[silent]')) return null;
  const text = tell(parts, (ident) => whoIs(ident ?? '', names));
  if (text === '') return null;
  return { kind: kind === 'turn' ? 'turn' : MAJOR.has(kind) ? 'major' : 'minor', text };
}

/** `p1a: Pika` → `Ash's Pika`; a side (`p1`, `p1: Ash`) is its player. */
function whoIs(ident: string, names: Names): string {
  const side = ident.startsWith('p1') ? 'p1' : ident.startsWith('p2') ? 'p2' : null;
  if (side === null) return ident;
  const name = ident.slice(ident.indexOf(':') + 1).trim();
  return ident === side || name === names[side] ? names[side] : `${names[side]}'s ${name}`;
}

function speciesOf(ident = '', details = ''): string {
  const [species = ''] = details.split(',');
  return ident.endsWith(`: ${species}`) ? '' : ` (${species})`;
}

/** Without its kind: `move: Stealth Rock`. */
function effect(text = ''): string {
  return text.replace(/^(?:move|ability|item): /, '');
}

function cause(parts: LineParts): string {
  const from = tagOf(parts, '[from] ');
  return from === '' ? '' : ` (${effect(from)})`;
}

function hp(condition = ''): string {
  const [points = ''] = condition.split(' ');
  const [now, most] = points.split('/').map(Number);
  return now && most ? `${Math.ceil((100 * now) / most)}%` : '0%';
}

function statOf(who: string, stat = ''): string {
  return `${STAT[stat] ?? stat} of ${who}`;
}

function changed(who: string, stat: string | undefined, by: string | undefined, how: string): string {
  const extent = Number(by) > 2 ? ' drastically' : Number(by) === 2 ? ' sharply' : '';
  return Number(by) === 0 ? `${statOf(who, stat)} did not change.` : `${statOf(who, stat)} ${how}${extent}.`;
}

function weather(parts: LineParts): string {
  const [, , what = ''] = parts;
  if (parts.includes('[upkeep]')) return '';
  return what === 'none' ? 'The weather cleared.' : `Weather: ${what}.`;
}
