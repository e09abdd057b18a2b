/** A guarded process that says every 100 ms that it lives. A line on its standard input blocks its main loop for ever. */
import { startHangGuard } from '../../src/cluster/hang-guard.ts';

startHangGuard((error) => {
  throw error;
});
setInterval(() => process.stdout.write('alive\n'), 100);
process.stdin.once('data', () => {
  for (;;);
});
