/** What the admin routes answer, as people read it. */
import type { Admin, OutboxList, ProcessList } from '../../src/http/admin-ports.ts';
import type { List } from '../../src/http/list.ts';
import { duration, moment, sheet, table } from './table.ts';

type Answer<Name extends keyof Admin> = Admin[Name] extends (...args: never[]) => Promise<infer Result>
  ? NonNullable<Result>
  : never;

export type Battles = List<Answer<'battles'>['items'][number]>;
export type Users = List<Answer<'online'>['users'][number]> & { readonly silent: readonly string[] };
export type Queues = List<Answer<'queues'>[number]>;
export type Events = List<Answer<'events'>[number]>;

export function processesView({ items, asked }: ProcessList): string {
  const columns = [
    { title: 'process', cell: ({ id }: Row) => (id === asked ? `${id} *` : id) },
    { title: 'address', cell: ({ host, port }: Row) => `${host}:${port}` },
    { title: 'battles', cell: ({ battles }: Row) => battles, align: 'right' as const },
    { title: 'sockets', cell: ({ connections }: Row) => connections, align: 'right' as const },
    { title: 'since', cell: ({ startedAt }: Row) => moment(startedAt) },
    { title: 'engine', cell: ({ engine }: Row) => engine },
    { title: 'state', cell: ({ isDraining }: Row) => (isDraining ? 'draining' : 'up') },
  ];
  type Row = ProcessList['items'][number];
  return `${table(columns, items, 'No process lives.')}\n* answers`;
}

export function battlesView(battles: Battles): string {
  type Row = Battles['items'][number];
  const columns = [
    { title: 'battle', cell: ({ battleId }: Row) => battleId },
    { title: 'format', cell: ({ format }: Row) => format },
    { title: 'process', cell: ({ processId }: Row) => processId },
    { title: 'p1', cell: ({ players }: Row) => userAt(players, 'p1') },
    { title: 'p2', cell: ({ players }: Row) => userAt(players, 'p2') },
    { title: 'turn', cell: ({ turn }: Row) => turn, align: 'right' as const },
    { title: 'watching', cell: ({ spectators }: Row) => spectators, align: 'right' as const },
    { title: 'since', cell: ({ startedAt }: Row) => moment(startedAt) },
    { title: 'epoch', cell: ({ epoch }: Row) => epoch, align: 'right' as const },
    { title: 'crashes', cell: ({ crashes }: Row) => crashes, align: 'right' as const },
  ];
  return withCount(table(columns, battles.items, 'No battle.'), battles);
}

export function battleView(battle: Answer<'battle'>): string {
  const { owner, listing, result } = battle;
  const address = owner?.process ? `${owner.process.host}:${owner.process.port}` : 'its lease is out';
  return sheet([
    ['battle', battle.battleId],
    ['state', battle.state],
    ['result', result && (result.winner ? `${result.winner} (${result.reason})` : result.reason)],
    ['why', result?.why],
    ['note', result?.note],
    ['format', battle.format],
    ['p1', userAt(battle.players, 'p1')],
    ['p2', userAt(battle.players, 'p2')],
    ['owner', owner && `${owner.id} (${address})`],
    ['listed at', listing && `${listing.processId}, ${listing.clients} connections`],
    ['epoch', battle.epoch],
    ['crashes', battle.crashes],
    ['engine', battle.engine],
  ]);
}

export function eventsView(events: Events): string {
  type Row = Events['items'][number];
  const columns = [
    { title: 'at', cell: ({ at }: Row) => moment(at) },
    { title: 'what', cell: ({ kind }: Row) => kind },
    { title: 'side', cell: ({ side }: Row) => side },
    { title: 'user', cell: ({ userId }: Row) => userId },
    { title: 'code', cell: ({ code }: Row) => code, align: 'right' as const },
    { title: 'after', cell: ({ afterMs }: Row) => duration(afterMs), align: 'right' as const },
    { title: 'process', cell: ({ processId }: Row) => processId },
  ];
  return table(columns, events.items, 'Nothing is known of it.');
}

export function usersView(users: Users): string {
  type Row = Users['items'][number];
  const columns = [
    { title: 'user', cell: ({ userId }: Row) => userId },
    { title: 'name', cell: ({ name }: Row) => name },
    { title: 'where', cell: ({ connections }: Row) => connections.map(placeOf).join(', ') },
  ];
  const silent = users.silent.length > 0 ? `\nWithout an answer: ${users.silent.join(', ')}` : '';
  return withCount(table(columns, users.items, 'Nobody is connected.'), users) + silent;
}

export function userView(user: Answer<'user'>): string {
  const { queue, connections } = user;
  return sheet([
    ['user', user.userId],
    ['name', user.name],
    ['battle', user.battleId],
    ['its process', user.processId],
    ['queue', queue && `${queue.format}, place ${queue.position}, since ${moment(queue.joinedAt)}`],
    ['connections', connections.map(placeOf).join(', ')],
  ]);
}

export function queuesView(queues: Queues): string {
  type Row = Queues['items'][number];
  const columns = [
    { title: 'format', cell: ({ format }: Row) => format },
    { title: 'waiting', cell: ({ waiting }: Row) => waiting, align: 'right' as const },
    { title: 'longest', cell: ({ longestMs }: Row) => duration(longestMs), align: 'right' as const },
    { title: 'first', cell: ({ tickets }: Row) => tickets[0]?.userId },
  ];
  return table(columns, queues.items, 'Nobody waits.');
}

export function outboxView({ waiting, oldestMs, items }: OutboxList): string {
  type Row = OutboxList['items'][number];
  const columns = [
    { title: 'battle', cell: ({ battleId }: Row) => battleId },
    { title: 'format', cell: ({ format }: Row) => format },
    { title: 'users', cell: ({ users }: Row) => users.join(', ') },
    { title: 'aside since', cell: ({ asideAt }: Row) => moment(asideAt) },
    { title: 'fault', cell: ({ fault }: Row) => fault },
  ];
  const age = oldestMs === null ? '' : `, the oldest for ${duration(oldestMs)}`;
  return `${waiting} wait to be recorded${age}.\n${table(columns, items, 'None is set aside.')}`;
}

export function cleanUpView(answer: {
  readonly dryRun: boolean;
  readonly removed: Readonly<Record<string, number>>;
}): string {
  const found = Object.entries(answer.removed).filter(([, count]) => count > 0);
  if (found.length === 0) return 'Nothing is orphaned.';
  const how = answer.dryRun ? 'Would be removed (--remove does it):' : 'Removed:';
  return `${how}\n${sheet(found)}`;
}

function userAt(players: readonly { readonly side: string; readonly userId: string | null }[], side: string) {
  return players.find((player) => player.side === side)?.userId ?? null;
}

function placeOf({ room, battleId, processId }: Users['items'][number]['connections'][number]): string {
  return `${battleId ?? room} @ ${processId}`;
}

function withCount(text: string, { items, total, next }: List<unknown>): string {
  if (items.length === total) return text;
  return `${text}\n${items.length} of ${total}${next === undefined ? '' : `; more with --offset ${next}`}`;
}
