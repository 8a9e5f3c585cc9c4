//! How the sections share the height of one page: generously where there is little to say, tightly where there is much.

use super::chart::{Frame, count};

/// What has to fit, in lines and rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Lines of the patient's name.
    pub name_lines: usize,
    /// Lines of the clinic, the provider and the days.
    pub right_lines: usize,
    /// Lines of the summary, in usual and in small letters.
    pub summary_lines: (usize, usize),
    /// Lines of the definitions, in usual and in small letters.
    pub foot_lines: (usize, usize),
    /// Whether there are charts beside the first one.
    pub has_pair: bool,
    /// Whether there is a strip of moods.
    pub has_mood: bool,
    /// Rows of the table of sessions.
    pub rows: usize,
    /// Whether earlier sessions are left out of it.
    pub has_note: bool,
}

/// What can be made smaller, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spacing {
    /// Above the page's first line.
    pub head: f64,
    /// Above a section.
    pub gap: f64,
    /// The plot of the first chart.
    pub plot: f64,
    /// Those of the other charts.
    pub small_plot: f64,
    /// The strip of moods.
    pub strip: f64,
    /// A row of the table.
    pub row: f64,
    /// Lines to write on.
    pub lines: usize,
    /// Whether letters are small.
    pub is_small: bool,
}

const AIRY: Spacing =
    Spacing { head: 34.0, gap: 15.0, plot: 190.0, small_plot: 110.0, strip: 54.0, row: 24.0, lines: 2, is_small: false };
const TIGHT: Spacing =
    Spacing { head: 24.0, gap: 6.0, plot: 92.0, small_plot: 56.0, strip: 30.0, row: 16.5, lines: 0, is_small: true };

/// Where each section begins, from the top of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Places {
    /// The line under the head.
    pub rule: f64,
    /// The summary.
    pub summary: f64,
    /// The first chart with its heading.
    pub chart: f64,
    /// The other charts.
    pub pair: f64,
    /// The strip of moods.
    pub mood: f64,
    /// The table of sessions.
    pub table: f64,
    /// The lines to write on.
    pub discussion: f64,
    /// What ends the page.
    pub foot: f64,
    /// Where the last line ends.
    pub end: f64,
}

/// A heading with what is between it and its section.
pub const HEADING: f64 = 22.0;
/// The heading of a table's columns.
pub const COLUMNS: f64 = 22.0;
/// The note under the table.
pub const NOTE: f64 = 17.0;
/// A line to write on.
pub const WRITING: f64 = 23.0;
/// Above the definitions.
const FOOT_GAP: f64 = 10.0;
/// Under the page's last line.
const BOTTOM: f64 = 24.0;
/// More lines to write on than that are not needed.
const MOST_LINES: usize = 5;

impl Spacing {
    /// The height of a line of the summary.
    pub const fn summary_line(self) -> f64 {
        if self.is_small { 18.0 } else { 22.0 }
    }

    /// The height of a line of the definitions.
    pub const fn foot_line(self) -> f64 {
        if self.is_small { 13.5 } else { 16.0 }
    }

    /// The first chart.
    pub const fn frame(self, width: f64) -> Frame {
        Frame { width, plot: self.plot, is_small: false }
    }

    /// A chart of half the width.
    pub const fn small_frame(self, width: f64) -> Frame {
        Frame { width, plot: self.small_plot, is_small: true }
    }

    /// So far from the tight spacing (0) to the airy one (1).
    fn between(share: f64, lines: usize, is_small: bool) -> Self {
        let mix = |tight: f64, airy: f64| tight + (airy - tight) * share;
        Self {
            head: mix(TIGHT.head, AIRY.head),
            gap: mix(TIGHT.gap, AIRY.gap),
            plot: mix(TIGHT.plot, AIRY.plot),
            small_plot: mix(TIGHT.small_plot, AIRY.small_plot),
            strip: mix(TIGHT.strip, AIRY.strip),
            row: mix(TIGHT.row, AIRY.row),
            lines,
            is_small,
        }
    }
}

/// The spacing that fills a page of that height, and where everything goes.
///
/// First room is taken from charts and rows, then letters become smaller, then there are fewer lines to write on.
pub fn fit(content: &Content, page_height: f64) -> (Spacing, Places) {
    let ways = [(false, AIRY.lines), (true, AIRY.lines), (true, 1), (true, 0)];
    for (is_small, lines) in ways {
        let end = |share: f64| places(content, &Spacing::between(share, lines, is_small)).end;
        let (tight, airy) = (end(0.0), end(1.0));
        if tight <= page_height {
            let share = ((page_height - tight) / (airy - tight)).min(1.0);
            return settled(content, Spacing::between(share, lines, is_small), page_height);
        }
    }
    settled(content, TIGHT, page_height)
}

/// The definitions end the page; what is left above them is for writing.
fn settled(content: &Content, mut spacing: Spacing, page_height: f64) -> (Spacing, Places) {
    let with_another = |spacing: Spacing| Spacing { lines: spacing.lines + 1, ..spacing };
    while (1..MOST_LINES).contains(&spacing.lines) && places(content, &with_another(spacing)).end <= page_height {
        spacing = with_another(spacing);
    }
    let mut places = places(content, &spacing);
    let spare = (page_height - places.end).max(0.0);
    places.foot += spare;
    places.end += spare;
    (spacing, places)
}

fn places(content: &Content, spacing: &Spacing) -> Places {
    let of = |(usual, small): (usize, usize)| count(if spacing.is_small { small } else { usual });
    let section = |is_there: bool, height: f64| if is_there { spacing.gap + HEADING + height } else { 0.0 };
    let head = (30.0 + 21.0 * count(content.name_lines)).max(27.0 + 19.0 * count(content.right_lines));
    let rule = spacing.head + head + 12.0;
    let summary = rule + 12.0;
    let chart = summary + of(content.summary_lines) * spacing.summary_line();
    let pair = chart + section(true, spacing.frame(0.0).height());
    let mood = pair + section(content.has_pair, spacing.small_frame(0.0).height());
    let table = mood + section(content.has_mood, spacing.strip);
    let rows = COLUMNS + count(content.rows) * spacing.row;
    let note = if content.has_note { NOTE } else { 0.0 };
    let discussion = table + section(content.rows > 0, rows + note);
    let foot = discussion + section(spacing.lines > 0, count(spacing.lines) * WRITING) + FOOT_GAP;
    Places {
        rule,
        summary,
        chart,
        pair,
        mood,
        table,
        discussion,
        foot,
        end: foot + of(content.foot_lines) * spacing.foot_line() + BOTTOM,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LETTER: f64 = 1056.0;
    const A4: f64 = 1122.0;

    /// As much as a page may have to hold.
    const MOST: Content = Content {
        name_lines: 2,
        right_lines: 4,
        summary_lines: (7, 6),
        foot_lines: (7, 6),
        has_pair: true,
        has_mood: true,
        rows: 12,
        has_note: true,
    };

    #[test]
    fn the_most_there_can_be_fits_on_both_papers() {
        for height in [LETTER, A4] {
            let (spacing, places) = fit(&MOST, height);
            assert!(places.end <= height + 1e-6, "{height}: {places:?} {spacing:?}");
        }
    }

    #[test]
    fn a_usual_report_is_not_squeezed() {
        let usual = Content {
            name_lines: 1,
            right_lines: 3,
            summary_lines: (3, 3),
            foot_lines: (3, 3),
            has_note: false,
            rows: 8,
            ..MOST
        };
        let (spacing, _) = fit(&usual, A4);
        assert!(!spacing.is_small && spacing.plot >= 130.0 && spacing.row >= 19.0, "{spacing:?}");
    }

    proptest! {
        #[test]
        fn sections_follow_each_other_and_end_with_the_page(
            name_lines in 1usize..=2, right_lines in 2usize..=4, summary in 1usize..=6, foot in 2usize..=6,
            has_pair: bool, has_mood: bool, rows in 0usize..=12, has_note: bool, is_letter: bool,
        ) {
            let content = Content {
                name_lines, right_lines, summary_lines: (summary + 1, summary), foot_lines: (foot + 1, foot),
                has_pair, has_mood, rows, has_note,
            };
            let height = if is_letter { LETTER } else { A4 };
            let (_, places) = fit(&content, height);
            let Places { rule, summary, chart, pair, mood, table, discussion, foot, end } = places;
            let order = [0.0, rule, summary, chart, pair, mood, table, discussion, foot, end];
            prop_assert!(order.is_sorted(), "{places:?}");
            prop_assert!((end - height).abs() < 1e-6, "{places:?}");
        }
    }
}
