/** Holds what users of the queue were told against what Redis and PostgreSQL know. */
import pg from 'pg';
import type { BattleId, UserId } from '../../src/battle/ids.ts';
import { connectionOptions } from '../../src/persistence/database/address.ts';
import { redisKeys } from '../../src/persistence/redis/keys.ts';
import { QUEUE_RULES } from '../../src/persistence/tickets/tickets.ts';
import type { TestCluster } from '../support/cluster.ts';
import type { TestRedis } from '../support/redis.ts';
import type { PairingWatch } from './pairing-watch.ts';
import type { Seeker } from './seeker.ts';

export interface QueueFigures {
  readonly users: number;
  readonly matched: number;
  readonly waiting: number;
  readonly left: number;
  readonly vanished: number;
  /** Connections that were lost and taken up again, and those of them that found the old place. */
  readonly returns: number;
  readonly placesKept: number;
  readonly battles: number;
  /** Matches that another process had to carry on with. */
  readonly carriedOn: number;
}

/** A battle of two users, living or over. */
interface Meeting {
  readonly id: string;
  readonly users: readonly string[];
  readonly pairedAt: number;
  /** Infinity while it lives. */
  readonly endedAt: number;
}

const KEYS = redisKeys('endure:');
const TICKET = KEYS.queue[0]!;
const ALIVE = KEYS.queue[5]!;
/** How late a process may notice under load that a connection has gone or a ticket lapsed, in milliseconds. */
const SLACK_MS = 2_000;
const ROWS = `
  select id, ended_at as "endedAt", (select json_agg(user_id) from battle_players where battle_id = id) as users
  from battles`;

/** Throws when something does not add up. */
export async function judgeQueue(
  { redis, database }: TestCluster,
  seekers: readonly Seeker[],
  watch: PairingWatch,
): Promise<QueueFigures> {
  const places = new Map<string, boolean>();
  for (const { id } of seekers) places.set(id, (await redis.admin.exists(`${TICKET}${id}`)) === 1);
  const own = new Map(seekers.map((seeker) => [seeker.id, seeker]));
  const found = [...(await livingMeetings(redis, watch)), ...(await pastMeetings(database, watch))];
  // One that ended in between is in both; its row comes later and knows more.
  const meetings = [...new Map(found.map((meeting) => [meeting.id, meeting])).values()].filter(({ users }) =>
    users.some((userId) => own.has(userId)),
  );
  const faults = [
    ...seekers.flatMap(({ id, faults, diary }) =>
      faults.map((fault) => `${id} ${fault}: ${diary.join(', ')}`),
    ),
    ...meetings.flatMap((meeting) => oddities(meeting, own)),
    ...doubles(meetings),
    ...seekers.flatMap((seeker) => contradictions(seeker, meetings)),
    ...seekers.flatMap((seeker) => lost(seeker, meetings, places.get(seeker.id) ?? false)),
  ];
  if (faults.length > 0) throw new Error(`${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`);
  const sum = (count: (seeker: Seeker) => number): number =>
    seekers.reduce((total, seeker) => total + count(seeker), 0);
  return {
    users: seekers.length,
    matched: sum(({ told }) => Number(told.size > 0)),
    waiting: sum(({ isWaiting }) => Number(isWaiting)),
    left: sum(({ hasLeft }) => Number(hasLeft)),
    vanished: sum(({ fate, told }) => Number(fate === 'vanishes' && told.size === 0)),
    returns: sum(({ returns }) => returns),
    placesKept: sum(({ placesKept }) => placesKept),
    battles: meetings.length,
    carriedOn: watch.carriedOn.size,
  };
}

/** When nobody is connected any more: nothing of the queue may live on. Rejects when something does. */
export async function emptied({ redis }: TestCluster): Promise<void> {
  const until = performance.now() + QUEUE_RULES.matchMs + QUEUE_RULES.lapseMs + SLACK_MS;
  while ((await redis.admin.zcard(ALIVE)) > 0) {
    if (performance.now() > until) throw new Error('tickets live on though everybody has gone');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function livingMeetings({ admin }: TestRedis, { pairedAt }: PairingWatch): Promise<Meeting[]> {
  const lists = await Promise.all([admin.zrange(KEYS.living, 0, -1), admin.zrange(KEYS.outbox, 0, -1)]);
  const meetings: Meeting[] = [];
  for (const id of lists.flat()) {
    const users = await admin.hget(KEYS.battle(id as BattleId), 'users');
    // Recorded since.
    if (users === null) continue;
    const userIds = (JSON.parse(users) as { userId: UserId }[]).map(({ userId }) => userId);
    meetings.push({ id, users: userIds, pairedAt: pairedAt.get(id) ?? NaN, endedAt: Infinity });
  }
  return meetings;
}

async function pastMeetings(
  address: TestCluster['database'],
  { pairedAt }: PairingWatch,
): Promise<Meeting[]> {
  const client = new pg.Client(connectionOptions(address));
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; endedAt: Date; users: string[] }>(ROWS);
    return rows.map(({ id, endedAt, users }) => ({
      id,
      users,
      pairedAt: pairedAt.get(id) ?? NaN,
      endedAt: endedAt.getTime(),
    }));
  } finally {
    await client.end();
  }
}

/** A battle against oneself, or with somebody who had gone before the pairing. */
function oddities({ id, users, pairedAt }: Meeting, seekers: ReadonlyMap<string, Seeker>): string[] {
  const faults = new Set(users).size === 2 ? [] : [`${id} is of ${users.join(' and ')}`];
  if (Number.isNaN(pairedAt)) faults.push(`${id} was never seen paired`);
  for (const userId of users) {
    const seeker = seekers.get(userId);
    // Somebody left over from what ran before on this cluster.
    if (!seeker) continue;
    const wasThere = seeker.presences.some(
      ({ from, to }) => from <= pairedAt && pairedAt <= to + QUEUE_RULES.lapseMs + SLACK_MS,
    );
    if (!wasThere || seeker.hasLeft) faults.push(`${id} has the ghost ${userId}`);
  }
  return faults;
}

/** Users who were paired again while their last battle lived. */
function doubles(meetings: readonly Meeting[]): string[] {
  const last = new Map<string, Meeting>();
  const faults: string[] = [];
  for (const meeting of [...meetings].sort((a, b) => a.pairedAt - b.pairedAt))
    for (const userId of meeting.users) {
      const before = last.get(userId);
      if (before && before.endedAt > meeting.pairedAt)
        faults.push(`${userId} is in ${before.id} and in ${meeting.id}`);
      last.set(userId, meeting);
    }
  return faults;
}

/** What a user was told and is not so. */
function contradictions({ id, told }: Seeker, meetings: readonly Meeting[]): string[] {
  return [...told].flatMap(([battleId, opponent]) => {
    const users = meetings.find((meeting) => meeting.id === battleId)?.users ?? [];
    const isSo = users.includes(id) && (opponent === undefined || users.includes(opponent));
    return isSo ? [] : [`${id} was told of ${battleId} with ${opponent}, which is of ${users.join(' and ')}`];
  });
}

/** A user who stayed and has neither a battle nor a place. */
function lost(seeker: Seeker, meetings: readonly Meeting[], hasPlace: boolean): string[] {
  const { id, fate, told, diary } = seeker;
  if (fate !== 'stays' || told.size > 0) return [];
  const living = meetings.find(({ users, endedAt }) => users.includes(id) && endedAt === Infinity);
  if (living) return [`${id} is in ${living.id} and does not know: ${diary.join(', ')}`];
  return seeker.isWaiting && hasPlace ? [] : [`${id} is neither matched nor waiting: ${diary.join(', ')}`];
}
