/** What the matchmaking room needs of everything else, put together. */
import { randomBytes } from 'node:crypto';
import { generateId, matchMaker } from '@colyseus/core';
import { ENGINE_VERSION, findFormat, FORMATS, generateTeam } from './battle/format.ts';
import type { BattleId, ChallengeId, FormatId, PackedTeam } from './battle/ids.ts';
import type { Random } from './battle/random.ts';
import { sampleTeam } from './bots/sample-teams.ts';
import { checkTeam } from './battle/team.ts';
import type { BattleDirectory } from './cluster/battle-directory.ts';
import type { Membership } from './cluster/membership.ts';
import { chooseProcess } from './cluster/placement.ts';
import type { Whereabouts } from './cluster/recovery.ts';
import type { Config } from './config/config.ts';
import { LIMITS } from './config/limits.ts';
import { CodedError } from './errors.ts';
import type { OwnFigures } from './figures.ts';
import { Challenges } from './matchmaking/challenges.ts';
import { KnownElos } from './matchmaking/known-elos.ts';
import { Matchmaker } from './matchmaking/matchmaker.ts';
import type { MatchmakingPorts } from './matchmaking/matchmaking-ports.ts';
import type { MatchmakingRoom } from './matchmaking/matchmaking-room.ts';
import { createOpenBattle } from './matchmaking/open-battle.ts';
import type { OperatorPorts } from './matchmaking/operator-ports.ts';
import { createPlayBot } from './matchmaking/play-bot.ts';
import { createBuckets, spend } from './rate-limit.ts';
import type { BattleDescription } from './rooms/battle-view.ts';
import type { OnlineConnection } from './rooms/online-connections.ts';
import type { Scheduler } from './rooms/scheduler.ts';
import type { Announcements } from './server/announcements.ts';
import type { Stores } from './stores.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Meter } from './telemetry/meter.ts';

export interface QueueParts {
  readonly stores: Stores;
  readonly config: Pick<Config, 'timer'>;
  readonly membership: Membership;
  readonly directory: BattleDirectory;
  readonly announcements: Pick<Announcements, 'challenged'>;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly ensureRoom: (id: BattleId) => Promise<Whereabouts>;
  /** The battles of this process. */
  readonly liveHere: () => readonly BattleDescription[];
  readonly operator: OperatorPorts;
}

/** More than anybody can try. */
const CHALLENGE_ID_BYTES = 12;

/** Id of the matchmaking room of a process: one each. */
export function queueRoomOf(processId: string): string {
  return `queue-${processId}`;
}

/** The battles of another process, by its own word. Rejects when it does not answer within `ms`. */
export function battlesOf(processId: string, ms: number): Promise<readonly BattleDescription[]> {
  return matchMaker.remoteRoomCall<MatchmakingRoom, 'liveHere'>(queueRoomOf(processId), 'liveHere', [], ms);
}

/** Who is connected to a process, by its own word. Rejects when it does not answer within `ms`. */
export function onlineAt(processId: string, ms: number): Promise<readonly OnlineConnection[]> {
  return matchMaker.remoteRoomCall<MatchmakingRoom, 'onlineHere'>(
    queueRoomOf(processId),
    'onlineHere',
    [],
    ms,
  );
}

/** The figures of another process, likewise. */
export function figuresOf(processId: string, ms: number): Promise<OwnFigures> {
  return matchMaker.remoteRoomCall<MatchmakingRoom>(queueRoomOf(processId), 'figuresHere', [], ms);
}

/** Whether another process hears what it is asked. Rejects when it does not answer within `ms`. */
export function greet(processId: string, ms: number): Promise<unknown> {
  return matchMaker.remoteRoomCall<MatchmakingRoom, 'roomId'>(
    queueRoomOf(processId),
    'roomId',
    undefined,
    ms,
  );
}

/** Makes a process hand everything over and end. Rejects when it does not answer within `ms`. */
export function drainAt(processId: string, ms: number): Promise<true> {
  return matchMaker.remoteRoomCall<MatchmakingRoom, 'drainHere'>(queueRoomOf(processId), 'drainHere', [], ms);
}

export function queuePorts({
  stores,
  config,
  directory,
  ensureRoom,
  ...parts
}: QueueParts): MatchmakingPorts {
  const { log, battles, tickets, challenges, blocks, teams, ratings } = stores;
  const { scheduler, announcements } = parts;
  const elos = new KnownElos(ratings, scheduler);
  const seats = createBuckets({ ...LIMITS.seatsPerUser, now: () => scheduler.now() });
  const joins = createBuckets({ ...LIMITS.queueJoinsPerUser, now: () => scheduler.now() });
  const openBattle = createOpenBattle({
    log,
    hasEnded: async (id) => (await battles.summary(id)) !== null,
    ensureRoom: (id) => place(id, { ...parts, ensureRoom }),
    newSeed: () => `sodium,${randomBytes(16).toString('hex')}`,
    generateTeam: (format, seed) => generateTeam(FORMATS.get(format)!, seed),
    isRated: (format) => FORMATS.get(format)!.rated,
    engine: ENGINE_VERSION,
    timer: config.timer,
  });
  const newBattleId = (): BattleId => generateId(12) as BattleId;
  const basics: Pick<MatchmakingPorts, 'team' | 'elo' | 'battleOf'> = {
    battleOf: (userId) => log.battleOf(userId),
    elo: (userId, format) => elos.elo(userId, format),
    team: async (userId, format, teamId) => {
      spend(joins, userId);
      // First of all that a place in the queue needs, so that nobody waits for a store that is mute.
      await directory.demandStore();
      const rules = findFormat(format);
      if (!rules) throw new CodedError('FORMAT_NOT_FOUND');
      if (!rules.teamRequired) return null;
      if (teamId === undefined) throw new CodedError('INVALID_MESSAGE', 'This format needs a teamId.');
      const team = await teams.get(userId, teamId);
      if (!team) throw new CodedError('TEAM_NOT_FOUND');
      return validTeam(rules.id, team.packed);
    },
  };
  return {
    ...basics,
    playBot: createPlayBot({
      openBattle,
      tickets,
      newBattleId,
      battleOf: basics.battleOf,
      botTeam: (format) => (FORMATS.get(format)!.teamRequired ? sampleTeam(format, parts.random) : null),
    }),
    challenges: (hall) =>
      new Challenges(
        {
          ...basics,
          store: challenges,
          blocks,
          scheduler,
          pace: createBuckets({ ...LIMITS.challengesPerUser, now: () => scheduler.now() }),
          newChallengeId: () => randomBytes(CHALLENGE_ID_BYTES).toString('base64url') as ChallengeId,
          newBattleId,
          received: (...challenge) => announcements.challenged(...challenge),
        },
        hall,
      ),
    matchmaker: (events) =>
      new Matchmaker({
        tickets,
        events,
        openBattle,
        newBattleId,
        battleOf: basics.battleOf,
        meter: parts.meter,
      }),
    seat: (battleId, identity) => directory.playerSeat(battleId, identity),
    seatAgain: async (battleId, identity) => {
      spend(seats, identity.id);
      return directory.playerSeat(battleId, identity);
    },
    ensureRoom,
    liveHere: () => parts.liveHere(),
    operator: parts.operator,
    meter: parts.meter,
    scheduler,
    logger: parts.logger,
  };
}

/** Brings a new battle to life in the process that has room for it; here, where that one does not answer. */
async function place(
  id: BattleId,
  { membership, random, ensureRoom }: Pick<QueueParts, 'membership' | 'random' | 'ensureRoom'>,
): Promise<unknown> {
  const chosen = chooseProcess(await membership.processes(), ENGINE_VERSION, random);
  if (chosen && chosen.id !== matchMaker.processId) {
    try {
      return await matchMaker.remoteRoomCall<MatchmakingRoom, 'openHere'>(
        queueRoomOf(chosen.id),
        'openHere',
        [id],
      );
    } catch {
      // It has died since, or is busy; if it took the battle after all, the claim below finds that out.
    }
  }
  return ensureRoom(id);
}

function validTeam(format: FormatId, packed: PackedTeam): PackedTeam {
  const checked = checkTeam(format, packed);
  if (!checked.ok) throw new CodedError('INVALID_TEAM', undefined, { problems: checked.problems });
  return checked.packed;
}
