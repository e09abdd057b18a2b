/** A database full of battles as people play them, made by the database itself. */
import type { DatabaseAddress } from '../../src/persistence/database/address.ts';
import { runSql } from '../support/postgres.ts';

export interface HistorySize {
  readonly battles: number;
  readonly users: number;
}

/** More than half of the battles are in the first one. */
export const FORMATS = ['gen9randombattle', 'gen9ou', 'gen8ou', 'gen4ou', 'gen1ou'] as const;
/** Different texts of inputs and of lines: that many battles are alike. */
const SAMPLES = 50;
const LINES = 400;
const INPUTS = 60;

/** Battle and user numbers begin with 1; a low number has played most. */
export function userId(number: number): string {
  return `user-${number}`;
}

export function battleId(number: number): string {
  return `past-${number}`;
}

const sampleText = (length: number, element: string): string => `
  (select json_agg(${element})::text from generate_series(1, ${length}) n where sample is not null)`;

/** Statements, one after the other. */
function statements({ battles, users }: HistorySize): string[] {
  const format = `(array['${FORMATS.join("', '")}'])[least(5, 1 + floor(-ln(1 - random()) * 1.2))::int]`;
  const someone = `1 + floor(${users} * power(random(), 2))::int`;
  const standing = `json_build_object('elo', 1000 + random() * 600,
    'glicko', json_build_object('rating', 1500 + random() * 400, 'deviation', 40 + random() * 90))`;
  const estimate = `json_build_object('rating', 1500.123456789, 'deviation', 61.987654321)`;
  return [
    'select setseed(0.5)',
    `insert into users (id, name) select 'user-' || i, 'Player ' || i from generate_series(1, ${users}) i`,
    `create temporary table sample as select sample,
      ${sampleText(LINES, `'|move|p' || (n % 2 + 1) || 'a: ' || substr(md5(n * sample || ''), 1, 5) || '|' || substr(md5(sample + n || ''), 1, 4) || '|is not very effective' || '|'`)} as lines,
      ${sampleText(INPUTS, `json_build_object('input', json_build_object('type', 'choice', 'side', 'p1', 'text', 'move ' || n % 4, 'rqid', n), 'print', n || ',' || substr(md5(n * sample || ''), 1, 8), 'at', 1700000000000 + n * 1000)`)} as inputs
      from generate_series(1, ${SAMPLES}) sample`,
    `create temporary table played as
      select i, ${format} as format, ${someone} as one, ${someone} as other, random() < 0.9 as rated,
        case floor(random() * 10) when 0 then null when 1 then 'p2' else 'p1' end as winner,
        date_trunc('milliseconds', timestamptz '2026-01-01' + i * interval '90 seconds' + random() * interval '80 seconds') as at
      from generate_series(1, ${battles}) i`,
    `update played set other = one % ${users} + 1 where other = one`,
    `insert into battles (id, format, engine, seed, rated, timer, winner, reason, turns, started_at, ended_at, inputs, lines, rated_seq, replay_key)
      select 'past-' || i, format, 'engine-1', 'sodium,' || md5(i::text), rated, '{"turnMs":60000}', winner, 'win', 30,
        at - interval '9 minutes', at, inputs::json, lines::json, case when rated then nextval('battles_rated_seq') end,
        case when i % 20 = 0 then md5(i::text) end
      from played join sample on sample = 1 + i % ${SAMPLES} order by i`,
    `insert into battle_players (battle_id, side, user_id, name, elo, team, ended_at, format, before, after)
      select 'past-' || i, side, 'user-' || number, 'Player ' || number, 1000, repeat(md5(i::text), 15), at, format,
        case when rated then ${standing} end, case when rated then ${standing} end
      from played, lateral (values ('p1', one), ('p2', other)) seat (side, number) order by i`,
    // Each has a rating in each format at least as likely as has played it: the first ladder has nearly all.
    `insert into ratings (user_id, format, elo, peak, glicko, wins, losses, ties, streak, best_streak)
      select 'user-' || u, format, 1000 + floor(power(random(), 3) * 600000) / 1000, 1600,
        json_build_object('rating', 1500 + random() * 400, 'deviation', 40 + random() * 90, 'period', 20000,
          'base', ${estimate}, 'sums', json_build_object('variance', random(), 'gain', random())),
        10, 10, 1, 2, 5
      from generate_series(1, ${users}) u, unnest(array['${FORMATS.join("', '")}']) with ordinality f (format, n)
      where random() + u * 0 < 1.0 / n order by random()`,
    `insert into achievements (user_id, kind, format, battle_id, at)
      select 'user-' || u, 'first_win', 'gen9ou', 'past-1', now() from generate_series(1, ${users}) u`,
    'vacuum analyze',
  ];
}

export async function fillHistory(
  address: DatabaseAddress,
  size: HistorySize,
  report: (line: string) => void,
): Promise<void> {
  const all = statements(size);
  const vacuum = all.pop()!;
  report(`making ${size.battles} battles of ${size.users} users`);
  // One session: the temporary tables are its own.
  await runSql(address, all.join(';\n'));
  await runSql(address, vacuum);
}
