/** How PostgreSQL goes about what a piece of code asks it. */
import pg from 'pg';
import { connectionOptions, type DatabaseAddress } from '../../src/persistence/database/address.ts';

/** A step of a plan, as EXPLAIN (ANALYZE, FORMAT JSON) gives it. */
export interface Step {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Step[];
}

export interface Planned {
  readonly text: string;
  /** Of the whole plan, outermost first. */
  readonly steps: readonly Step[];
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** Of every query that `ask` sends, with the values that it was sent with. */
export async function plansOf(address: DatabaseAddress, ask: () => Promise<unknown>): Promise<Planned[]> {
  const statements = await sentBy(ask);
  const client = new pg.Client(connectionOptions(address));
  await client.connect();
  try {
    const planned: Planned[] = [];
    for (const { text, values } of statements) {
      const { rows } = await client.query(`explain (analyze, format json) ${text}`, values);
      const [{ Plan }] = (rows[0] as { 'QUERY PLAN': [{ Plan: Step }] })['QUERY PLAN'];
      planned.push({ text, steps: stepsOf(Plan) });
    }
    return planned;
  } finally {
    await client.end();
  }
}

async function sentBy(ask: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const { prototype } = pg.Client;
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const send = prototype.query as (...args: unknown[]) => unknown;
  prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first, second] = args as [string | Partial<Statement>, unknown];
    const text = typeof first === 'string' ? first : first.text;
    const values = Array.isArray(second)
      ? (second as unknown[])
      : typeof first === 'string'
        ? []
        : first.values;
    if (/^\s*(?:select|with)/i.test(text ?? '')) statements.push({ text: text!, values: values ?? [] });
    return send.apply(this, args);
  } as typeof prototype.query;
  try {
    await ask();
  } finally {
    prototype.query = send as typeof prototype.query;
  }
  return statements;
}

function stepsOf(step: Step): Step[] {
  return [step, ...(step.Plans ?? []).flatMap(stepsOf)];
}
