/** The connections to a room, as the operator sees them: who, and where. */
import type { Identity } from '../auth/token.ts';
import type { BattleId, UserId } from '../battle/ids.ts';

export interface OnlinePlace {
  readonly room: 'battle' | 'matchmaking' | 'ladder';
  /** null outside battles. */
  readonly battleId: BattleId | null;
}

export interface OnlineConnection extends OnlinePlace {
  readonly userId: UserId;
  readonly name: string;
}

export function connectionsOf(
  clients: Iterable<{ readonly auth?: Identity }>,
  place: OnlinePlace,
): OnlineConnection[] {
  return [...clients].flatMap(({ auth }) => (auth ? { userId: auth.id, name: auth.name, ...place } : []));
}
