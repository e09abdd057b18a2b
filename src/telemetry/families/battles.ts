/** The battles of this process. */
import { counter, type Family, gauge } from './family.ts';

export const BATTLES: readonly Family[] = [
  gauge(
    'endure_battles',
    'Battles of this process, by how they stand: playing, paused, ended.',
    ({ battles }) => Object.entries(battles).map(([status, row]) => [{ status }, row.battles]),
    ['status'],
  ),
  gauge(
    'endure_battle_age_seconds',
    'Mean age of the battles of this process, by how they stand.',
    ({ battles }) =>
      Object.entries(battles).flatMap(([status, { meanAgeMs }]) =>
        meanAgeMs === null ? [] : [[{ status }, meanAgeMs / 1_000] as const],
      ),
    ['status'],
  ),
  gauge(
    'endure_battle_players',
    'Connections of players to battles of this process, by how those stand.',
    ({ battles }) => Object.entries(battles).map(([status, row]) => [{ status }, row.players]),
    ['status'],
  ),
  gauge(
    'endure_orphans',
    'Battles that the last sweep found without an owner and could not take up.',
    ({ orphans }) => orphans,
  ),
  counter(
    'endure_recoveries_total',
    'Battles taken up that another owner had begun.',
    ({ counts }) => counts.recoveries,
  ),
  counter(
    'endure_fencings_total',
    "Battles that turned out to be another process's by now.",
    ({ counts }) => counts.fencings,
  ),
  counter(
    'endure_suspensions_total',
    'Times that the process held still.',
    ({ counts }) => counts.suspensions,
  ),
  counter(
    'endure_voids_total',
    'Battles ended by a fault of ours: poison, divergence, a lost engine, a bug.',
    ({ counts }) => counts.voids,
  ),
];
