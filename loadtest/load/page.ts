/** The report of a load test as one HTML file that needs nothing else: no network, no fonts, no library. */
import { chartHtml, escapeHtml, numberText, type Chart, type Series } from './chart.ts';
import { pageScript, pageStyle } from './page-style.ts';
import { isGood, type LoadReport } from './report.ts';
import type { Window } from './timeline.ts';

/** Shown at most; the JSON has them all. */
const FAULTS_SHOWN = 50;

export function reportPage(report: LoadReport): string {
  const verdict = isGood(report) ? ['good', 'Passed'] : ['bad', 'Not passed'];
  const chips = Object.entries(report.options).map(
    ([name, value]) => `<li>${escapeHtml(name)} <b>${escapeHtml(String(value))}</b></li>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escapeHtml(report.title)}</title><style>${pageStyle}</style></head>
<body><main>
<header><p class="when">${escapeHtml(report.startedAt.replace('T', ' ').slice(0, 16))} UTC</p>
<h1>${escapeHtml(report.title)} <span class="badge ${verdict[0]}">${verdict[1]}</span></h1>
<ul class="chips">${chips.join('')}</ul></header>
<section class="tiles">${tiles(report).join('')}</section>
${thresholdTable(report)}
<section class="charts">${charts(report).join('\n')}</section>
${countTable('Errors that clients saw', report.errors)}
${faultList(report.faults)}
<footer>Figures above are of the plateau; shaded in the plots are the ramp and the end. From a turn's last choice to the update counts for each player, outages included.</footer>
</main><script>${pageScript}</script></body></html>
`;
}

function tiles({ plateau, servers, battles, errors }: LoadReport): string[] {
  const { update, accepted, back, live, connections } = plateau;
  const count = Object.values(errors).reduce((sum, value) => sum + value, 0);
  const rows: readonly (readonly [string, number | null, string, string])[] = [
    [
      'Last choice to update',
      update.p50,
      'ms',
      `p99 ${numberText(update.p99)} · mean ${numberText(update.mean)}`,
    ],
    ['Choice to accepted', accepted.p50, 'ms', `p99 ${numberText(accepted.p99)}`],
    ['Battles at once', live.p50, '', `${numberText(battles)} played`],
    ['Connections', connections.p50, '', `up to ${numberText(connections.max)}`],
    ['Turns', plateau.turns / Math.max(1, plateau.seconds), '/s', `${numberText(plateau.turns)} in all`],
    [
      'Back after a cut',
      back.count === 0 ? null : back.p50,
      'ms',
      `p99 ${numberText(back.p99)} · ${back.count} times`,
    ],
    ['Processor time of a turn', servers.cpuUsPerTurn, 'µs', `${servers.cpuShare ?? 0} cores in use`],
    [
      'Event-loop delay p99',
      servers.loopDelayP99,
      'ms',
      `slowest process; in its worst minute ${numberText(servers.loopDelayWorstP99 ?? 0)}`,
    ],
    ['Memory', servers.rssMiB, 'MiB', `heap ${numberText(servers.heapMiB ?? 0)} MiB, largest process`],
    ['Errors', count, '', 'over the whole run'],
  ];
  return rows
    .filter(([, value]) => value !== null)
    .map(
      ([name, value, unit, more]) =>
        `<div class="tile"><h2>${name}</h2><p>${numberText(value!)}<small>${unit}</small></p><span>${more}</span></div>`,
    );
}

function charts({ windows, marks, plateau }: LoadReport): string[] {
  if (windows.length < 2) return [];
  const x = windows.map(({ at }) => at);
  const xText = (seconds: number): string =>
    `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  const shades = shadesOf(windows);
  const over = (title: string, unit: string, series: readonly Series[], isLog = false): Chart => ({
    title,
    unit,
    x,
    xText,
    shades,
    marks,
    series,
    isLog,
  });
  const all: Chart[] = [
    over('Last choice to update', 'ms', spreads(windows, 'update'), true),
    over('Choice to accepted', 'ms', spreads(windows, 'accepted'), true),
    distribution(plateau.updateCounts),
    over('Battles at once', 'battles', [series('battles', 'c1', windows, ({ live }) => live, true)]),
    over('Connections', 'open', [
      series('players', 'c1', windows, ({ players }) => players),
      series('spectators', 'c2', windows, ({ spectators }) => spectators),
    ]),
    over('Turns', 'a second', [series('turns', 'c4', windows, (one) => one.turns / one.seconds, true)]),
    over(
      'Processor',
      '% of a core',
      serverSeries(windows, ({ cpuShare }) => cpuShare && cpuShare * 100),
    ),
    over(
      'Event-loop delay p99',
      'ms',
      serverSeries(windows, ({ loopDelayP99 }) => loopDelayP99),
    ),
    over(
      'Heap',
      'MiB',
      serverSeries(windows, ({ heapMiB }) => heapMiB),
    ),
    over(
      'Memory',
      'MiB',
      serverSeries(windows, ({ rssMiB }) => rssMiB),
    ),
    over('Errors', 'in five seconds', [series('errors', 'c3', windows, ({ errors }) => errors, true)]),
  ];
  return all.filter(hasFigures).map((chart, index) => chartHtml(chart, String(index)));
}

function hasFigures({ series: all }: Chart): boolean {
  return all.some(({ values }) => values.some((value) => value !== null && value !== 0));
}

function series(
  name: string,
  color: string,
  windows: readonly Window[],
  value: (window: Window) => number | null,
  isArea = false,
): Series {
  return { name, color, values: windows.map(value), isArea };
}

function spreads(windows: readonly Window[], of: 'update' | 'accepted'): Series[] {
  const percentiles = [
    ['p50', 'c1'],
    ['p95', 'c2'],
    ['p99', 'c3'],
  ] as const;
  return percentiles.map(([name, color]) =>
    series(name, color, windows, (one) => (one[of].count === 0 ? null : one[of][name])),
  );
}

/** How many of a hundred updates came within which time. */
function distribution(counts: LoadReport['plateau']['updateCounts']): Chart {
  const whole = counts.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  const values = counts.map(([, count]) => (100 * (below += count)) / whole);
  // The buckets of the histogram are 2 % wide.
  const x = counts.map(([bucket]) => bucket);
  return {
    title: 'Updates within',
    unit: '% of them',
    x,
    xText: (bucket) => `${numberText(1.02 ** bucket)} ms`,
    series: [{ name: 'share', color: 'c1', values, isArea: true }],
  };
}

function serverSeries(
  windows: readonly Window[],
  value: (sample: Window['servers'][number]) => number | null,
): Series[] {
  const names = new Set(windows.flatMap(({ servers }) => servers.map(({ name }) => name)));
  const all = [...names].map((name) => ({
    name,
    values: windows.map(({ servers }) => {
      const sample = servers.find((one) => one.name === name);
      return sample ? value(sample) : null;
    }),
  }));
  return all
    .filter(({ values }) => values.some((one) => one !== null))
    .map(({ name, values }, index) => ({ name, values, color: `c${(index % 6) + 1}` }));
}

function shadesOf(windows: readonly Window[]): [number, number][] {
  const shades: [number, number][] = [];
  for (const [index, { at, phase }] of windows.entries())
    if (phase !== 'plateau' && index > 0) shades.push([windows[index - 1]!.at, at]);
  return shades;
}

function thresholdTable({ thresholds }: LoadReport): string {
  if (thresholds.length === 0) return '';
  const rows = thresholds.map(
    ({ name, limit, value, unit, isMet }) =>
      `<tr><td><span class="badge ${isMet ? 'good' : 'bad'}">${isMet ? 'met' : 'missed'}</span></td><td>${name}</td><td>${value === null ? 'not told' : numberText(value)} ${unit}</td><td>at most ${numberText(limit)} ${unit}</td></tr>`,
  );
  return `<section class="card"><h3>Thresholds</h3><table>${rows.join('')}</table></section>`;
}

function countTable(title: string, counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return '';
  const cells = rows.map(
    ([code, count]) => `<tr><td>${escapeHtml(code)}</td><td>${numberText(count)}</td></tr>`,
  );
  return `<section class="card"><h3>${title}</h3><table>${cells.join('')}</table></section>`;
}

function faultList(faults: readonly string[]): string {
  if (faults.length === 0) return '';
  const items = faults.slice(0, FAULTS_SHOWN).map((fault) => `<li>${escapeHtml(fault)}</li>`);
  return `<section class="card"><h3>Faults: ${faults.length}</h3><ul class="faults">${items.join('')}</ul></section>`;
}
