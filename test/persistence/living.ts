/** Brings a battle to where most tests begin. */
import assert from 'node:assert/strict';
import type { BattleId } from '../../src/battle/ids.ts';
import type { Opening } from '../../src/battle/opening.ts';
import type { BattleHead, Claim, InputLog } from '../../src/persistence/input-log/input-log.ts';
import { ENGINE, sampleOpening } from './sample.ts';

/** Claims with the epoch that the head shows. */
export async function claimNow(log: InputLog, id: BattleId, owner = 'server-1'): Promise<Claim> {
  const head = await log.head(id);
  assert.ok(head);
  const result = await log.claim(id, head.epoch, owner, ENGINE);
  assert.equal(result.kind, 'claimed');
  return result.claim;
}

/** All that live, as one list. */
export async function allLiving(log: InputLog): Promise<BattleHead[]> {
  const heads: BattleHead[] = [];
  for await (const head of log.living()) heads.push(head);
  return heads;
}

export async function opened(log: InputLog): Promise<Opening> {
  const opening = sampleOpening();
  assert.deepEqual(await log.open(opening), { kind: 'opened' });
  return opening;
}
