/** What one client was told of one battle, kept as it came, so that others can check the server by it. */
import type { BattleError, BattleEvents } from '../src/rooms/messages.ts';

export interface Accepted {
  readonly rqid: number;
  readonly choice: string;
}

export interface Transcript {
  readonly userId: string;
  readonly format: string;
  battleId: string;
  side: 'p1' | 'p2' | null;
  /** By number; a line that came twice must have been the same both times. */
  readonly lines: string[];
  /** Numbers under which two different lines came. Must stay empty. */
  readonly conflicts: number[];
  /** Without repetitions. */
  readonly accepted: Accepted[];
  choices: number;
  readonly errors: BattleError[];
  /** Why it had to try again to find its battle or to come back to it. */
  readonly setbacks: string[];
  /** How often the SDK brought it back by itself, in the same Room object. */
  cameBackBySdk: number;
  /** How often it joined anew because the SDK had given up. */
  joinedAgain: number;
  end: BattleEvents['BATTLE_END'] | null;
  /** The end came while it was away, so it was looked up; the last lines are not known then. */
  isEndLookedUp: boolean;
}

export function emptyTranscript(userId: string, format: string): Transcript {
  return {
    userId,
    format,
    battleId: '',
    side: null,
    lines: [],
    conflicts: [],
    accepted: [],
    choices: 0,
    errors: [],
    setbacks: [],
    cameBackBySdk: 0,
    joinedAgain: 0,
    end: null,
    isEndLookedUp: false,
  };
}

export function noteLines(transcript: Transcript, from: number, lines: readonly string[]): void {
  const known = transcript.lines;
  for (const [index, line] of lines.entries()) {
    const number = from + index;
    if (known[number] !== undefined && known[number] !== line) transcript.conflicts.push(number);
    known[number] = line;
  }
}

/** False when it had been told before. */
export function noteAccepted(transcript: Transcript, { rqid, choice }: Accepted): boolean {
  const isKnown = transcript.accepted.some((known) => known.rqid === rqid && known.choice === choice);
  if (!isKnown) transcript.accepted.push({ rqid, choice });
  return !isKnown;
}

/** A refusal that told something new: the request could not have said that this choice is illegal. */
export function isDiscovery({ code, request }: BattleError): boolean {
  return code === 'INVALID_MOVE' && request?.update === true;
}
