/**
 * The proof that ours is the sim's battle: played through `Battle`, and the same inputs through Showdown's own streams,
 * lines and requests are the same. Ours lack `|t:|`, empty halves of a split, and what is said to one side besides its
 * request; ours have `rqid`.
 */
import assert from 'node:assert/strict';
import { FORMATS } from '../../src/battle/format.ts';
import { SIDE_IDS, type SideId } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { BattleRequest } from '../../src/battle/request.ts';
import { seededRandom } from '../../src/battle/random.ts';
import { type BareOpening, StreamBattle } from '../support/bare-battle.ts';
import { openingFor, playOut, Recording } from '../support/play.ts';
import { isProtocolLine } from './bare-equality-verifier.ts';
import { probesFor } from './replay-probes.ts';
import { TRAP_TEAMS } from './traps-teams.ts';

export interface BareEqualityFigures {
  readonly battles: number;
  readonly formats: number;
  readonly turns: number;
  readonly lines: number;
  readonly requests: number;
  /** Of these, corrected ones: asked again after a refusal. */
  readonly corrections: number;
  /** Lines to one side that belong to no channel, such as gen 4's notice of Struggle. */
  readonly notices: number;
  /** Lines that `@pkmn/protocol` does not know, though the sim writes them: of the two known kinds. */
  readonly unverified: Readonly<Record<KnownGap, number>>;
}

type KnownGap = 'tera in details' | 'rated without a text';

const TURNS_MAX = 80;
const TRAP_EVERY = 7;

const GAPS: readonly (readonly [KnownGap, RegExp])[] = [
  ['tera in details', /^\|(?:switch|drag|replace|detailschange)\|[^|]*\|[^|]*, tera:\w+/],
  ['rated without a text', /^\|rated\|$/],
];

/** Throws at the first battle that differs. */
export async function proveBareEquality(size: {
  battles: number;
  seed: string;
}): Promise<BareEqualityFigures> {
  const formats = new Set<string>();
  const total = { turns: 0, lines: 0, requests: 0, corrections: 0, notices: 0 };
  const unverified: Record<KnownGap, number> = { 'tera in details': 0, 'rated without a text': 0 };
  for (let index = 0; index < size.battles; index++) {
    const seed = `${size.seed}/${index}`;
    const opening = openingOf(index, seed);
    formats.add(opening.format);
    try {
      const recording = new RequestRecording(opening);
      playOut(recording, seededRandom(seed), { turnsMax: TURNS_MAX, probes: probesFor });
      const compared = await compare(recording);
      verifyLines(recording, unverified);
      total.turns += recording.battle.turn;
      total.lines += compared.lines;
      total.requests += compared.requests;
      total.notices += compared.notices;
      total.corrections += recording.corrections;
    } catch (error) {
      throw new Error(`${opening.format} ${seed}: ${String(error)}`, { cause: error });
    }
  }
  return { battles: size.battles, formats: formats.size, ...total, unverified };
}

function openingOf(index: number, seed: string): Opening {
  const traps = Object.values(TRAP_TEAMS);
  const trap = index % TRAP_EVERY === 0 ? traps[(index / TRAP_EVERY) % traps.length] : undefined;
  if (trap) return openingFor(trap.format, seed, trap.teams);
  const formats = [...FORMATS.keys()];
  return openingFor(formats[index % formats.length]!, seed);
}

/** Keeps each request as it was when it was asked. */
class RequestRecording extends Recording {
  readonly requests: Record<SideId, string[]> = { p1: [], p2: [] };
  corrections = 0;
  #rqid = 0;

  constructor(opening: Opening) {
    super(opening);
    this.#keepNew();
  }

  override log(...[input]: Parameters<Recording['log']>): void {
    super.log(input);
    if (input.type === 'refused') {
      this.corrections++;
      this.requests[input.side].push(withoutRqid(this.battle.request(input.side)!));
    }
    this.#keepNew();
  }

  #keepNew(): void {
    const { battle } = this;
    if (battle.outcome || battle.rqid === this.#rqid) return;
    this.#rqid = battle.rqid;
    for (const side of SIDE_IDS) this.requests[side].push(withoutRqid(battle.request(side)!));
  }
}

function withoutRqid(request: BattleRequest): string {
  const { rqid, ...rest } = request;
  assert(rqid > 0);
  return sortedJson(rest);
}

/** The order of keys means nothing: ours says `rqid` before a later `update`. */
function sortedJson(value: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

interface Compared {
  readonly lines: number;
  readonly requests: number;
  readonly notices: number;
}

async function compare(recording: RequestRecording): Promise<Compared> {
  const streams = await playBare(recording);
  const { channels } = recording.battle;
  assert.deepEqual(channels.spectator, linesOf(streams.get('spectator')!), 'channel spectator');
  let requests = 0;
  let notices = 0;
  for (const side of SIDE_IDS) {
    const bare = linesOf(streams.get(side)!);
    const { shared, privately } = withoutNotices(bare, recording.opening.format);
    assert.deepEqual(channels[side], shared, `channel ${side}`);
    const asked = streams.get(side)!.filter((line) => line.startsWith('|request|'));
    const bareRequests = asked.map((line) =>
      sortedJson(JSON.parse(line.slice('|request|'.length)) as object),
    );
    assert.deepEqual(recording.requests[side], bareRequests, `requests of ${side}`);
    requests += bareRequests.length;
    notices += privately;
  }
  const { p1, p2, spectator } = channels;
  return { lines: p1.length + p2.length + spectator.length, requests, notices };
}

async function playBare({
  opening,
  entries,
}: Recording): Promise<Awaited<ReturnType<StreamBattle['finish']>>> {
  const bare = new StreamBattle(bareOpening(opening));
  for (const { input } of entries) {
    if (input.type === 'choice' || input.type === 'refused') bare.choose(input.side, input.text);
    if (input.type === 'forfeit') bare.lose(input.side);
  }
  return bare.finish();
}

function bareOpening({ format, seed, rated, sides }: Opening): BareOpening {
  const [p1, p2] = sides;
  assert(p1 && p2);
  return {
    format,
    seed,
    rated,
    names: { p1: p1.name, p2: p2.name },
    teams: { p1: p1.team, p2: p2.team },
    elo: { p1: p1.elo, p2: p2.elo },
  };
}

function linesOf(stream: readonly string[]): string[] {
  const isLine = (line: string): boolean => line !== '' && !/^\|(?:t:|request|error)\|/.test(line);
  return stream.filter(isLine);
}

/** Until generation 4 a side is told alone, when it chooses, that nothing but Struggle is left. */
function withoutNotices(lines: readonly string[], format: string): { shared: string[]; privately: number } {
  const isEarly = /^gen[1-4]/.test(format);
  const shared = lines.filter((line) => !(isEarly && /^\|-activate\|[^|]*\|move: Struggle$/.test(line)));
  return { shared, privately: lines.length - shared.length };
}

function verifyLines({ battle }: Recording, unverified: Record<KnownGap, number>): void {
  for (const line of Object.values(battle.channels).flat()) {
    if (isProtocolLine(line)) continue;
    const gap = GAPS.find(([, pattern]) => pattern.test(line));
    assert(gap, `not a line of the protocol: ${line}`);
    unverified[gap[0]]++;
  }
}
