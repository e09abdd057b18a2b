/** A small load test against a real cluster, judged by what is stored, and the page that it makes. */
import assert from 'node:assert/strict';
import { reportPage } from '../../loadtest/load/page.ts';
import { isGood } from '../../loadtest/load/report.ts';
import { proveCrowd } from './crowd.proof.ts';

describe('a crowd', () => {
  it('loses nothing when a process is killed under it, and is measured and shown', async function () {
    this.timeout(60_000);
    const { report, checked } = await proveCrowd(
      {
        processes: 2,
        battles: 4,
        spectators: 4,
        thinkMs: [300, 500],
        rampS: 0.3,
        plateauS: 4,
        reconnects: 4,
        // So that both players of each battle are measured by one clock.
        clientProcesses: 1,
        blows: 'kill',
      },
      1,
      () => {},
      { p99Ms: 60_000, meanMs: 0 },
    );
    assert(checked.battles >= 4 && checked.transcripts >= 12, JSON.stringify(checked));
    const { plateau, servers, windows, marks, thresholds } = report;
    assert(plateau.update.count > 10 && plateau.accepted.count > 10, JSON.stringify(plateau));
    assert(servers.cpuUsPerTurn! > 0 && servers.heapMiB! > 0, JSON.stringify(servers));
    assert(windows.length > 1);
    assert.deepEqual(
      marks.map(({ text }) => text),
      ['kill -9'],
    );
    assert.deepEqual(
      thresholds.map(({ isMet }) => isMet),
      [false, true],
    );
    assert.equal(isGood(report), false);
    const page = reportPage({ ...report, title: 'A <small> load test' });
    assert.match(page, /A &lt;small&gt; load test/);
    assert.match(page, /<path class="line c1" d="M/);
    assert.doesNotMatch(page, /(src|href)=/);
    assert.doesNotMatch(page.replace(/<script>.*<\/script>/s, ''), /NaN|undefined|Infinity/);
  });
});
