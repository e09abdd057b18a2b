/** What every table of line handlers has in common. */
import type { BattleFacts } from './battle-facts.ts';
import type { LineParts } from './protocol-line.ts';

/** Applies one line. Must not throw, whatever the parts are. */
export type LineHandler = (facts: BattleFacts, parts: LineParts) => void;
export type LineHandlers = Readonly<Record<string, LineHandler>>;
