/** A process that plays the bare sim alone and tells what a turn costs it: `bare-child.ts <format> <battles> <seed>`. */
import { playBare } from './bare-sim.ts';
import { cpuNow } from './cpu.ts';
import { scripts, turnsOf } from './script.ts';

const [format = 'gen9randombattle', battles = '30', seed = '1'] = process.argv.slice(2);

// Writing them down has warmed up most of the sim; the rest is done by one round that does not count.
const played = scripts(format, Number(battles), seed);
for (const script of played) playBare(script);

process.once('message', () => {
  const before = cpuNow();
  for (const script of played) playBare(script);
  process.send!((cpuNow() - before) / turnsOf(played), () => process.disconnect());
});
