/** The process: checks Node, reads the environment, starts the server, and stops it when told to. */
import module from 'node:module';

const NODE_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) {
  process.stderr.write(
    `Endure needs Node ${NODE_MAJOR}, and this is ${process.versions.node}. ` +
      'Run it through npm (npm start), which brings its own.\n',
  );
  process.exit(1);
}

// A third of the start is compiling; whoever comes back after a crash need not do that again.
module.enableCompileCache();
// Only now: older versions cannot even parse what this imports.
void import('./run.ts').then(({ run }) => run());
