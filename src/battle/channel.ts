/**
 * The lines of a battle, by who may see them. A line's number is its index in its channel and never changes: the same
 * opening and log give the same lines, so a number names the same line in every process.
 */
import type { SideId } from './ids.ts';

/** `spectator` is what everybody may see. */
export type ChannelId = SideId | 'spectator';

export type Channels = Readonly<Record<ChannelId, string[]>>;

export function emptyChannels(): Channels {
  return { p1: [], p2: [], spectator: [] };
}

/**
 * Appends the sim's omniscient output to the channels in one pass, by the rules of Showdown's `extractChannelMessages`:
 * after `|split|p1` comes the line for p1, then the line for everybody else; an empty one of them is no line.
 * `|t:|` is the wall clock and is left out, or replays would differ.
 */
export function appendLines(channels: Channels, output: readonly string[]): void {
  for (let i = 0; i < output.length; i++) {
    const line = output[i]!;
    if (line.startsWith('|split|')) {
      const secret = output[++i] ?? '';
      const shared = output[++i] ?? '';
      const owner = line.slice('|split|'.length);
      push(channels.p1, owner === 'p1' ? secret : shared);
      push(channels.p2, owner === 'p2' ? secret : shared);
      push(channels.spectator, shared);
    } else if (!line.startsWith('|t:|')) {
      push(channels.p1, line);
      push(channels.p2, line);
      push(channels.spectator, line);
    }
  }
}

function push(channel: string[], line: string): void {
  if (line !== '') channel.push(line);
}
