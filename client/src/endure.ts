/** What `@endure/client` gives. */
export { connect, type ConnectOptions, type EndureClient } from './client.ts';
export type { Battle, BattleEventMap } from './battle.ts';
export type { OpenChallenges, ReceivedChallenge, SentChallenge } from './challenge-book.ts';
export type { Challenges, ChallengesEventMap } from './challenges.ts';
export type { BattleState, ListState, MapState, PokemonState, SideState } from './battle-state.ts';
export { EndureError, type ErrorCode } from './errors.ts';
export type {
  BattleEnd,
  BattleRequest,
  BotKind,
  ChallengeEnd,
  Notification,
  PlayerInfo,
  Players,
  Ratings,
  SideId,
} from './protocol.ts';
export type { QueueEventMap, QueueTicket } from './queue-ticket.ts';
export type { ConnectionStatus } from './room-link.ts';
export type {
  BlockedUser,
  FinishedBattle,
  Format,
  FormatStanding,
  LadderEntry,
  LiveBattle,
  Me,
  Page,
  Replay,
  ReplayQuery,
  ReplaySettings,
  Standing,
  Team,
  TeamCheck,
  TeamDraft,
  User,
} from './resources.ts';
