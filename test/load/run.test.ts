/** A small load test against the real server, and the page that it makes. */
import assert from 'node:assert/strict';
import { reportPage } from '../../loadtest/load/page.ts';
import { isGood } from '../../loadtest/load/report.ts';
import { runLoad } from '../../loadtest/load/run.ts';
import { startServerProcess, TEST_SECRET, type ServerProcess } from '../support/server-process.ts';

describe('a load test', function () {
  this.timeout(60_000);
  let server: ServerProcess;

  before(async () => {
    server = await startServerProcess();
  });
  after(() => server.dispose());

  it('measures, cuts connections, compares what was told, and shows it', async () => {
    const report = await runLoad({
      title: 'A <small> load test',
      url: server.url,
      secret: TEST_SECRET,
      adminPassword: undefined,
      pids: () => [server.pid],
      battles: 3,
      spectators: 2,
      thinkMs: [250, 350],
      rampS: 0.5,
      plateauS: 8,
      reconnects: 4,
      processes: 2,
      formats: ['gen9randombattle'],
      seed: '1',
      limits: { errors: 0, p99Ms: 60_000, rssMiB: 1 },
    });
    assert.deepEqual(report.faults, []);
    assert.deepEqual(report.errors, {});
    const { plateau, servers, windows, thresholds } = report;
    assert(plateau.update.count > 20 && plateau.accepted.count > 20, JSON.stringify(plateau));
    assert(plateau.back.count > 0, 'nobody came back');
    assert(plateau.turns > 5 && servers.cpuUsPerTurn! > 0);
    assert(windows.length >= 2);
    // The memory was not told, so nobody can say that it is little.
    assert.deepEqual(
      thresholds.map(({ isMet }) => isMet),
      [true, false, true],
    );
    assert.equal(isGood(report), false);
    const page = reportPage(report);
    assert.match(page, /A &lt;small&gt; load test/);
    assert.match(page, /<path class="line c1" d="M/);
    assert.doesNotMatch(page, /(src|href)=/);
    assert.doesNotMatch(page.replace(/<script>.*<\/script>/s, ''), /NaN|undefined|Infinity/);
  });
});
