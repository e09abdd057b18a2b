/** `Claimants` in a process of their own, by messages. */
import { Claimants, type ClaimantsOrder, type Round } from './claimants.ts';

export type ToClaimants =
  | { readonly kind: 'start'; readonly order: ClaimantsOrder }
  | { readonly kind: 'claim'; readonly round: Round }
  | { readonly kind: 'late'; readonly round: Round; readonly winner: string };

let claimants: Claimants | undefined;

process.on('message', (message: ToClaimants) => {
  if (message.kind === 'start') claimants = new Claimants(message.order);
  void answer(message).then((reply) => process.send!(reply));
});
process.on('disconnect', () => process.exit(0));

async function answer(message: ToClaimants): Promise<unknown> {
  if (message.kind === 'claim') return claimants!.claim(message.round);
  if (message.kind === 'late') return claimants!.comeLate(message.round, message.winner);
  return null;
}
