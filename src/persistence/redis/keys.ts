/**
 * Every key of ours in Redis, with its type and how long it lives. All that belongs to a battle has the hash tag `{b}`
 * all of the queue `{q}` and all of the processes `{s}`, because one script touches several of them; so user marks are battle keys. A kind stands
 * before each id: whatever a client sends as an id, its key is of the type that is expected there.
 */
import type { BattleId, UserId } from '../../battle/ids.ts';

export interface BattleKeys {
  /**
   * Hash: `opening`, `format`, `engine`, `users`, `state` (`living`, then `ended`), `epoch`, `owner` (absent: nobody),
   * `claim` (which call set the owner), `replaying` (1 until its first entry), `crashes`, `deaths`, `lastAt`; once ended `result`,
   * and of the outbox `take` (which call handed it out), `try` (which call put it back), `tries` and `fault` (what was wrong the last time). Lives until
   * the outbox is acknowledged; then `state` alone stays for a while, so that nobody opens the battle again.
   */
  readonly battle: (id: BattleId) => string;
  /** List of entries, each the time followed by JSON. Goes with the contents of the hash. */
  readonly log: (id: BattleId) => string;
  /** String: the living battle of a user. From open to finish. */
  readonly user: (id: UserId) => string;
  /** Sorted set of the living battles by serial: oldest first. A member goes at finish. */
  readonly living: string;
  /** Counter of battles ever opened. */
  readonly serial: string;
  /** Sorted set of ended battles by the time from which on somebody may record them. A member goes when acknowledged. */
  readonly outbox: string;
  /** Sorted set by time: battles that could not be recorded. For the operator. */
  readonly aside: string;
}

export interface QueueKeys {
  /** `KEYS` of every script of the queue, in the order in which queue.lua takes them apart. */
  readonly queue: readonly string[];
  /** Set of formats in which somebody waits. */
  readonly queueFormats: string;
}

export interface ChallengeKeys {
  /** What every script of challenges has behind the `KEYS` of the queue, in the order in which challenge.lua takes them. */
  readonly challenges: readonly string[];
}

export interface RedisKeys extends BattleKeys, QueueKeys, ChallengeKeys {
  /** What every key of ours begins with. */
  readonly beginning: string;
  /** Sorted set of process ids by the time until which their lease is good. A member goes a minute after that. */
  readonly leases: string;
  /** Hash of process ids to what each says of itself. Goes with the lease. */
  readonly processes: string;
}

/** `prefix` keeps apart what shares one Redis. */
export function redisKeys(prefix: string): RedisKeys {
  const b = `${prefix}{b}:`;
  const q = `${prefix}{q}:`;
  const queueFormats = `${q}formats`;
  return {
    beginning: prefix,
    battle: (id) => `${b}battle:${id}`,
    log: (id) => `${b}log:${id}`,
    user: (id) => `${b}user:${id}`,
    living: `${b}living`,
    serial: `${b}serial`,
    outbox: `${b}outbox`,
    aside: `${b}aside`,
    leases: `${prefix}{s}:leases`,
    processes: `${prefix}{s}:processes`,
    queue: [
      // Hash by user: a ticket, waiting or paired. Until it leaves, lapses and is swept, or its match ends.
      `${q}ticket:`,
      // Sorted set by format: who waits there, by place. Gone when empty.
      `${q}queue:`,
      // Hash by battle: format and users of a match. Until the match ends.
      `${q}match:`,
      // String by user: until when they may not join. Expires then.
      `${q}penalty:`,
      // Hash by user: the last opponent, and until when they count. Expires then.
      `${q}foe:`,
      // Sorted set of all users with a ticket, by the time at which it lapses.
      `${q}alive`,
      queueFormats,
      // Hash of two counters: the next places at the tail and at the head.
      `${q}places`,
      // Sorted set of matches by the time from which on a sweep carries on with them.
      `${q}matches`,
    ],
    queueFormats,
    challenges: [
      // Hash by challenge. Expires a minute after its end, and is read until then by who ended it.
      `${q}challenge:`,
      // String by user: the challenge that they sent. Goes with it, or expires.
      `${q}challenger:`,
      // Sorted set by user: the challenges that wait for them, by their ends. Expires with the last one.
      `${q}challenged:`,
      // Sorted set of all open challenges by the time at which a sweep ends them.
      `${q}challenges`,
    ],
  };
}
