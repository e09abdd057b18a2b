/** What the operator may ask of a process through any other one. */
import type { OnlineConnection } from '../rooms/online-connections.ts';

export interface OperatorPorts {
  /** Who is connected to this process. */
  onlineHere(): readonly OnlineConnection[];
  /** The figures of this process, as plain data. */
  figuresHere(): object;
  /** Hands everything over and ends the process, once this has been answered. */
  drainHere(): void;
}
