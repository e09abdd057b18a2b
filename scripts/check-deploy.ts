/**
 * Checks each file of deploy/ with what can read it: schemas, nginx, systemd, shells. What is not installed here is told
 * and skipped; a file that no rule knows is a fault. Ends with 1 when anything is wrong.
 */
import { readdirSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkDockerfile } from './check-deploy/dockerfile.ts';
import { checkCompose, checkJson, checkKubernetes, checkYaml } from './check-deploy/documents.ts';
import { checkNginx } from './check-deploy/nginx.ts';
import { checkSystemd, checkShell, checkTerraform, saysUnparsed } from './check-deploy/programs.ts';
import type { Check } from './check-deploy/verdict.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The first that fits a path is its rule. */
const RULES: readonly (readonly [pattern: RegExp, check: Check])[] = [
  [/^deploy\/secrets\//, () => []],
  [/\.md$/, () => []],
  [/^deploy\/Dockerfile$/, checkDockerfile],
  [/\.dockerignore$/, () => []],
  [/^deploy\/compose.*\.yaml$/, checkCompose],
  [/\/kustomization\.yaml$/, checkYaml],
  [/^deploy\/kubernetes\/.*\.yaml$/, checkKubernetes],
  [/\.ya?ml$/, checkYaml],
  [/\.json$/, checkJson],
  [/^deploy\/nginx\/.*\.conf$/, checkNginx],
  // test/deploy starts a Redis with it.
  [/\/redis\.conf$/, () => []],
  [/\.service$/, checkSystemd],
  [/\.sh$/, checkShell],
  [/\.tf$/, checkTerraform],
  [/\.bicep$/, saysUnparsed],
];

/** Sentences, each beginning with the file that it is about. */
export function checkDeployment(root = ROOT): { faults: string[]; skipped: string[] } {
  const faults: string[] = [];
  const skipped = new Set<string>();
  for (const path of filesOf(root)) {
    const rule = RULES.find(([pattern]) => pattern.test(path));
    const verdict = rule ? rule[1](root, path) : ['is of no kind that check-deploy knows'];
    if (typeof verdict === 'string') skipped.add(`${basename(path)}: ${verdict}`);
    else faults.push(...verdict.map((fault) => `${path} ${fault}`));
  }
  return { faults, skipped: [...skipped] };
}

function filesOf(root: string): string[] {
  const entries = readdirSync(`${root}deploy`, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, `${entry.parentPath}/${entry.name}`))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { faults, skipped } = checkDeployment();
  for (const line of skipped) process.stdout.write(`Not checked here: ${line}\n`);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
