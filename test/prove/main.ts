/**
 * `npm run prove [name…]`: runs the proofs at full size and writes docs/proofs/<name>.json. Without a name, all of them.
 * Each proof is a file test/prove/<name>.prove.ts that exports `proof`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Figures, Proof } from './proof.ts';

const FOLDER = new URL('.', import.meta.url);
const ENDING = '.prove.ts';

function names(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort();
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

/** The commit that was proven; `+` when the sources differ from it. */
function commit(): string {
  const isDirty = git('status', '--porcelain', '--', 'src', 'test', 'loadtest', 'package-lock.json') !== '';
  return git('rev-parse', 'HEAD') + (isDirty ? '+' : '');
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;
}

function report(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K  ${line}` : `  ${line}\n`);
}

async function prove(name: string): Promise<Figures> {
  const { proof } = (await import(new URL(name + ENDING, FOLDER).href)) as { proof: Proof };
  process.stderr.write(`${name}: ${proof.claim}\n`);
  const head = {
    claim: proof.claim,
    seed: proof.seed,
    commit: commit(),
    machine: machine(),
    node: process.version,
  };
  const startedAt = new Date();
  const figures = await proof.run(proof.seed, report);
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 100) / 10;
  const page = { ...head, startedAt: startedAt.toISOString(), seconds, figures };
  writeFileSync(new URL(`../../docs/proofs/${name}.json`, FOLDER), `${JSON.stringify(page, null, 2)}\n`);
  process.stderr.write(process.stderr.isTTY ? '\r\x1b[K' : '');
  return { ...figures, seconds };
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !names().includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no proof ${unknown.join(', ')}. There are: ${names().join(', ')}\n`);
    process.exit(2);
  }
  let failures = 0;
  for (const name of wanted.length > 0 ? wanted : names()) {
    try {
      const figures = await prove(name);
      console.log(`✔ ${name}`);
      console.dir(figures, { depth: 4, breakLength: 110 });
    } catch (error) {
      failures++;
      console.log(`✘ ${name} does not hold`);
      console.error(error);
    }
  }
  process.exit(failures === 0 ? 0 : 1);
}

await main();
