/**
 * Plots as SVG that stretches to any width, with their words as HTML around it, so that they can be read on a phone. What
 * the pointer shows is read from the chart's own data by the page's script.
 */
export interface Series {
  readonly name: string;
  /** One of the page's colours: `c1` to `c6`. */
  readonly color: string;
  /** By point of the x axis; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly isArea?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  /** Ascending. */
  readonly x: readonly number[];
  readonly series: readonly Series[];
  /** For what spreads over orders of magnitude. */
  readonly isLog?: boolean;
  /** Stretches of the x axis that are shaded, and places on it. */
  readonly shades?: readonly (readonly [from: number, to: number])[];
  readonly marks?: readonly { readonly at: number; readonly text: string }[];
  /** How a place on the x axis is written. */
  readonly xText: (x: number) => string;
}

interface Scale {
  /** From 0 at the bottom to 1. */
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

const WIDTH = 1000;
const HEIGHT = 300;
const X_TICKS = 4;

export function chartHtml(chart: Chart, id: string): string {
  const { title, unit, series, x } = chart;
  const values = series.flatMap((one) => one.values.filter((value) => value !== null));
  if (values.length === 0) return '';
  const scale = chart.isLog ? logScale(values) : linearScale(values);
  const legend = series.map(
    ({ name, color }) => `<li class="${color}"><span>${escapeHtml(name)}</span> <b></b></li>`,
  );
  const data = { x, xTexts: x.map(chart.xText), series: series.map((one) => one.values), unit };
  return `<figure class="card" data-chart="${id}">
<figcaption><h3>${escapeHtml(title)}</h3><p>${escapeHtml(unit)}${chart.isLog ? ', logarithmic' : ''}</p></figcaption>
<ul class="legend">${legend.join('')}</ul>
<div class="plot">
<div class="ys">${scale.ticks.map((tick) => `<span style="bottom:${percent(scale.place(tick))}">${numberText(tick)}</span>`).join('')}</div>
<div class="area"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${svgParts(chart, scale)}</svg>${markParts(chart)}<i class="cursor"></i></div>
<div class="xs">${xTicks(x)
    .map((tick) => `<span style="left:${percent(share(x, tick))}">${escapeHtml(chart.xText(tick))}</span>`)
    .join('')}</div>
</div>
<script type="application/json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
</figure>`;
}

export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (sign) => names[sign]!);
}

/** Three digits, or whole: 0.35, 18.4, 1,204. */
export function numberText(value: number): string {
  if (Math.abs(value) < 100) return String(Number(value.toPrecision(3)));
  return Math.round(value).toLocaleString('en');
}

function svgParts(chart: Chart, scale: Scale): string {
  const { x, series, shades = [], marks = [] } = chart;
  const at = (place: number): string => fixed(WIDTH * share(x, place));
  const grid = scale.ticks.map((tick) => {
    const y = fixed(HEIGHT * (1 - scale.place(tick)));
    return `<line class="grid" x1="0" x2="${WIDTH}" y1="${y}" y2="${y}"/>`;
  });
  const shaded = shades.map(
    ([from, to]) =>
      `<rect class="shade" x="${at(from)}" width="${fixed(WIDTH * (share(x, to) - share(x, from)))}" height="${HEIGHT}"/>`,
  );
  const marked = marks.map(
    ({ at: place }) => `<line class="mark" x1="${at(place)}" x2="${at(place)}" y1="0" y2="${HEIGHT}"/>`,
  );
  return [...shaded, ...grid, ...marked, ...series.map((one) => seriesPath(one, x, scale))].join('');
}

function seriesPath({ values, color, isArea }: Series, x: readonly number[], scale: Scale): string {
  const pieces: string[][] = [[]];
  for (const [index, value] of values.entries()) {
    if (value === null) pieces.push([]);
    else
      pieces
        .at(-1)!
        .push(`${fixed(WIDTH * share(x, x[index]!))} ${fixed(HEIGHT * (1 - scale.place(value)))}`);
  }
  const drawn = pieces.filter((piece) => piece.length > 0);
  const line = drawn.map((piece) => `M${piece.join('L')}`).join('');
  const area = drawn.map((piece) => {
    const first = piece[0]!.split(' ')[0]!;
    const last = piece.at(-1)!.split(' ')[0]!;
    return `M${first} ${HEIGHT}L${piece.join('L')}L${last} ${HEIGHT}Z`;
  });
  return `${isArea ? `<path class="fill ${color}" d="${area.join('')}"/>` : ''}<path class="line ${color}" d="${line}"/>`;
}

function markParts({ x, marks = [] }: Chart): string {
  return marks
    .map(({ at, text }) => `<em style="left:${percent(share(x, at))}">${escapeHtml(text)}</em>`)
    .join('');
}

/** From 0 to a round number, at round numbers. */
function linearScale(values: readonly number[]): Scale {
  const most = Math.max(...values) || 1;
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((size) => size * 4 >= most)!;
  const count = Math.ceil(most / step);
  return {
    place: (value) => value / (step * count),
    ticks: Array.from({ length: count + 1 }, (_, index) => step * index),
  };
}

/** Whole powers of ten. What lies below is drawn at the bottom. */
function logScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive, 1)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 1))));
  return {
    place: (value) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

function xTicks(x: readonly number[]): number[] {
  const [first, last] = [x[0]!, x.at(-1)!];
  return Array.from({ length: X_TICKS + 1 }, (_, index) => first + ((last - first) * index) / X_TICKS);
}

function share(x: readonly number[], place: number): number {
  const [first, last] = [x[0]!, x.at(-1)!];
  return last === first ? 0 : Math.min(1, Math.max(0, (place - first) / (last - first)));
}

function percent(part: number): string {
  return `${(100 * part).toFixed(2)}%`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
