/** The port that only metrics are served on. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Config } from '../config/config.ts';

export interface MetricsServer {
  stop(): void;
}

/** undefined where none is configured. Rejects when the port is taken. */
export async function openMetricsPort(
  { host, port }: Config['metrics'],
  app: RequestListener,
): Promise<MetricsServer | undefined> {
  if (port === undefined) return undefined;
  const http = createServer(app);
  http.listen(port, host);
  await once(http, 'listening');
  return {
    stop: () => {
      http.close();
      http.closeAllConnections();
    },
  };
}
