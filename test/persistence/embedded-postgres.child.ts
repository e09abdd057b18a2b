/** Holds an embedded database until it is killed. Prints the postmaster's process id. */
import { startEmbeddedPostgres } from '../../src/persistence/embedded-postgres.ts';

const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', fsync: false });
process.stdout.write(`${postgres.pid()}\n`);
