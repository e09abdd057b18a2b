/** `npm run doctor`: whether a server would run well with this environment. Exit status 1 where it would not. */
import { examine } from './doctor/examine.ts';
import { type Finding, render, statusOf } from './doctor/finding.ts';

const findings: Finding[] = [];
for await (const finding of examine(process.env)) {
  findings.push(finding);
  process.stdout.write(`${render(finding)}\n`);
}
process.exitCode = statusOf(findings);
