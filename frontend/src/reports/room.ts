// How much room the parts of a printed page take, in pixels of 96 to the inch. Pure.

/** The width of the printed sheet: Letter and A4 both hold it between their margins. */
export const PRINT_WIDTH = 690;

/** Between the charts side by side. */
export const GUTTER = 28;

export interface Room {
  plot: number;
  smallPlot: number;
  strip: number;
  /** Lines to write on. */
  lines: number;
}

/** The more rows the table has, the lower the charts, so that everything stays on one page of Letter. */
export function roomFor(rows: number): Room {
  if (rows <= 4) return { plot: 160, smallPlot: 92, strip: 46, lines: 3 };
  if (rows <= 8) return { plot: 140, smallPlot: 80, strip: 40, lines: 2 };
  return { plot: 110, smallPlot: 66, strip: 34, lines: 0 };
}

/** How much of its size a sheet may keep to fit: in steps that the style sheet knows. */
export const STEPS = [100, 95, 90, 85, 80, 75, 70] as const;
export type Step = (typeof STEPS)[number];

/** The largest step at which so high a sheet fits; the smallest one where none does. */
export function stepFor(height: number, room: number): Step {
  return STEPS.find((step) => (height * step) / 100 <= room) ?? 70;
}
