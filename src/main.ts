/** The process: checks Node, reads the environment, starts the server, and stops it when told to. */
const NODE_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) {
  process.stderr.write(
    `Endure needs Node ${NODE_MAJOR}, and this is ${process.versions.node}. ` +
      'Run it through npm (npm start), which brings its own.\n',
  );
  process.exit(1);
}

// Only now: older versions cannot even parse what this imports.
void import('./run.ts').then(({ run }) => run());
