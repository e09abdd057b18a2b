/** What the matchmaking room of one process tells those of all, itself included: the users may be connected to any. */
import type { BattleId, FormatId, UserId } from '../battle/ids.ts';
import type { TicketDraft } from '../persistence/tickets/tickets.ts';

export const QUEUE_TOPIC = 'matchmaking:notes';

export type QueueNote =
  | {
      readonly kind: 'matched';
      readonly battleId: BattleId;
      readonly format: FormatId;
      readonly users: readonly UserId[];
      /** They did not come from the queue. */
      readonly isArranged: boolean;
    }
  | { readonly kind: 'busy'; readonly userId: UserId; readonly battleId: BattleId }
  | {
      readonly kind: 'no-show';
      readonly absent: readonly UserId[];
      readonly present: readonly TicketDraft[];
    };
