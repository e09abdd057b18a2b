/**
 * A guarded process that says every 100 ms that it lives. A line on its standard input blocks its main loop for ever; the
 * line `recover` makes it take up battles instead, each of which blocks the loop for a while.
 */
import type { BattleId } from '../../src/battle/ids.ts';
import { startHangGuard } from '../../src/cluster/hang-guard.ts';
import { LEASE_MS } from '../../src/cluster/process-lease.ts';
import { RecoveryPace } from '../../src/cluster/recovery-pace.ts';

const REPLAY_MS = 100;
/** As many as take longer than the time after which a process that stands still is ended. */
const BATTLES = (1.25 * LEASE_MS) / REPLAY_MS;

startHangGuard((error) => {
  throw error;
});
setInterval(() => process.stdout.write('alive\n'), 100);
process.stdin.once('data', (line) => {
  if (String(line) !== 'recover\n') for (;;);
  void recover();
});

async function recover(): Promise<void> {
  const pace = new RecoveryPace();
  const all = Array.from({ length: BATTLES }, (_, index) => {
    const id = `battle-${index}` as BattleId;
    return pace.run(id, false, () => pace.inTurn(id, replay));
  });
  await Promise.all(all);
  process.stdout.write('recovered\n');
}

async function replay(): Promise<void> {
  const begunAt = performance.now();
  while (performance.now() - begunAt < REPLAY_MS);
}
