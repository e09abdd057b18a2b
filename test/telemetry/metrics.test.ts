import assert from 'node:assert/strict';
import type { FormatId } from '../../src/battle/ids.ts';
import { type Figures, ownFigures } from '../../src/figures.ts';
import { kindOf } from '../../src/telemetry/meter.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { PARTS, SHARED } from '../support/figures.ts';

const own = ownFigures({
  ...PARTS,
  membership: { processes: async () => [] },
  tickets: { formats: async () => [], waiting: async () => ({ now: 0, tickets: [] }) },
  checks: { database: async () => true },
  redis: undefined,
});
const FIGURES: Figures = {
  ...own,
  ...SHARED,
  redisConnections: { log: { isUp: true, waiting: 3 }, queue: { isUp: false, waiting: 0 } },
};

/** The lines that are no comments. */
async function linesOf(metrics: ReturnType<typeof createMetrics>, figures = FIGURES): Promise<string[]> {
  const text = await metrics.text(figures);
  assert(text.endsWith('\n'));
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('createMetrics', () => {
  it('shows figures as gauges and counters, in seconds and bytes', async () => {
    const lines = await linesOf(createMetrics());
    const { version, engine, node } = FIGURES.process;
    for (const line of [
      `endure_build_info{version="${version}",engine="${engine}",node="${node}"} 1`,
      'process_start_time_seconds 1800000000',
      `process_resident_memory_bytes ${FIGURES.process.memory.rss}`,
      'endure_event_loop_delay_seconds{percentile="99"} 0.02',
      'endure_draining 0',
      'endure_suspended 1',
      'endure_battles{status="playing"} 2',
      'endure_battles{status="paused"} 0',
      'endure_battle_age_seconds{status="playing"} 60',
      'endure_battle_players{status="ended"} 1',
      'endure_recoveries_total 2',
      'endure_open_sockets 7',
      'endure_sockets{kind="players"} 5',
      'endure_relays 1',
      'endure_relay_refused_total 3',
      'endure_postgres_connections{pool="orm",state="busy"} 2',
      'endure_postgres_waiting{pool="orm"} 2',
      'endure_redis_connected{connection="queue"} 0',
      'endure_redis_waiting{connection="log"} 3',
      'endure_bus_round_trip_seconds 0.002',
      'endure_canary_lost_total 1',
      'endure_store_up{store="redis"} 0',
      'endure_queue_length{format="gen9ou"} 2',
      'endure_outbox_age_seconds 5',
      'endure_redis_append_only 1',
    ])
      assert(lines.includes(line), `${line} in\n${lines.join('\n')}`);
    // Nobody has such an age: 0 would be a statement.
    assert(!lines.some((line) => line.startsWith('endure_battle_age_seconds{status="paused"}')));
  });

  it('leaves out what nobody can tell, and shows it again', async () => {
    const metrics = createMetrics();
    const unknown = { processes: null, queues: null, outbox: null, redis: null, relay: null };
    const silent = await linesOf(metrics, { ...FIGURES, ...unknown });
    for (const name of ['processes', 'queue_length', 'outbox', 'redis_memory', 'redis_append', 'relay'])
      assert(!silent.some((line) => line.startsWith(`endure_${name}`)), name);
    const again = await linesOf(metrics);
    assert(again.includes('endure_processes 1'));
    assert(again.includes('endure_relayed_total 5'));
    // Read twice it has not been added up, and what is gone is forgotten.
    assert.deepEqual(await linesOf(metrics), again);
    const empty = await linesOf(metrics, { ...FIGURES, queues: {} });
    assert(!empty.some((line) => line.startsWith('endure_queue_length')));
  });

  it('keeps what it is told as it happens', async () => {
    const metrics = createMetrics();
    const { meter } = metrics;
    meter.accepted('choice');
    meter.accepted('choice');
    meter.accepted('auto');
    meter.refused('battle', 'INVALID_MOVE');
    meter.refused('http', 'NOT_FOUND');
    meter.took('append', 3);
    meter.took('append', 700);
    meter.took('append', 60_000);
    meter.waited('gen9ou' as FormatId, 12_000);
    const lines = await linesOf(metrics);
    for (const line of [
      'endure_inputs_total{type="choice"} 2',
      'endure_inputs_total{type="auto"} 1',
      'endure_refusals_total{where="matchmaking",code="SERVER_ERROR"} 0',
      'endure_refusals_total{where="battle",code="INVALID_MOVE"} 1',
      'endure_refusals_total{where="http",code="NOT_FOUND"} 1',
      'endure_append_seconds_bucket{le="0.002"} 0',
      'endure_append_seconds_bucket{le="0.005"} 1',
      'endure_append_seconds_bucket{le="1"} 2',
      'endure_append_seconds_bucket{le="+Inf"} 3',
      'endure_append_seconds_count 3',
      'endure_append_seconds_sum 60.703',
      'endure_commit_seconds_count 0',
      'endure_queue_wait_seconds_bucket{le="10",format="gen9ou"} 0',
      'endure_queue_wait_seconds_bucket{le="20",format="gen9ou"} 1',
    ])
      assert(lines.includes(line), `${line} in\n${lines.join('\n')}`);
  });

  it('gives the same as data', async () => {
    const metrics = createMetrics();
    const found = (await metrics.json(FIGURES)) as { name: string; values: object[] }[];
    assert.deepEqual(
      found.map(({ name }) => name),
      metrics.catalogue.map(({ name }) => name),
    );
    const outbox = found.find(({ name }) => name === 'endure_outbox_waiting');
    assert.deepEqual(outbox?.values, [{ value: 4, labels: {} }]);
  });

  it('keeps two servers of one process apart', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.meter.accepted('forfeit');
    assert(!(await linesOf(other)).some((line) => line.startsWith('endure_inputs_total')));
  });
});

describe('kindOf', () => {
  it('tells choices that the server drew from those of players', () => {
    const choice = { type: 'choice', side: 'p1', text: 'default', rqid: 1 } as const;
    assert.equal(kindOf(choice), 'choice');
    assert.equal(kindOf({ ...choice, auto: true }), 'auto');
    assert.equal(kindOf({ type: 'forfeit', side: 'p1', why: 'timeout' }), 'forfeit');
  });
});
