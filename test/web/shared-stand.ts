/** The stand that all files of a run share: started for the first that asks, closed after the last test. */
import { Stand } from './stand.ts';

let stand: Promise<Stand> | undefined;

/** Who asks first waits for a database and a browser to start. */
export function sharedStand(): Promise<Stand> {
  return (stand ??= Stand.open());
}

// Of the root suite: a file is read before any of its suites.
after(async () => (await stand)?.close());
