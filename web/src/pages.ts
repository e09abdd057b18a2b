/** The pages to read and to watch: each is loaded when somebody goes there. */
import type { View } from './router.ts';
import type { SheetPorts } from './sheet.ts';

type Show = (root: Element, ports: SheetPorts) => Promise<View>;

const LADDER = /^\/ladder(?:\/([^/]+))?\/?$/;
const REPLAY = /^\/replay\/([^/]+)$/;
const PROFILE = /^\/u(?:\/([^/]+))?\/?$/;

/** null where another page is meant. Rejects where the page cannot be loaded. */
export function readingPage(path: string): Show | null {
  const ladder = LADDER.exec(path);
  if (ladder) return async (root, ports) => new (await import('./ladder/ladder-page.ts')).LadderPage(root, ports, decoded(ladder[1])); // prettier-ignore
  const replay = REPLAY.exec(path);
  if (replay) {
    const address = { id: decoded(replay[1])!, key: new URLSearchParams(location.search).get('key') };
    return async (root, ports) => new (await import('./replay/replay-page.ts')).ReplayPage(root, ports, address); // prettier-ignore
  }
  const profile = PROFILE.exec(path);
  if (profile) return async (root, ports) => new (await import('./profile/profile-page.ts')).ProfilePage(root, ports, decoded(profile[1])); // prettier-ignore
  return null;
}

/** null where the address names nothing. What cannot be decoded names nothing that exists, and is asked for as it is. */
function decoded(part: string | undefined): string | null {
  if (part === undefined) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
