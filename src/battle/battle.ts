/**
 * A battle: the sim behind four verbs. `stage` tries an answer and keeps it if it stands, `apply` plays an input that
 * is in the log, everything else is a reading. Synchronous and deterministic: opening and inputs decide all of it.
 *
 * With quick-sim.ts the only file that knows the sim. Client text reaches it through `stage` alone, after the whitelist
 * of choice.ts; no line is ever written to the stream, so its commands (`>eval` among them) cannot be reached.
 *
 * Nothing here is undone after `apply`, and nothing is played before it: a staged choice changes no state but its own.
 */
import { type Battle as SimBattle, BattleStreams } from '@pkmn/sim';
import { appendLines, emptyChannels } from './channel.ts';
import { isChoiceText } from './choice.ts';
import { fnv1a } from './hash.ts';
import { hidesAnything, withoutHidden } from './hidden.ts';
import { SIDE_IDS, type SideId } from './ids.ts';
import type { ChoiceInput, Input } from './input.ts';
import type { Opening } from './opening.ts';
import type { Outcome } from './outcome.ts';
import { QuickBattle } from './quick-sim.ts';
import type { BattleRequest } from './request.ts';

export type StageResult =
  | { readonly kind: 'staged' }
  /** `changed`: the refusal corrected the request, so it must be logged as `refused`; otherwise it left no trace. */
  | { readonly kind: 'refused'; readonly message: string; readonly changed: boolean };

/** Our record of who has answered and the sim's disagree. The battle cannot be trusted any more. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

type SimSide = SimBattle['sides'][number];

/** Takes the sim's output at once, inside the call, where the stock stream buffers it for a later tick. */
class DirectStream extends BattleStreams.BattleStream {
  readonly output: string[] = [];
  refusal = '';

  override pushMessage(type: string, data: string | string[]): void {
    if (type === 'update') for (const line of data) this.output.push(line);
    else if (type === 'sideupdate') this.#sideUpdate(data as string);
    // `end` repeats seed and teams; the outcome is read from the battle itself.
  }

  /** `p1\n|error|[Invalid choice] …`. Other lines to one side (gen 4's Struggle notice) are no lines of a channel. */
  #sideUpdate(data: string): void {
    const line = data.slice(data.indexOf('\n') + 1);
    if (line.startsWith('|error|')) this.refusal = line.slice('|error|'.length);
  }
}

export class Battle {
  readonly opening: Opening;
  /** Lines so far, by channel. Grows in place; never rewritten. */
  readonly channels = emptyChannels();
  readonly #stream = new DirectStream();
  readonly #sim: SimBattle;
  /** Answers to the open request that are in the log. */
  readonly #answers = new Map<SideId, ChoiceInput>();
  /** The last choice of each side that is in the log, whenever that was. */
  readonly #lastChoices = new Map<SideId, ChoiceInput>();
  #rqid = 0;
  #asked = false;
  #isCorrected = false;
  /** The corrected request of a side at the open decision point, as JSON. */
  readonly #corrections = new Map<SideId, string>();
  #outcome: Outcome | null = null;

  constructor(opening: Opening) {
    this.opening = opening;
    const stream = this.#stream;
    const sim = new QuickBattle({
      formatid: opening.format as string as SimBattle['format']['id'],
      seed: opening.seed as NonNullable<ConstructorParameters<typeof SimBattle>[0]['seed']>,
      rated: opening.rated,
      send: (type, data) => {
        stream.pushMessage(type, data);
      },
    });
    stream.battle = sim;
    this.#sim = sim;
    for (const side of opening.sides) {
      sim.setPlayer(side.side, { name: side.name, team: side.team, rating: side.elo });
      this.#captureRequests(this.#side(side.side));
    }
    this.#flush();
  }

  /** Number of the open decision point, from 1. */
  get rqid(): number {
    return this.#rqid;
  }

  /** The sim's turn number; 0 during team preview. */
  get turn(): number {
    return this.#sim.turn;
  }

  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** What is asked of a side; null once the battle has ended. Shared with the sim: read it, never change it. */
  request(side: SideId): BattleRequest | null {
    return this.#outcome === null ? (this.#side(side).activeRequest as BattleRequest | null) : null;
  }

  /** Whether this side must answer the open request and has no answer in the log. */
  owes(side: SideId): boolean {
    return this.#isAsked(side) && !this.#answers.has(side);
  }

  /** The last choice of a side that is in the log. */
  lastChoice(side: SideId): ChoiceInput | undefined {
    return this.#lastChoices.get(side);
  }

  /** Turn and a hash of the sim's random state: two battles that agree here have played the same. */
  fingerprint(): string {
    return `${this.#sim.turn}.${fnv1a(this.#sim.prng.getSeed()).toString(36)}`;
  }

  /**
   * Tries `text` as the answer of a side that owes one. Staged, it stands and is not played. Refused, it is as if it
   * had never been sent, save for a request that the refusal corrected.
   */
  stage(side: SideId, text: string): StageResult {
    if (!isChoiceText(text)) return { kind: 'refused', message: 'That is not a choice.', changed: false };
    const simSide = this.#side(side);
    // A half-refused Revival Blessing has lowered a switch flag by then.
    const flags = simSide.active.map((pokemon) => pokemon?.switchFlag);
    this.#stream.refusal = '';
    this.#isCorrected = false;
    // `side.choose`, not `battle.choose`: the latter would play the turn. And not its answer alone: the sim refuses
    // `foo, move 1` with one of two fainted, yet counts that choice as done; others it takes without being complete.
    if (this.#isPlausible(simSide, text) && this.#tryChoice(simSide, text)) return { kind: 'staged' };
    for (const [slot, pokemon] of simSide.active.entries()) if (pokemon) pokemon.switchFlag = flags[slot]!;
    simSide.clearChoice();
    return {
      kind: 'refused',
      message: refusalText(this.#stream.refusal),
      changed: this.#noteCorrection(side),
    };
  }

  /**
   * Plays an input that is in the log. A choice must have been staged; when it was the last one owed, the turn is
   * played. Throws `Disagreement`, or whatever the sim throws: the battle is unusable then.
   */
  apply(input: Input): void {
    if (input.type === 'choice') this.#answer(input);
    else if (input.type === 'forfeit') this.#lose(input.side, input.why);
    else if (input.type === 'void') this.#outcome = { winner: null, reason: 'void' };
  }

  #answer(input: ChoiceInput): void {
    this.#answers.set(input.side, input);
    this.#lastChoices.set(input.side, input);
    const complete = !SIDE_IDS.some((side) => this.owes(side));
    if (this.#sim.allChoicesDone() !== complete) throw new Disagreement(`at rqid ${this.#rqid}`);
    if (!complete) return;
    this.#sim.commitChoices();
    this.#flush();
  }

  #lose(side: SideId, why: 'forfeit' | 'timeout'): void {
    this.#sim.lose(side);
    this.#flush();
    this.#outcome = { winner: this.#winner(), reason: why };
  }

  /** Takes what the sim has to say. Its own logs are emptied: it never reads them again, and they are most of its size. */
  #flush(): void {
    const sim = this.#sim;
    sim.sendUpdates();
    appendLines(this.channels, this.#stream.output);
    this.#stream.output.length = 0;
    sim.log.length = 0;
    sim.sentLogPos = 0;
    sim.lastMoveLine = -1;
    sim.inputLog.length = 0;
    if (sim.ended) this.#end();
    else if (this.#asked) this.#nextRequest();
    this.#asked = false;
  }

  #end(): void {
    const winner = this.#winner();
    this.#outcome = { winner, reason: winner ? 'win' : 'tie' };
    this.#answers.clear();
  }

  #nextRequest(): void {
    this.#rqid++;
    this.#answers.clear();
    this.#corrections.clear();
    for (const side of SIDE_IDS) Object.assign(this.request(side) ?? {}, { rqid: this.#rqid });
  }

  /** Whether the refusal told something new. The sim corrects some requests again and again in the same way. */
  #noteCorrection(side: SideId): boolean {
    if (!this.#isCorrected) return false;
    const corrected = JSON.stringify(this.request(side));
    if (this.#corrections.get(side) === corrected) return false;
    this.#corrections.set(side, corrected);
    return true;
  }

  /** The sim knows its winner by name; names in a battle are different. */
  #winner(): SideId | null {
    return this.opening.sides.find((side) => side.name === this.#sim.winner)?.side ?? null;
  }

  #isAsked(side: SideId): boolean {
    const request = this.request(side);
    return request !== null && !request.wait;
  }

  #side(side: SideId): SimSide {
    return this.#sim.getSide(side);
  }

  /** What would be refused anyway must not tell what its side cannot see: it is tried without that first. */
  #isPlausible(side: SimSide, text: string): boolean {
    if (!hidesAnything(side)) return true;
    const isPlausible = withoutHidden(side, () => this.#tryChoice(side, text));
    side.clearChoice();
    return isPlausible;
  }

  #tryChoice(side: SimSide, text: string): boolean {
    try {
      return side.choose(text) && side.isChoiceDone();
    } catch (error) {
      // An answer that makes the sim throw is only a bad answer: nothing but the choice has been touched.
      this.#stream.refusal = `[Invalid choice] ${error instanceof Error ? error.message : String(error)}`;
      return false;
    }
  }

  /** The sim writes each request as JSON text for its stream; we send the object, so that work is left out. */
  #captureRequests(side: SimSide): void {
    side.emitRequest = (update = side.activeRequest!, isCorrection = false) => {
      if (isCorrection) Object.assign(update, { update: true });
      if (isCorrection) this.#isCorrected = true;
      else this.#asked = true;
      side.activeRequest = update;
    };
  }
}

function refusalText(refusal: string): string {
  const text = refusal.replace(/^\[\w+ choice\] /, '');
  return text === '' ? 'That choice is not possible.' : text;
}
