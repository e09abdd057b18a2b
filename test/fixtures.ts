/** What the whole run shares. Servers start when the first test asks for one, and are stopped here, whatever happens. */
import { stopTestPostgres } from './support/postgres.ts';

const NODE_MAJOR_MIN = 24;
/** Idle connections end by themselves in this time. */
const LEAK_MS = 30_000;

export function mochaGlobalSetup(): void {
  const version = process.versions.node;
  if (Number(version.split('.')[0]) < NODE_MAJOR_MIN) {
    process.stderr.write(
      `The tests need Node ${NODE_MAJOR_MIN} or later, this is ${version}: use npm test.\n`,
    );
    process.exit(2);
  }
  process.once('SIGINT', () => void stopAndExit(130));
  process.once('SIGTERM', () => void stopAndExit(143));
}

export async function mochaGlobalTeardown(): Promise<void> {
  await stopTestPostgres();
  setTimeout(reportLeak, LEAK_MS).unref();
}

/** What a test left open would keep the run from ending, for as long as it is open. */
function reportLeak(): void {
  const open = process.getActiveResourcesInfo();
  process.stderr.write(`Still open ${LEAK_MS / 1000} s after the last test: ${open.join(', ')}\n`);
  process.exit(1);
}

async function stopAndExit(status: number): Promise<void> {
  await stopTestPostgres().catch(() => {});
  process.exit(status);
}
