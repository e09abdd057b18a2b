/** Tells a process that is gone from a connection that is over: one that has died takes no new ones. Asks no store. */
import type { Scheduler } from '../rooms/scheduler.ts';
import { takesConnections } from './owners.ts';
import type { Address } from './relay/tunnel.ts';

/** Connections end in crowds: so long they are gathered before their owner is tried, in milliseconds. */
const GATHER_MS = 10;

/** To be called with the owner of each connection that the owner has ended; `lost` is called when it is gone itself. */
export function createOwnerCheck(scheduler: Scheduler, lost: () => void): (owner: Address) => void {
  const underWay = new Set<string>();
  return (owner) => {
    const name = `${owner.host}:${owner.port}`;
    if (underWay.has(name)) return;
    underWay.add(name);
    const check = async (): Promise<void> => {
      const isThere = await takesConnections(owner);
      underWay.delete(name);
      if (!isThere) lost();
    };
    scheduler.after(GATHER_MS, () => void check());
  };
}
