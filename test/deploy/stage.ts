/** The files that a stage of the Dockerfile has, without Docker. */
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { copiedInto } from '../../scripts/check-deploy/dockerfile.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
/** What .dockerignore leaves out of them. */
const LEFT_OUT = /^(?:client\/dist|web\/(?:dist|data))$|node_modules/;

/** Into `folder`, which it returns; packages are those that are installed here. */
export function copyStage(folder: string, stage?: string): string {
  for (const path of copiedInto(readFileSync(`${ROOT}deploy/Dockerfile`, 'utf8'), stage)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const filter = (source: string): boolean => !LEFT_OUT.test(relative(ROOT, source));
    cpSync(`${ROOT}${path}`, join(folder, path), { recursive: true, filter });
  }
  symlinkSync(`${ROOT}node_modules`, join(folder, 'node_modules'));
  return folder;
}
