/** The formats on offer, asked for once: they change with the server only. */
import type { Format, Page } from '../../../client/src/endure.ts';
import { told } from './http.ts';

let known: Promise<readonly Format[] | null> | null = null;

/** Empty where the server cannot tell. */
export async function formatsOnOffer(): Promise<readonly Format[]> {
  known ??= told<Page<Format>>('/formats').then((page) => page?.items ?? null);
  const formats = await known;
  if (!formats) known = null;
  return formats ?? [];
}

/** The name people know a format by. */
export function formatName(formats: readonly Format[], format: string): string {
  return formats.find(({ id }) => id === format)?.name ?? format;
}

export function needsTeam(formats: readonly Format[], format: string): boolean {
  return formats.find(({ id }) => id === format)?.teamRequired ?? false;
}
