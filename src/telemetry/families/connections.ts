/** Whom this process is connected to. */
import { counter, type Family, gauge } from './family.ts';

export const CONNECTIONS: readonly Family[] = [
  gauge('endure_open_sockets', 'WebSockets of this process.', ({ sockets }) => sockets.all),
  gauge(
    'endure_sockets',
    'Connections to rooms of this process: players, spectators, matchmaking, ladder.',
    ({ sockets: { players, spectators, matchmaking, ladder } }) => [
      [{ kind: 'players' }, players],
      [{ kind: 'spectators' }, spectators],
      [{ kind: 'matchmaking' }, matchmaking],
      [{ kind: 'ladder' }, ladder],
    ],
    ['kind'],
  ),
  gauge(
    'endure_relays',
    'WebSockets passed on to other processes just now.',
    ({ relay }) => relay?.active ?? null,
  ),
  counter(
    'endure_relayed_total',
    'WebSockets passed on that their owner answered.',
    ({ relay }) => relay?.relayed ?? null,
  ),
  counter(
    'endure_relay_unanswered_total',
    'WebSockets passed on in vain.',
    ({ relay }) => relay?.unanswered ?? null,
  ),
  counter(
    'endure_relay_refused_total',
    'WebSockets not passed on: too many at once, a second hop, no WebSocket.',
    ({ relay }) => relay?.refused ?? null,
  ),
  gauge(
    'endure_postgres_connections',
    'Connections to PostgreSQL by pool: busy, idle.',
    ({ pools }) =>
      Object.entries(pools).flatMap(([pool, { size, idle }]) => [
        [{ pool, state: 'busy' }, size - idle] as const,
        [{ pool, state: 'idle' }, idle] as const,
      ]),
    ['pool', 'state'],
  ),
  gauge(
    'endure_postgres_waiting',
    'Calls that wait for a connection to PostgreSQL, by pool.',
    ({ pools }) => Object.entries(pools).map(([pool, { waiting }]) => [{ pool }, waiting]),
    ['pool'],
  ),
  gauge(
    'endure_redis_connected',
    '1 where a connection to Redis stands, by what it is for.',
    ({ redisConnections }) =>
      Object.entries(redisConnections).map(([connection, { isUp }]) => [{ connection }, Number(isUp)]),
    ['connection'],
  ),
  gauge(
    'endure_redis_waiting',
    'Calls that Redis has not answered, by connection.',
    ({ redisConnections }) =>
      Object.entries(redisConnections).map(([connection, { waiting }]) => [{ connection }, waiting]),
    ['connection'],
  ),
];
