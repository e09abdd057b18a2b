/** Appends to a store that fails, and what must be in the log afterwards. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BattleId } from '../../src/battle/ids.ts';
import type { NewEntry } from '../../src/battle/input.ts';
import { StoreAway } from '../../src/persistence/input-log/input-log.ts';
import type { AppendResult, InputLog } from '../../src/persistence/input-log/input-log.ts';
import { claimNow } from './living.ts';
import { choice } from './sample.ts';

/** As a session does it: the identical call, until the store gives an answer. Counts how often it was away. */
export async function appendUntilAnswered(
  log: InputLog,
  [id, epoch, length, entry]: [BattleId, number, number, NewEntry],
  onAway: () => void,
): Promise<AppendResult> {
  for (;;) {
    try {
      return await log.append(id, epoch, length, entry);
    } catch (error) {
      assert.ok(error instanceof StoreAway, String(error));
      onAway();
      await sleep(5);
    }
  }
}

export interface Written {
  /** Times that were acknowledged, by index. */
  readonly at: number[];
  /** How often the store was away. */
  readonly away: number;
}

/** Appends choices 0 to `count - 1` and checks that each lands. */
export async function appendMany(
  log: InputLog,
  id: BattleId,
  count: number,
  onEach: (index: number) => void,
): Promise<Written> {
  const { epoch } = await claimNow(log, id);
  const at: number[] = [];
  let away = 0;
  for (let index = 0; index < count; index += 1) {
    onEach(index);
    const answer = await appendUntilAnswered(log, [id, epoch, index, choice(index)], () => {
      away += 1;
    });
    assert.ok(answer.kind === 'appended', `entry ${index}: ${answer.kind}`);
    at.push(answer.at);
  }
  return { at, away };
}

/** The log has what was acknowledged: no entry twice, none missing, none with another time. */
export async function assertAllThere(log: InputLog, id: BattleId, { at }: Written): Promise<void> {
  const { entries } = await claimNow(log, id);
  assert.deepEqual(
    entries,
    at.map((time, index) => ({ ...choice(index), at: time })),
  );
}
