/**
 * `npm run acceptance`: the twelve criteria of success, each with the figure that was measured. Starts what it needs by
 * itself. Ends with 1 when a criterion is not met.
 */
import { parseArgs } from 'node:util';
import { accept, CRITERIA, FULL, SMALL } from '../test/acceptance/acceptance.proof.ts';
import { stopTestPostgres } from '../test/support/postgres.ts';
import { createProgress } from './progress.ts';

const USAGE = `Usage: npm run acceptance -- [options]
  --full      at the size of the proof: minutes instead of one
  --seed <n>  of the choices (1)
  --json      the answers as JSON on stdout`;

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(0);
}

const progress = createProgress(CRITERIA.length, 'criteria');
let measured = 0;
try {
  const answers = await accept(values.full ? FULL : SMALL, Number(values.seed), () => progress(++measured));
  progress.end();
  const lines = answers.map(
    ({ name, isMet, figure }, index) =>
      `${isMet ? 'PASS' : 'FAIL'} ${String(index + 1).padStart(3)}  ${name.padEnd(42)}${figure}`,
  );
  process.stdout.write(`${values.json ? JSON.stringify(answers, null, 2) : lines.join('\n')}\n`);
  process.exitCode = answers.every(({ isMet }) => isMet) ? 0 : 1;
} catch (error) {
  progress.end();
  process.exitCode = 1;
  process.stderr.write(`${(error as Error).message}\n`);
} finally {
  await stopTestPostgres();
}
process.exit();
