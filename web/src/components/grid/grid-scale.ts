/**
 * Rows beyond the height that a browser can make an element: past a bound, a pixel of the scroll stands for several.
 *
 * Not a scroll of its own: the browser's scroll bar stays, and the rows near the top of the view keep their distance.
 */

/** Firefox ends elements at 17.8 million pixels, Chromium and Safari at 33.5. */
export const HEIGHT_MAX = 16_000_000;

export interface GridScale {
  /** Height of the element, in pixels. */
  height: number;
  /** Pixels of rows for a pixel of scroll, beyond the view. */
  ratio: number;
}

export function scaleOf(rowsHeight: number, viewHeight: number): GridScale {
  if (rowsHeight <= HEIGHT_MAX) return { height: rowsHeight, ratio: 1 };
  const ratio = (rowsHeight - viewHeight) / (HEIGHT_MAX - viewHeight);
  return { height: HEIGHT_MAX, ratio };
}

/** Where in the rows a scroll stands. */
export const toRows = (scrollTop: number, scale: GridScale): number => scrollTop * scale.ratio;

/** The scroll that stands there. */
export const toScroll = (offset: number, scale: GridScale): number => offset / scale.ratio;
