/** Where a rating's course lies on a chart, in percent of its width and height. */

export interface Chart {
  /** One more than there were battles: the first is before them all. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly marks: readonly { readonly elo: number; readonly y: number }[];
}

const STEPS = [5, 10, 20, 50, 100, 200, 500, 1_000];
const MARKS_MOST = 5;

/** `course`: ratings in order of time, at least one. */
export function chartOf(course: readonly number[]): Chart {
  const [low, high] = [Math.min(...course), Math.max(...course)];
  const step = STEPS.find((step) => (high - low) / step <= MARKS_MOST - 2) ?? STEPS.at(-1)!;
  const bottom = Math.floor(low / step) * step;
  // A course that rests on one mark still has a height.
  const top = Math.max(Math.ceil(high / step) * step, bottom + step);
  const y = (elo: number): number => (100 * (top - elo)) / (top - bottom);
  const marks = Array.from({ length: (top - bottom) / step + 1 }, (_, index) => bottom + index * step);
  const last = Math.max(1, course.length - 1);
  return {
    points: course.map((elo, index) => ({ x: (100 * index) / last, y: y(elo) })),
    marks: marks.map((elo) => ({ elo, y: y(elo) })),
  };
}
