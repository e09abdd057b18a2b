/** Where in Redis each family lies, and which script judges it. */
import { readFileSync } from 'node:fs';
import type { BattleId, UserId } from '../../../battle/ids.ts';
import type { OrphanFamily } from '../../cleaner.ts';
import type { RedisKeys } from '../keys.ts';
import { Script } from '../script.ts';

/** Colyseus's own keys: a room's listing by its id, and by process how much it has to do. */
const LISTINGS = 'roomcaches';
const ROOM_COUNTS = 'roomcount';

/** A kind of keys, or of members of a key. */
export interface Family {
  readonly name: OrphanFamily;
  readonly script: Script;
  /** `KEYS` of the script. */
  readonly keys: readonly string[];
}

export interface KeyFamily extends Family {
  /** What each of the keys begins with; the rest is the id. */
  readonly beginning: string;
}

export interface MemberFamily extends Family {
  readonly key: string;
  readonly scan: 'hscan' | 'sscan' | 'zscan';
}

export interface Families {
  readonly ofKeys: readonly KeyFamily[];
  readonly ofMembers: readonly MemberFamily[];
  readonly ofProcesses: readonly MemberFamily[];
  /** A family for each queue; `key` is only what those keys begin with. */
  readonly waiting: MemberFamily;
  /** Keys that have no family themselves. */
  readonly counters: readonly string[];
}

export function cleanUpFamilies(keys: RedisKeys, clock: string): Families {
  const { living, serial, outbox, aside, leases, processes } = keys;
  const beginnings = [
    keys.battle('' as BattleId),
    keys.log('' as BattleId),
    keys.user('' as UserId),
  ] as const;
  const [battle, log, user] = beginnings;
  const [ticket, queue, match, penalty, foe, alive, formats, places, matches] = keys.queue as Nine;
  const [challenge, challenger, challenged, challenges] = keys.challenges as Four;
  const ofBattles = judge('battles', clock, [living, serial, outbox, aside, ...beginnings]);
  const ofQueue = judge('queue', clock, [...keys.queue, ...keys.challenges]);
  const ofProcesses = judge('processes', clock, [leases, processes, LISTINGS, ROOM_COUNTS, battle]);
  return {
    ofKeys: [
      { ...ofBattles('battles'), beginning: battle },
      { ...ofBattles('unlisted'), beginning: battle },
      { ...ofBattles('logs'), beginning: log },
      { ...ofBattles('userMarks'), beginning: user },
      { ...ofQueue('tickets'), beginning: ticket },
      { ...ofQueue('matches'), beginning: match },
      { ...ofQueue('penalties'), beginning: penalty },
      { ...ofQueue('opponents'), beginning: foe },
      { ...ofQueue('challenges'), beginning: challenge },
      { ...ofQueue('challengers'), beginning: challenger },
      { ...ofQueue('challenged'), beginning: challenged },
    ],
    ofMembers: [
      { ...ofBattles('living'), key: living, scan: 'zscan' },
      { ...ofBattles('outbox'), key: outbox, scan: 'zscan' },
      { ...ofBattles('aside'), key: aside, scan: 'zscan' },
      { ...ofQueue('alive'), key: alive, scan: 'zscan' },
      { ...ofQueue('openMatches'), key: matches, scan: 'zscan' },
      { ...ofQueue('openChallenges'), key: challenges, scan: 'zscan' },
      { ...ofQueue('formats'), key: formats, scan: 'sscan' },
    ],
    ofProcesses: [
      { ...ofProcesses('processes'), key: processes, scan: 'hscan' },
      { ...ofProcesses('leases'), key: leases, scan: 'zscan' },
      { ...ofProcesses('listings'), key: LISTINGS, scan: 'hscan' },
      { ...ofProcesses('roomCounts'), key: ROOM_COUNTS, scan: 'hscan' },
    ],
    waiting: { ...ofQueue('waiting'), key: queue, scan: 'zscan' },
    counters: [serial, places],
  };
}

type Four = readonly [string, string, string, string];
type Nine = readonly [string, string, string, string, string, string, string, string, string];

function judge(script: string, clock: string, keys: readonly string[]): (name: OrphanFamily) => Family {
  const read = (name: string): string => readFileSync(new URL(`${name}.lua`, import.meta.url), 'utf8');
  const judging = new Script([clock, read('kinds'), read(script), read('judge')].join('\n'));
  return (name) => ({ name, script: judging, keys });
}
