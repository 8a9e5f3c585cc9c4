//! What stands where on the page, and in which order it is read aloud.

use std::num::NonZeroU16;

use jiff::tz::TimeZone;
use krilla::tagging::{Identifier, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

use super::TITLE;
use super::chart::{Days, NO_SCORES, Scene, count, scene};
use super::labels::Kind;
use super::layout::{COLUMNS, Content, HEADING, NOTE, Places, Spacing, WRITING, fit};
use super::pen::{Anchor, Area, Line, Pen, Spot, colour, line};
use super::text::{Faces, REPLACEMENT, Type, regular, semi_bold};
use crate::instruments::Points;
use crate::progress::body::ProgressBody;
use crate::reports::{ReportBody, SessionLine, words};

/// White to the left and to the right.
const MARGIN: f64 = 52.0;
/// Between two charts side by side.
const GUTTER: f64 = 28.0;
/// Longer texts end in an ellipsis, so that they always fit.
const MOST_SUMMARY_LINES: usize = 6;
const MOST_FOOT_LINES: usize = 6;

const NAME: Type = semi_bold(15.0);
const ASIDE: Type = regular(13.0);
const HEAD: Type = semi_bold(14.0);
const NOTES: Type = regular(11.5);

const NOTHING: &str = "–";

/// The words of the page in lines that fit.
struct Texts {
    name: Vec<String>,
    right: Vec<String>,
    summary: Vec<String>,
    foot: Vec<String>,
}

/// A page that is being drawn.
struct Sheet<'p, 'a, 's> {
    pen: &'p mut Pen<'a, 's>,
    tags: TagTree,
    left: f64,
    right: f64,
}

/// Draws the page; what it is made of, for who has it read aloud.
pub fn draw(pen: &mut Pen<'_, '_>, report: &ReportBody<'_>, width: f64, height: f64) -> TagTree {
    let faces = pen.faces();
    let (left, right) = (MARGIN, width - MARGIN);
    let (texts, spacing, places) = compose(report, faces, right - left, height);
    let zone = TimeZone::get(report.time_zone).unwrap_or(TimeZone::UTC);
    let days = Days::new(zone, report.from.civil(), report.to.civil());
    let mut sheet = Sheet { pen, tags: TagTree::new(), left, right };
    sheet.head(&texts, &spacing, &places);
    sheet.paragraph(&texts.summary, places.summary, summary_type(spacing.is_small), spacing.summary_line(), colour::INK);
    sheet.charts(report, &days, &spacing, &places);
    sheet.mood(report, &days, &spacing, &places);
    sheet.sessions(report, &spacing, &places);
    sheet.discussion(&spacing, &places);
    let foot = Type { size: if spacing.is_small { 10.0 } else { NOTES.size }, ..NOTES };
    sheet.paragraph(&texts.foot, places.foot, foot, spacing.foot_line(), colour::INK_3);
    sheet.tags
}

const fn summary_type(is_small: bool) -> Type {
    regular(if is_small { 12.5 } else { 15.0 })
}

/// Breaks the words into lines, and shares the height among the sections.
fn compose(report: &ReportBody<'_>, faces: &Faces, width: f64, height: f64) -> (Texts, Spacing, Places) {
    let printable = |text: &str| faces.printable(text);
    let age = report.age.map(|years| years.to_string());
    let record = report.record_number.map(|number| format!("record {number}"));
    let who: Vec<_> = std::iter::once(report.name.to_owned()).chain(age).chain(record).collect();
    let name = faces.lines(&printable(&who.join(", ")), NAME, width * 0.62, 2);
    let days = words::days(report.from.civil(), report.to.civil());
    let clinic: Vec<_> = std::iter::once(report.clinic).chain(report.provider).map(printable).collect();
    let both = clinic.join(", ");
    let clinic = if faces.width(&both, ASIDE) <= width * 0.36 { vec![both] } else { clinic };
    let right: Vec<_> = clinic.iter().chain([&days]).map(|text| faces.line(text, ASIDE, width * 0.36)).collect();
    let is_replaced = name.iter().chain(&right).any(|text| text.contains(REPLACEMENT));
    let foot = words::foot(&report.definitions, is_replaced, report.to.civil());
    let summary = |is_small| faces.lines(&printable(&report.summary), summary_type(is_small), width, MOST_SUMMARY_LINES);
    let foot = |size: f64| faces.lines(&printable(&foot), Type { size, ..NOTES }, width, MOST_FOOT_LINES);
    let content = Content {
        name_lines: name.len(),
        right_lines: right.len(),
        summary_lines: (summary(false).len(), summary(true).len()),
        foot_lines: (foot(NOTES.size).len(), foot(10.0).len()),
        has_pair: report.charts.len() > 1,
        has_mood: !report.mood.measures.is_empty(),
        rows: report.sessions.len(),
        has_note: report.earlier_sessions > 0,
    };
    let (spacing, places) = fit(&content, height);
    let foot = foot(if spacing.is_small { 10.0 } else { NOTES.size });
    (Texts { name, right, summary: summary(spacing.is_small), foot }, spacing, places)
}

impl Sheet<'_, '_, '_> {
    fn tag(&mut self, tag: impl Into<TagKind>, parts: impl IntoIterator<Item = Identifier>) {
        let mut group = TagGroup::new(tag);
        parts.into_iter().for_each(|part| group.push(part));
        self.tags.push(group);
    }

    fn heading(&mut self, text: &str, left: f64, room: f64, top: f64, spacing: &Spacing) {
        let text = self.pen.faces().line(&self.pen.faces().printable(text), HEAD, room);
        let at = Spot { x: left, y: top + spacing.gap + 14.0 };
        let id = self.pen.say(at, Anchor::Start, HEAD, colour::INK, &text);
        self.tag(Tag::Hn(SECOND, Some(text)), [id]);
    }

    fn paragraph(&mut self, lines: &[String], top: f64, set: Type, height: f64, colour: super::pen::Colour) {
        let mut parts = Vec::new();
        for (row, text) in lines.iter().enumerate() {
            let at = Spot { x: self.left, y: top + count(row) * height + height * 0.73 };
            // A space at the end of a line keeps its last word apart from the next one where the text is copied.
            parts.push(self.pen.say(at, Anchor::Start, set, colour, &format!("{text} ")));
        }
        self.tag(Tag::P, parts);
    }

    fn head(&mut self, texts: &Texts, spacing: &Spacing, places: &Places) {
        let (left, right, top) = (self.left, self.right, spacing.head);
        let title = self.pen.say(Spot { x: left, y: top + 23.0 }, Anchor::Start, semi_bold(24.0), colour::INK, TITLE);
        self.tag(Tag::Hn(FIRST, Some(TITLE.to_owned())), [title]);
        let mut parts = Vec::new();
        for (row, text) in texts.name.iter().enumerate() {
            let at = Spot { x: left, y: top + 45.0 + 21.0 * count(row) };
            parts.push(self.pen.say(at, Anchor::Start, NAME, colour::INK, &format!("{text} ")));
        }
        self.tag(Tag::P, parts);
        for (row, text) in texts.right.iter().enumerate() {
            let at = Spot { x: right, y: top + 42.0 + 19.0 * count(row) };
            let id = self.pen.say(at, Anchor::End, ASIDE, colour::INK_2, text);
            self.tag(Tag::P, [id]);
        }
        self.pen.ornament(|pen| {
            umbel(pen, Spot { x: right - 26.0, y: top });
            pen.path(&[Spot { x: left, y: places.rule }, Spot { x: right, y: places.rule }], &line(colour::INK, 2.0));
        });
    }

    fn charts(&mut self, report: &ReportBody<'_>, days: &Days, spacing: &Spacing, places: &Places) {
        let width = self.right - self.left;
        let half = (width - GUTTER) / 2.0;
        for (position, chart) in report.charts.iter().enumerate() {
            let (left, top, frame) = match position {
                0 => (self.left, places.chart, spacing.frame(width)),
                1 => (self.left, places.pair, spacing.small_frame(half)),
                _ => (self.left + half + GUTTER, places.pair, spacing.small_frame(half)),
            };
            self.heading(&chart.heading, left, frame.width, top, spacing);
            let scene = scene(&chart.progress, days, frame, self.pen.faces());
            let at = Spot { x: left, y: top + spacing.gap + HEADING };
            let id = self.pen.figure(|pen| draw_scene(pen, at, &scene));
            self.tag(Tag::Figure(Some(told(&chart.progress))), [id]);
        }
    }

    /// The mood of each day, on the same days as the first chart.
    fn mood(&mut self, report: &ReportBody<'_>, days: &Days, spacing: &Spacing, places: &Places) {
        let (Some((id, values)), Some(chart)) = (report.mood.measures.first_key_value(), report.charts.first()) else { return };
        let (Some(title), Some(medians)) = (report.mood.titles.get(id), report.mood.median.get(id)) else { return };
        let heading =
            format!("{} between visits, {} to {}, dots are days, line is the 7-day median", title.title, title.min, title.max);
        self.heading(&heading, self.left, self.right - self.left, places.mood, spacing);
        let (left, right) = spacing.frame(self.right - self.left).sides(&chart.progress.measure, self.pen.faces());
        let (left, right) = (self.left + left, self.left + right);
        let top = places.mood + spacing.gap + HEADING;
        let strip = Area { left, right, top, bottom: top + spacing.strip };
        let (least, most) = (title.min.to_f64(), title.max.to_f64());
        let y = |value: Points| strip.bottom - 6.0 - (value.to_f64() - least) / (most - least) * (spacing.strip - 12.0);
        let x_of = |offset: usize| days.x(Days::noon(offset), left, right);
        let spot = |offset: usize, value: Points| Spot { x: x_of(offset), y: y(value) };
        let dots: Vec<_> = each(values).map(|(offset, value)| spot(offset, value)).collect();
        let answered = |offset: &usize| values.get(*offset).is_some_and(Option::is_some);
        let middle: Vec<_> = each(medians).filter(|(offset, _)| answered(offset)).collect();
        let runs: Vec<Vec<Spot>> = middle
            .chunk_by(|(before, _), (after, _)| after - before <= MOOD_GAP_DAYS)
            .map(|run| run.iter().map(|(offset, value)| spot(*offset, *value)).collect())
            .collect();
        let latest = middle.last().map(|(offset, value)| (spot(*offset, *value), value.to_string()));
        let least_gap = self.pen.faces().width(NO_SCORES, Kind::Name.set()) + 10.0;
        let open: Vec<f64> = each(values)
            .collect::<Vec<_>>()
            .windows(2)
            .filter(|pair| pair[1].0 - pair[0].0 > MOOD_GAP_DAYS)
            .map(|pair| (x_of(pair[0].0), x_of(pair[1].0)))
            .filter(|(before, after)| after - before >= least_gap)
            .map(|(before, after)| f64::midpoint(before, after))
            .collect();
        let rules: Vec<f64> = report.mood.session_days.iter().map(|offset| x_of(*offset)).collect();
        let figure = self.pen.figure(|pen| {
            pen.area(strip, colour::BANDS[1]);
            for x in rules {
                pen.path(&[Spot { x, y: strip.top }, Spot { x, y: strip.bottom }], &session_rule());
            }
            for dot in &dots {
                pen.circle(*dot, 1.6, colour::LAKE, 0.45, None);
            }
            for run in &runs {
                pen.path(run, &line(colour::LAKE, 1.9));
            }
            for x in open {
                let at = Spot { x, y: f64::midpoint(strip.top, strip.bottom) + 4.0 };
                pen.write(at, Anchor::Middle, Kind::Name.set(), colour::INK_3, NO_SCORES);
            }
            if let Some((at, value)) = &latest {
                pen.circle(*at, 3.5, colour::LAKE, 1.0, Some(&line(colour::SURFACE, 1.5)));
                pen.write(Spot { x: right + 9.0, y: at.y + 5.0 }, Anchor::Start, semi_bold(15.0), colour::INK, value);
            }
        });
        let days = if dots.len() == 1 { "day" } else { "days" };
        let latest = latest.map_or_else(String::new, |(_, value)| format!(" The latest 7-day median is {value}."));
        let told = format!("{} was answered on {} {days}.{latest}", title.title, dots.len());
        self.tag(Tag::Figure(Some(told)), [figure]);
    }

    fn sessions(&mut self, report: &ReportBody<'_>, spacing: &Spacing, places: &Places) {
        if report.sessions.is_empty() {
            return;
        }
        self.heading("Sessions", self.left, self.right - self.left, places.table, spacing);
        let columns = columns(report);
        let top = places.table + spacing.gap + HEADING;
        let (set, lefts, widths) = columns_in(&columns, self.left, self.right, spacing.is_small, self.pen.faces());
        let mut table = TagGroup::new(Tag::Table);
        let rows = report.sessions.len();
        for row in 0..=rows {
            let bottom = top + COLUMNS + count(row) * spacing.row;
            let colour = if row == 0 { colour::INK_3 } else { colour::INK };
            let mut cells = TagGroup::new(Tag::TR);
            for ((column, left), width) in columns.iter().zip(&lefts).zip(&widths) {
                let text = if row == 0 { &column.title } else { &column.cells[row - 1] };
                let text = self.pen.faces().line(text, set, *width);
                let (x, anchor) = if column.is_number { (left + width, Anchor::End) } else { (*left, Anchor::Start) };
                let y = bottom - if row == 0 { 7.0 } else { spacing.row * 0.31 };
                let id = self.pen.say(Spot { x, y }, anchor, set, colour, &text);
                let mut cell = if row == 0 { TagGroup::new(Tag::TH(TableHeaderScope::Column)) } else { TagGroup::new(Tag::TD) };
                cell.push(id);
                cells.push(cell);
            }
            table.push(cells);
            let (left, right) = (self.left, self.right);
            let under = if row == 0 { line(colour::INK_3, 1.0) } else { line(colour::LINE, 1.0) };
            self.pen.ornament(|pen| pen.path(&[Spot { x: left, y: bottom }, Spot { x: right, y: bottom }], &under));
        }
        self.tags.push(table);
        if report.earlier_sessions > 0 {
            let note = words::sessions_left_out(report.sessions.len(), report.earlier_sessions);
            let y = top + COLUMNS + count(rows) * spacing.row;
            self.paragraph(&[note], y + 2.0, NOTES, NOTE, colour::INK_3);
        }
    }

    fn discussion(&mut self, spacing: &Spacing, places: &Places) {
        if spacing.lines == 0 {
            return;
        }
        self.heading("For discussion", self.left, self.right - self.left, places.discussion, spacing);
        let top = places.discussion + spacing.gap + HEADING;
        let (left, right) = (self.left, self.right);
        self.pen.ornament(|pen| {
            for row in 1..=spacing.lines {
                let y = top + count(row) * WRITING;
                pen.path(&[Spot { x: left, y }, Spot { x: right, y }], &line(colour::LINE_STRONG, 1.0));
            }
        });
    }
}

const FIRST: NonZeroU16 = NonZeroU16::MIN;
const SECOND: NonZeroU16 = FIRST.saturating_add(1);

/// The median line is open where more days lie between two answers. Source: CLINICAL.md 4.5 (P).
const MOOD_GAP_DAYS: usize = 3;

fn each(values: &[Option<Points>]) -> impl Iterator<Item = (usize, Points)> {
    values.iter().enumerate().filter_map(|(offset, value)| Some((offset, (*value)?)))
}

/// What a chart shows, for who does not see it: each score with its day.
fn told(progress: &ProgressBody<'_>) -> String {
    let scores: Vec<_> = progress.points.iter().map(|point| format!("{} on {}", point.value, point.local_date)).collect();
    let title = progress.measure.title;
    if scores.is_empty() { format!("{title}: no scores.") } else { format!("{title}: {}.", scores.join(", ")) }
}

fn session_rule() -> Line {
    Line { strength: 0.65, ..line(colour::YARROW, 1.0) }
}

/// A chart with its upper left corner at a place.
fn draw_scene(pen: &mut Pen<'_, '_>, at: Spot, scene: &Scene) {
    let moved = |spot: Spot| Spot { x: at.x + spot.x, y: at.y + spot.y };
    let Area { left, top, right, bottom } = scene.plot;
    let upright = |x: f64, from: f64, to: f64| [moved(Spot { x, y: from }), moved(Spot { x, y: to })];
    let level = |y: f64| [moved(Spot { x: left, y }), moved(Spot { x: right, y })];
    let area = |area: Area| {
        let (upper, lower) = (moved(Spot { x: area.left, y: area.top }), moved(Spot { x: area.right, y: area.bottom }));
        Area { left: upper.x, top: upper.y, right: lower.x, bottom: lower.y }
    };
    if scene.bands.is_empty() {
        pen.area(area(scene.plot), colour::BANDS[1]);
    }
    for (band, shade) in &scene.bands {
        pen.area(area(*band), colour::BANDS[*shade]);
    }
    for x in &scene.ticks {
        pen.path(&upright(*x, top, bottom), &Line { strength: 0.08, ..line(colour::INK, 1.0) });
        pen.path(&upright(*x, scene.axis, scene.axis + 5.0), &line(colour::LINE_STRONG, 1.0));
    }
    for x in &scene.rules {
        pen.path(&upright(*x, top, scene.row - scene.diamond), &session_rule());
    }
    if let Some(y) = scene.base {
        pen.path(&level(y), &Line { dash: Some((5.0, 4.0)), ..line(colour::INK_2, 1.25) });
    }
    if let Some(y) = scene.response {
        pen.path(&level(y), &Line { dash: Some((1.5, 4.0)), ..line(colour::LAKE, 1.75) });
    }
    for x in &scene.changes {
        pen.path(&upright(*x, top, scene.row - scene.diamond), &Line { dash: Some((7.0, 3.0)), ..line(colour::INK_2, 1.25) });
    }
    for run in &scene.runs {
        pen.path(&run.iter().map(|spot| moved(*spot)).collect::<Vec<_>>(), &line(colour::LAKE, 2.5));
    }
    for dot in &scene.dots {
        let (at, radius) = (moved(dot.at), if dot.is_last { 5.5 } else { 4.0 });
        if dot.is_last {
            pen.circle(at, 9.0, colour::LAKE, 0.16, None);
        }
        if dot.is_open {
            pen.circle(at, radius, colour::SURFACE, 1.0, Some(&line(colour::LAKE, 2.0)));
        } else {
            pen.circle(at, radius, colour::LAKE, 1.0, Some(&line(colour::SURFACE, 1.5)));
        }
    }
    pen.path(&level(scene.axis), &line(colour::LINE_STRONG, 1.0));
    for x in &scene.rules {
        let (y, d) = (scene.row, scene.diamond);
        let corners = [(*x, y - d), (x + d, y), (*x, y + d), (x - d, y)].map(|(x, y)| moved(Spot { x, y }));
        pen.shape(&corners, colour::YARROW, &line(colour::YARROW_INK, 1.5));
    }
    for label in &scene.labels {
        let (at, set) = (moved(label.at), label.kind.set());
        let colour = match label.kind {
            Kind::Name => colour::INK_3,
            Kind::Figure => colour::INK_2,
            Kind::Start | Kind::Latest => {
                pen.clear(at, label.anchor, set, &label.text);
                colour::INK
            }
        };
        pen.write(at, label.anchor, set, colour, &label.text);
    }
}

/// The mark: five stems that meet in one head.
fn umbel(pen: &mut Pen<'_, '_>, at: Spot) {
    let (width, height) = (26.0, 25.0);
    let radius = width * 0.085;
    let place = |x: f64, y: f64| Spot { x: at.x + x, y: at.y + y };
    let stem = line(colour::LAKE, 1.5);
    let fork = place(width / 2.0, height * 0.62);
    pen.path(&[place(width / 2.0, height - 1.0), fork], &stem);
    for side in [-1.0, -0.5, 0.0, 0.5, 1.0] {
        let (x, y) = (width / 2.0 + side * (width / 2.0 - radius - 1.0), radius + 1.0 + side * side * height * 0.2);
        pen.curve(fork, place(width / 2.0 + side * width * 0.12, height * 0.42), place(x, y + radius * 0.6), &stem);
        pen.circle(place(x, y), radius, colour::YARROW, 1.0, Some(&line(colour::YARROW_INK, 0.75)));
    }
}

/// A column of the table of sessions.
struct Column {
    title: String,
    cells: Vec<String>,
    is_number: bool,
}

fn columns(report: &ReportBody<'_>) -> Vec<Column> {
    let today = report.to.civil();
    let column = |title: &str, is_number: bool, cell: &dyn Fn(&SessionLine) -> Option<String>| Column {
        title: title.to_owned(),
        cells: report.sessions.iter().map(|session| cell(session).unwrap_or_else(|| NOTHING.to_owned())).collect(),
        is_number,
    };
    let primary = report.charts.first().map_or("", |chart| chart.progress.measure.title);
    let pressure = |session: &SessionLine| {
        let peak = session.pressure_peak?;
        Some(format!("{}/{}", peak.systolic, peak.diastolic.map_or_else(|| NOTHING.to_owned(), |lower| lower.to_string())))
    };
    let mut columns = vec![
        column("No.", true, &|session| Some(session.number.to_string())),
        column("Date", false, &|session| Some(words::table_day(session.date.civil(), today))),
        column("Phase", false, &|session| Some(words::phase(session.phase).to_owned())),
        column("Dose", true, &words::dose),
        column("mg per kg", true, &|session| session.mg_per_kg.map(|dose| format!("{:.2}", dose.to_f64()))),
        column("Minutes", true, &|session| session.minutes.map(|minutes| minutes.to_string())),
    ];
    if report.has_vital_signs {
        columns.push(column("BP peak", true, &pressure));
    }
    columns.push(column("Dissociation /10", true, &|session| session.dissociation.map(|felt| felt.to_string())));
    columns.push(column(&format!("{primary} before to after"), true, &|session| {
        Some(format!("{} to {}", session.before?, session.after?))
    }));
    columns
}

/// Between two columns.
const COLUMN_GAP: f64 = 10.0;

/// The letters, left edges and widths of the columns: what is left over is shared among them.
fn columns_in(columns: &[Column], left: f64, right: f64, is_small: bool, faces: &Faces) -> (Type, Vec<f64>, Vec<f64>) {
    let set = regular(if is_small { 11.5 } else { 12.5 });
    let natural = |column: &Column| {
        let cells = column.cells.iter().map(|cell| faces.width(cell, set));
        cells.fold(faces.width(&column.title, set).min(170.0), f64::max)
    };
    let natural: Vec<f64> = columns.iter().map(natural).collect();
    let room = right - left - COLUMN_GAP * count(columns.len() - 1);
    let sum: f64 = natural.iter().sum();
    // Where they are too wide together, each gives way by its share.
    let widths: Vec<f64> = natural.iter().map(|width| width * room / sum).collect();
    let mut x = left;
    let lefts = widths.iter().map(|width| {
        let at = x;
        x += width + COLUMN_GAP;
        at
    });
    (set, lefts.collect(), widths)
}
