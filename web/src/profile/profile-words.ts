/** How formats are called on a profile. */
import type { ProfileSight } from './profile-page.ts';

/** The name people know a format by. */
export function formatName({ formats }: Pick<ProfileSight, 'formats'>, format: string): string {
  return formats.find(({ id }) => id === format)?.name ?? format;
}
