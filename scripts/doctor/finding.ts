/** What the doctor says: one line each, and what to do about it. */
import { stripVTControlCharacters, styleText } from 'node:util';

export interface Finding {
  /** `fault`: it does not run, or loses something. `warn`: it runs, worse than it could. */
  readonly level: 'ok' | 'warn' | 'fault';
  readonly text: string;
  /** What to do. */
  readonly advice?: string;
}

export function ok(text: string): Finding {
  return { level: 'ok', text };
}

export function warn(text: string, advice: string): Finding {
  return { level: 'warn', text, advice };
}

export function fault(text: string, advice: string): Finding {
  return { level: 'fault', text, advice };
}

const MARKS = { ok: styleText('green', '✔'), warn: styleText('yellow', '‼'), fault: styleText('red', '✖') };

/** What servers answer is quoted: nothing in it may start a line. */
export function render({ level, text, advice }: Finding): string {
  const line = advice === undefined ? text : `${text} → ${advice}`;
  return `${MARKS[level]} ${stripVTControlCharacters(line).replace(/\p{C}+/gu, ' ')}`;
}

/** 1 where something must be done first. */
export function statusOf(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ level }) => level === 'fault') ? 1 : 0;
}

/** Why a connection failed, in a few words and without an address that may hold a password. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of several addresses tried, each has failed.
  const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  return (first?.message || error.message || error.name).replaceAll(/\/\/[^\s@/]*@/g, '//…@');
}
