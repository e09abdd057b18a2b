/**
 * Builds web/ into web/dist when its sources have changed: bundled, cut data of the sim, each file also compressed.
 * Fails where the page would be too heavy or name another host. Without the build tools (an installation for production
 * only) it leaves what is there.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { cutDex } from './page-dex.ts';

/** Bytes that a first visit may cost, with everything that a battle needs, as gzip. */
const BUDGET = 300_000;
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = join(ROOT, 'web/dist');
const STAMP = join(DIST, 'sources.sha256');
const DEX = join(ROOT, 'web/data/dex.json');
const SOURCES = [
  'web/index.html',
  'web/vite.config.ts',
  'web/src',
  'client',
  'src/battle',
  'src/replay-page',
  'scripts/build-page.ts',
  'scripts/page-dex.ts',
  'package-lock.json',
];
/** Names of formats inside the packages, not addresses that anything asks. */
const HARMLESS = /^https?:\/\/(?:www\.w3\.org\/|localhost\b|docs\.colyseus\.io\b)/;

const stamp = fingerprint();
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) await build();

async function build(): Promise<void> {
  const vite = await import('vite').catch(() => null);
  if (!vite) {
    process.stdout.write('The page is not built: the build tools are not installed.\n');
    return;
  }
  const { config } = await import('../web/vite.config.ts');
  mkdirSync(join(ROOT, 'web/data'), { recursive: true });
  writeFileSync(DEX, JSON.stringify(cutDex()));
  await vite.build(config);
  const total = filesIn(DIST).reduce((sum, file) => sum + compress(file), 0);
  process.stdout.write(`The page weighs ${kilobytes(total)} kB of ${kilobytes(BUDGET)} kB.\n`);
  if (total > BUDGET) throw new Error('The page is too heavy.');
  writeFileSync(STAMP, stamp);
}

/** Writes the compressed forms; returns the bytes of the gzip one. */
function compress(file: string): number {
  const bytes = readFileSync(file);
  assertSelfContained(file, bytes.toString('utf8'));
  const zipped = gzipSync(bytes, { level: 9 });
  writeFileSync(`${file}.gz`, zipped);
  const options = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: options }));
  process.stdout.write(`  ${file.slice(DIST.length + 1).padEnd(40)}${kilobytes(zipped.length)} kB\n`);
  return zipped.length;
}

function assertSelfContained(file: string, text: string): void {
  const foreign = (text.match(/https?:\/\/[\w.-]+[^\s"'`)]*/g) ?? []).filter((url) => !HARMLESS.test(url));
  if (foreign.length > 0) throw new Error(`${file} names another host: ${foreign.join(' ')}`);
}

function fingerprint(): string {
  const hash = createHash('sha256').update(process.version);
  for (const source of SOURCES)
    for (const file of filesIn(join(ROOT, source))) hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** Those of a directory at any depth, or the file itself; none where there is nothing. In a fixed order. */
function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = (() => {
    try {
      return readdirSync(path, { recursive: true, withFileTypes: true });
    } catch {
      return null;
    }
  })();
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
