/** A server in this process, from the environment to the exit code. */
import { startHangGuard } from './cluster/hang-guard.ts';
import { loadConfig } from './config/config.ts';
import { printedConfig } from './config/printed.ts';
import { startServer } from './server.ts';
import { createLogger } from './telemetry/logger.ts';
import { warmUp } from './warm-up.ts';

/** A stop that takes longer is cut off: the next start brings the battles back in any case. Milliseconds. */
export const STOP_MS = 15_000;

export async function run(): Promise<void> {
  const config = readConfig();
  if (process.argv.includes('--print-config')) {
    process.stdout.write(`${printedConfig(config)}\n`);
    return;
  }
  const logger = createLogger(config.logLevel);
  // Neither may take the process down unseen; a promise without a handler is a bug, but not every battle's end.
  process.on('unhandledRejection', (error) => {
    logger.error({ err: error }, 'a rejection was not handled');
  });
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an exception was not caught');
    process.exit(1);
  });
  warmUp(() => performance.now());
  const server = await startServer(config, logger).catch((error: unknown) => {
    logger.fatal({ err: error }, 'the server could not start');
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
  process.stdout.write(`Endure is listening on http://${server.host}:${server.port}\n`);
  // A process manager that waits for it takes the next process down only then.
  process.send?.('ready');
  // Alone nobody takes over: a process that hangs and comes back has lost nothing.
  if (config.cluster)
    startHangGuard((error) => logger.error({ err: error }, 'nobody watches over the main loop'));
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_MS).unref();
    void server.stop().then(() => process.exit(0));
  };
  // Who presses twice means it; a manager that is told to stop what already drains does not.
  process.once('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function readConfig(): ReturnType<typeof loadConfig> {
  try {
    return loadConfig(process.env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
