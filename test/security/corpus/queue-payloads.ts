/** Payloads of the queue's messages that are not of the protocol, or name what is not there or not theirs. */
import type { MessageRow } from './row.ts';

export const QUEUE_PAYLOADS: readonly (readonly [string, unknown, MessageRow['expect']])[] = [
  ...['gen9ouu', '__proto__', 'constructor', 'toString', 'gen9ou\n>eval 1', 'GEN9OU', ' gen9ou', '[Gen 9] OU', "' or 1=1 --", 'gen9customgame', 'gen9ou@@@!obtainable', '\u0000'].map(
    (format) => ['JOIN_QUEUE', { format }, 'FORMAT_NOT_FOUND'] as const,
  ),
  ...[null, 1, true, [], {}, ['gen9ou'], '', 'g'.repeat(129), 'g'.repeat(3900)].map((format) => ['JOIN_QUEUE', { format }, 'INVALID_MESSAGE'] as const),
  ...[undefined, null, 'gen9ou', [], {}].map((payload) => ['JOIN_QUEUE', payload, 'INVALID_MESSAGE'] as const),
  ...['side', 'userId', 'elo', 'team', 'seed', 'battleId', '__proto_', 'constructor'].map(
    (field) => ['JOIN_QUEUE', { format: 'gen9randombattle', [field]: 'x' }, 'INVALID_MESSAGE'] as const,
  ),
  ...['x', '__proto__', 'constructor', '\u0000', '00000000-0000-0000-0000-000000000000', "' or 1=1 --", '../1', 'é'].map(
    (teamId) => ['JOIN_QUEUE', { format: 'gen9ou', teamId }, 'TEAM_NOT_FOUND'] as const,
  ),
  ...[null, 1, {}, [], '', 'x'.repeat(129)].map((teamId) => ['JOIN_QUEUE', { format: 'gen9ou', teamId }, 'INVALID_MESSAGE'] as const),
  ['JOIN_QUEUE', { format: 'gen9ou' }, 'INVALID_MESSAGE'],
  ...['perfect', '__proto__', 'bot:greedy', 'GREEDY', '', null, 1, {}, []].map(
    (bot) => ['PLAY_BOT', { format: 'gen9randombattle', bot }, 'INVALID_MESSAGE'] as const,
  ),
  ...['userId', 'side', 'elo', 'team', 'seed', 'rated', 'constructor'].map(
    (field) => ['PLAY_BOT', { format: 'gen9randombattle', [field]: 'x' }, 'INVALID_MESSAGE'] as const,
  ),
  ...[undefined, null, 'greedy', [], {}].map((payload) => ['PLAY_BOT', payload, 'INVALID_MESSAGE'] as const),
  ['PLAY_BOT', { format: '__proto__' }, 'FORMAT_NOT_FOUND'],
  ['PLAY_BOT', { format: 'gen9ou' }, 'INVALID_MESSAGE'],
  ['PLAY_BOT', { format: 'gen9ou', teamId: "' or 1=1 --" }, 'TEAM_NOT_FOUND'],
  ...[1, 'x', [], null, { format: 'gen9ou' }].map((payload) => ['LEAVE_QUEUE', payload, 'INVALID_MESSAGE'] as const),
  ...[1, 'x', [], null, { battleId: null }, { battleId: 1 }, { battleId: {} }, { battleId: '' }, { battleId: 'x'.repeat(129) }, { userId: 'x' }].map(
    (payload) => ['REJOIN', payload, 'INVALID_MESSAGE'] as const,
  ),
  ['REJOIN', {}, 'BATTLE_NOT_FOUND'],
  ...['x', '__proto__', 'constructor', 'hasOwnProperty', '../x', '\u0000', "' or 1=1 --", 'é😀', '\ud800', '%00', 'x'.repeat(128)].map(
    (battleId) => ['REJOIN', { battleId }, 'BATTLE_NOT_FOUND'] as const,
  ),
  ...['gen9ouu', '__proto__', 'gen9ou\n>eval 1', '\u0000'].map((format) => ['CHALLENGE', { format }, 'FORMAT_NOT_FOUND'] as const),
  ...['nobody-at-all', '__proto__', 'constructor', '\u0000', "' or 1=1 --", 'é😀', '\ud800', '../x', 'x'.repeat(128)].map(
    (to) => ['CHALLENGE', { format: 'gen9randombattle', to }, 'NOT_FOUND'] as const,
  ),
  ...[null, 1, {}, [], '', 'x'.repeat(129)].map((to) => ['CHALLENGE', { format: 'gen9randombattle', to }, 'INVALID_MESSAGE'] as const),
  ...[undefined, null, 'gen9ou', [], {}, { to: 'x' }, { format: 1 }, { format: 'gen9ou' }].map(
    (payload) => ['CHALLENGE', payload, 'INVALID_MESSAGE'] as const,
  ),
  ...['side', 'from', 'userId', 'elo', 'team', 'challengeId', 'isMuted', 'expiresAt', 'rated', '__proto_', 'constructor'].map(
    (field) => ['CHALLENGE', { format: 'gen9randombattle', [field]: 'x' }, 'INVALID_MESSAGE'] as const,
  ),
  ...[1, 'x', [], null, { challengeId: 'x' }].map((payload) => ['CHALLENGE_CANCEL', payload, 'INVALID_MESSAGE'] as const),
  ['CHALLENGE_CANCEL', {}, 'CHALLENGE_NOT_FOUND'],
  ...(['CHALLENGE_ACCEPT', 'CHALLENGE_DECLINE'] as const).flatMap((type) => [
    ...[undefined, null, 'x', [], {}, { challengeId: null }, { challengeId: 1 }, { challengeId: '' }, { challengeId: {} },
      { challengeId: 'x'.repeat(129) }, { challengeId: 'x', userId: 'x' }, { challengeId: 'x', from: 'x' }].map(
      (payload) => [type, payload, 'INVALID_MESSAGE'] as const,
    ),
    ...['x', '__proto__', 'constructor', 'hasOwnProperty', '../x', '\u0000', '*', 's', "' or 1=1 --", 'é😀', '\ud800', 'x'.repeat(128)].map(
      (challengeId) => [type, { challengeId }, 'CHALLENGE_NOT_FOUND'] as const,
    ),
  ]),
]; // prettier-ignore
