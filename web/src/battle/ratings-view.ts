/** What a battle did to the ratings of both. */
import type { Ratings, SideId } from '../../../client/src/endure.ts';
import { h, type Node_ } from '../render.ts';
import { signed } from '../sheet.ts';

type Named = Readonly<Partial<Record<SideId, { readonly id: string | null; readonly name: string }>>>;

/** Of who is still there; empty where no rating moved. */
export function ratingsView(players: Named, ratings: Ratings | undefined): Node_ {
  const sides = [players.p1, players.p2];
  return h(
    'ul',
    { class: 'ratings' },
    sides.flatMap((player) => {
      const rating = player?.id ? ratings?.[player.id] : undefined;
      if (!player || !rating) return [];
      const [before, after] = rating.elo;
      const by = after - before;
      return h('li', {}, `${player.name}: ${before} → ${after} `, h('b', { class: by > 0 ? 'up' : by < 0 ? 'down' : '' }, signed(by))); // prettier-ignore
    }),
  );
}
