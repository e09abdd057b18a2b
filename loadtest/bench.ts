/**
 * `npm run bench [section…]`: what the core, the input log, replays and live battles cost. Compared things run turn about
 * in one process, and processor time is counted, so that others at work on the machine disturb little.
 */
import { loadavg } from 'node:os';
import { freshDatabase, stopTestPostgres } from '../test/support/postgres.ts';
import { appendCosts } from './bench/append-cost.ts';
import { compressionCosts } from './bench/compression.ts';
import { coreSpeed } from './bench/core-speed.ts';
import { heapAtTurnTen, heapOverBattles } from './bench/heap.ts';
import { replayTimes } from './bench/replay-time.ts';

const FORMATS = ['gen9randombattle', 'gen9ou', 'gen1randombattle', 'gen9randomdoublesbattle'];
const SEED = 'bench';

const SECTIONS: Readonly<Record<string, () => Promise<void>>> = {
  async core() {
    console.log(
      'Core against the bare sim: microseconds of processor time for a turn, and share of its throughput',
    );
    for (const format of FORMATS)
      console.table([await coreSpeed({ format, battles: 10, rounds: 7, seed: SEED })]);
  },
  async append() {
    console.log('Appends to the input log in PostgreSQL, by battles that wait');
    const database = await freshDatabase();
    console.table(await appendCosts(database.connection, [1, 20, 200], 3));
    await database.drop();
    await stopTestPostgres();
  },
  async replay() {
    console.log('Replay from the log: microseconds of processor time for a turn');
    console.table(await replayTimes(8, SEED));
  },
  async compression() {
    console.log('Updates to both players with and without compression, for a turn');
    console.table(await compressionCosts('gen9randombattle', SEED));
  },
  async heap() {
    console.log('Heap of a live battle at turn 10, in KiB');
    console.table([await heapAtTurnTen(100, SEED)]);
    console.log('Heap after each tenth of 1,000 battles, in KiB');
    console.log((await heapOverBattles(1_000, SEED)).join('  '));
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) {
  process.stderr.write(`There is no section ${unknown.join(', ')}: ${Object.keys(SECTIONS).join(', ')}\n`);
  process.exit(2);
}
for (const [name, run] of Object.entries(SECTIONS))
  if (wanted.length === 0 || wanted.includes(name)) await run();
console.log(`Load average of the machine: ${loadavg()[0]!.toFixed(1)}`);
process.exit(0);
