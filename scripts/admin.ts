/** `npm run admin -- <command>`: the admin routes of a running server, for people and scripts. */
import { runAdmin } from './admin/run.ts';

const { status, out, err } = await runAdmin(process.argv.slice(2), process.env);
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = status;
