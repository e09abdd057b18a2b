/** Hints of the browser that now is the time to look at the connection. Elsewhere there are none. */

interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The network is back, or the page is looked at again. Returns what ends it. */
export function onWake(wake: () => void): () => void {
  const { addEventListener, document } = globalThis as {
    addEventListener?: unknown;
    document?: Target & { readonly visibilityState: string };
  };
  const window = typeof addEventListener === 'function' ? (globalThis as unknown as Target) : undefined;
  const shown = (): void => {
    if (document?.visibilityState === 'visible') wake();
  };
  window?.addEventListener('online', wake);
  document?.addEventListener('visibilitychange', shown);
  return () => {
    window?.removeEventListener('online', wake);
    document?.removeEventListener('visibilitychange', shown);
  };
}
