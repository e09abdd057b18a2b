/** The heap of another Node process, by its inspector: it was started with `--inspect=127.0.0.1:<port>`. */
import { once } from 'node:events';

/** Bytes that are in use once everything that nobody holds is gone. */
export async function heapOf(port: number): Promise<number> {
  const listed = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  await once(socket, 'open');
  try {
    // What the first leaves to a later turn of the loop, the next ones find.
    for (let count = 0; count < 3; count++) await call(socket, 'HeapProfiler.collectGarbage');
    const { usedSize } = (await call(socket, 'Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  } finally {
    socket.close();
  }
}

let calls = 0;

async function call(socket: WebSocket, method: string): Promise<unknown> {
  const id = ++calls;
  socket.send(JSON.stringify({ id, method }));
  for (;;) {
    const [event] = (await once(socket, 'message')) as [MessageEvent];
    const reply = JSON.parse(String(event.data)) as { id?: number; result?: unknown };
    if (reply.id === id) return reply.result;
  }
}
