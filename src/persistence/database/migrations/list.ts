/** Every migration, oldest first. Imported, not globbed: what is applied is what the source names. */
import { BlocksMigration } from './blocks.ts';
import { ConnectionEventsMigration } from './connection-events.ts';
import { InitialMigration } from './initial.ts';
import { PlayerFormatsMigration } from './player-formats.ts';
import { RatingsMigration } from './ratings.ts';
import { ReplayingOwnersMigration } from './replaying-owners.ts';

export const migrationsList = [
  InitialMigration,
  ConnectionEventsMigration,
  ReplayingOwnersMigration,
  RatingsMigration,
  BlocksMigration,
  PlayerFormatsMigration,
];
