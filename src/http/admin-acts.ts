/** Acts of the operator. Each is one line of the log: who, what, on what, and what came of it. */
import type { IncomingMessage } from 'node:http';
import { clientAddress } from './client-address.ts';
import { asCoded } from './errors.ts';
import type { HttpPorts } from './ports.ts';
import { requestOf } from './request-log.ts';

export interface Act {
  /** Such as `end`. */
  readonly act: string;
  /** The battle, process or room. */
  readonly on?: string;
  /** More that is worth a place in the line; nothing secret. */
  readonly [detail: string]: unknown;
}

/** Does it and logs it. Rejects with a `CodedError`, whatever `work` throws. */
export type TakeAct = <Result>(
  req: IncomingMessage,
  act: Act,
  work: () => Promise<Result>,
) => Promise<Result>;

export function createActs({ config, log }: Pick<HttpPorts, 'config' | 'log'>): TakeAct {
  return async (req, act, work) => {
    const { requestId } = requestOf(req);
    const line = { requestId, by: 'admin', from: clientAddress(req, config.trustedProxies), ...act };
    try {
      const result = await work();
      log.info({ ...line, result: 'done' }, 'the operator acted');
      return result;
    } catch (error) {
      const coded = asCoded(req, error, log);
      log.info({ ...line, result: coded.code }, 'the operator acted');
      throw coded;
    }
  };
}
