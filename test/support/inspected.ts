/** The heap and handles of another Node process, by its inspector: it was started with `--inspect=127.0.0.1:<port>`. */
import { once } from 'node:events';

/** Bytes that are in use once everything that nobody holds is gone. */
export function heapOf(port: number): Promise<number> {
  return inspect(port, async (socket) => {
    // What the first leaves to a later turn of the loop, the next ones find.
    for (let count = 0; count < 3; count++) await call(socket, 'HeapProfiler.collectGarbage');
    const { usedSize } = (await call(socket, 'Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  });
}

/** What keeps its event loop alive, counted by kind: sockets, timers, and so on. */
export function handlesOf(port: number): Promise<Readonly<Record<string, number>>> {
  return inspect(port, async (socket) => {
    const expression = 'process.getActiveResourcesInfo()';
    const { result } = (await call(socket, 'Runtime.evaluate', { expression, returnByValue: true })) as {
      result: { value: string[] };
    };
    return Object.fromEntries(
      [...Map.groupBy(result.value, (kind) => kind)].map(([kind, all]) => [kind, all.length]),
    );
  });
}

async function inspect<T>(port: number, look: (socket: WebSocket) => Promise<T>): Promise<T> {
  const listed = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  await once(socket, 'open');
  try {
    return await look(socket);
  } finally {
    socket.close();
  }
}

let calls = 0;

async function call(socket: WebSocket, method: string, params: object = {}): Promise<unknown> {
  const id = ++calls;
  socket.send(JSON.stringify({ id, method, params }));
  for (;;) {
    const [event] = (await once(socket, 'message')) as [MessageEvent];
    const reply = JSON.parse(String(event.data)) as { id?: number; result?: unknown };
    if (reply.id === id) return reply.result;
  }
}
