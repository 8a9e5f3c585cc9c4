//! Where things go on a progress chart. The grammar is that of the app (`frontend/src/charts/scene.ts`), on fixed paper.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::labels::{Ground, Kind, Label, Obstacle, label, touches};
use super::pen::{Anchor, Area, Spot};
use super::text::Faces;
use crate::instruments::{Direction, Points};
use crate::progress::body::{MeasureBody, ProgressBody};
use crate::progress::timeline::{ChartPoint, days_between};
use crate::reports::words;

/// The days of a page, from left to right.
#[derive(Clone, Debug)]
pub struct Days {
    zone: TimeZone,
    first: Date,
    /// The left edge in days after `first`, a little before it.
    from: f64,
    /// The right edge.
    to: f64,
}

/// Days from the first one to the last at the least, so that two scores of one week do not lie at both ends.
const LEAST_DAYS: f64 = 14.0;

impl Days {
    /// The days from one to another where the patient is, with a little air at both ends.
    pub fn new(zone: TimeZone, first: Date, last: Date) -> Self {
        let length = whole(days_between(first, last) + 1);
        let shown = length.max(LEAST_DAYS);
        let air = (shown * 0.02).max(1.0);
        Self { zone, first, from: length - shown - air, to: length + air }
    }

    /// The wall-clock day of an instant, so that a score in the evening lies before a session the next morning.
    fn day_of(&self, at: Timestamp) -> f64 {
        let clock = at.to_zoned(self.zone.clone()).datetime();
        let seconds = clock.duration_since(DateTime::from_parts(self.first, Time::midnight())).as_secs_f64();
        seconds / 86_400.0
    }

    /// Noon of the day so many days after the first one.
    pub fn noon(offset: usize) -> f64 {
        count(offset) + 0.5
    }

    fn day_of_date(&self, date: Date) -> f64 {
        whole(days_between(self.first, date))
    }

    fn has(&self, day: f64) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// From the left edge to the right one.
    pub fn x(&self, day: f64, left: f64, right: f64) -> f64 {
        left + (day - self.from) / (self.to - self.from) * (right - left)
    }

    /// The first days of the months that are shown, or of weeks where there are no two of those.
    fn ticks(&self) -> (bool, Vec<Date>) {
        let mut months = Vec::new();
        let mut month = self.first.first_of_month();
        while self.day_of_date(month) <= self.to {
            if self.has(self.day_of_date(month)) {
                months.push(month);
            }
            let Ok(next) = month.checked_add(jiff::Span::new().months(1)) else { break };
            month = next;
        }
        if months.len() >= 2 {
            return (true, months);
        }
        let week = |number: i64| self.first.checked_add(jiff::Span::new().weeks(number)).ok();
        (false, (0..).map_while(week).take_while(|day| self.day_of_date(*day) <= self.to).collect())
    }

    fn is_long(&self) -> bool {
        self.to - self.from > 330.0
    }
}

/// A dot of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Where.
    pub at: Spot,
    /// The last one, which has a halo.
    pub is_last: bool,
    /// Hollow: it says less than the others do.
    pub is_open: bool,
}

/// A chart as a list of things to draw, from its upper left corner.
#[derive(Debug)]
pub struct Scene {
    /// Where scores lie.
    pub plot: Area,
    /// Severity, with how dark each band is, 0 to 4.
    pub bands: Vec<(Area, usize)>,
    /// Months or weeks.
    pub ticks: Vec<f64>,
    /// Sessions.
    pub rules: Vec<f64>,
    /// Changes of plan.
    pub changes: Vec<f64>,
    /// The start line.
    pub base: Option<f64>,
    /// The response line.
    pub response: Option<f64>,
    /// Scores that a line may join.
    pub runs: Vec<Vec<Spot>>,
    /// The scores.
    pub dots: Vec<Dot>,
    /// The height of the diamonds.
    pub row: f64,
    /// Half the width of a diamond.
    pub diamond: f64,
    /// The line of the time axis.
    pub axis: f64,
    /// Text.
    pub labels: Vec<Label>,
}

/// How large a chart is.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The whole width.
    pub width: f64,
    /// The height of the plot.
    pub plot: f64,
    /// Half a page wide: without doses, and with fewer names.
    pub is_small: bool,
}

/// From the top of a chart to its plot.
pub const HEAD: f64 = 6.0;
/// From one line of a name to the next.
const NAME_LINE: f64 = 13.0;
/// Under the time axis.
pub const FOOT: f64 = 22.0;

impl Frame {
    /// The room that sessions take under the plot.
    pub const fn session_room(self) -> f64 {
        if self.is_small { 30.0 } else { 48.0 }
    }

    /// The whole height.
    pub const fn height(self) -> f64 {
        HEAD + self.plot + self.session_room() + FOOT
    }

    const fn left(self) -> f64 {
        if self.is_small { 26.0 } else { 34.0 }
    }

    /// The sides of the plot, which leave room for the names of the bands.
    pub fn sides(self, measure: &MeasureBody<'_>, faces: &Faces) -> (f64, f64) {
        let names = measure.bands.iter().flat_map(|band| self.name_lines(&band.label, faces));
        let widest = names.map(|name| faces.width(&name, Kind::Name.set())).fold(12.0, f64::max);
        (self.left(), self.width - widest - 16.0)
    }

    /// The name of a band in one line or two.
    fn name_lines(self, name: &str, faces: &Faces) -> Vec<String> {
        let room = if self.is_small { 88.0 } else { 120.0 };
        faces.lines(words::short_band(name), Kind::Name.set(), room, 2)
    }
}

/// Lays a chart out.
pub fn scene(progress: &ProgressBody<'_>, days: &Days, frame: Frame, faces: &Faces) -> Scene {
    let measure = &progress.measure;
    let (left, right) = frame.sides(measure, faces);
    let plot = Area { left, top: HEAD, right, bottom: HEAD + frame.plot };
    let values = Values::of(measure, plot);
    let x = |at: Timestamp| days.x(days.day_of(at), left, right);
    let is_shown = |at: &Timestamp| days.has(days.day_of(*at));
    let points: Vec<_> = progress.points.iter().filter(|point| is_shown(&point.at)).collect();
    let spot = |point: &ChartPoint<'_>| Spot { x: x(point.at), y: values.y(point.value) };
    let dots: Vec<_> =
        points.iter().enumerate().map(|(position, point)| dot(point, spot(point), position + 1 == points.len())).collect();
    let rules: Vec<_> = progress.sessions.iter().filter(|session| is_shown(&session.at)).map(|session| x(session.at)).collect();
    let changes: Vec<_> = progress.plan_changes.iter().map(|change| change.at).filter(is_shown).map(x).collect();
    let base = progress.baseline.map(|baseline| values.y(baseline.value));
    let response = measure.response_line.filter(|_| !frame.is_small).map(|line| values.beyond(line));
    let mut scene = Scene {
        bands: bands(measure, &values, plot),
        ticks: Vec::new(),
        runs: runs(&points, spot),
        row: plot.bottom + if frame.is_small { 15.0 } else { 16.0 },
        diamond: if frame.is_small { 4.0 } else { 6.0 },
        axis: plot.bottom + frame.session_room(),
        labels: Vec::new(),
        plot,
        rules,
        changes,
        base,
        response,
        dots,
    };
    scene.name_bands(measure, frame, faces);
    scene.number_axis(measure, &values, faces);
    scene.name_days(days, frame, faces);
    if !frame.is_small {
        scene.tell_doses(progress, days, faces);
    }
    scene.tell_scores(progress, &points, frame, faces);
    scene
}

fn dot(point: &ChartPoint<'_>, at: Spot, is_last: bool) -> Dot {
    Dot { at, is_last, is_open: point.is_open() }
}

fn runs(points: &[&ChartPoint<'_>], spot: impl Fn(&ChartPoint<'_>) -> Spot) -> Vec<Vec<Spot>> {
    let mut runs: Vec<Vec<Spot>> = Vec::new();
    for (position, point) in points.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if position > 0 && point.joined => run.push(spot(point)),
            _ => runs.push(vec![spot(point)]),
        }
    }
    runs
}

/// The whole range of the questionnaire, half a point beyond at both ends, low at the bottom. Never fitted to the data.
struct Values {
    least: f64,
    span: f64,
    /// Half a step of the measure.
    half: f64,
    is_higher_better: bool,
    plot: Area,
}

impl Values {
    fn of(measure: &MeasureBody<'_>, plot: Area) -> Self {
        let least = measure.min.to_f64() - 0.5;
        Self {
            least,
            span: measure.max.to_f64() + 0.5 - least,
            half: Points::step_of(measure.decimals).to_f64() / 2.0,
            is_higher_better: measure.higher_is == Direction::Better,
            plot,
        }
    }

    fn at(&self, value: f64) -> f64 {
        self.plot.bottom - (value - self.least) / self.span * (self.plot.bottom - self.plot.top)
    }

    fn y(&self, value: Points) -> f64 {
        self.at(value.to_f64())
    }

    /// Half a step on the worse side of a value: what lies on the better side of it has reached the value.
    fn beyond(&self, value: Points) -> f64 {
        let half = if self.is_higher_better { -self.half } else { self.half };
        self.at(value.to_f64() + half)
    }
}

/// How dark each of so many bands is.
const fn shades(bands: usize) -> &'static [usize] {
    match bands {
        1 => &[0],
        2 => &[0, 3],
        3 => &[0, 2, 3],
        4 => &[0, 1, 2, 4],
        _ => &[0, 1, 2, 3, 4],
    }
}

/// Bands meet half-way between their values, so that no score lies on an edge.
fn bands(measure: &MeasureBody<'_>, values: &Values, plot: Area) -> Vec<(Area, usize)> {
    let shades = shades(measure.bands.len());
    let edge = |position: usize| -> f64 {
        match (position.checked_sub(1).and_then(|lower| measure.bands.get(lower)), measure.bands.get(position)) {
            (Some(lower), Some(upper)) => values.at(f64::midpoint(lower.max.to_f64(), upper.min.to_f64())),
            (None, _) => plot.bottom,
            (_, None) => plot.top,
        }
    };
    (0..measure.bands.len())
        .map(|position| {
            let rank = if values.is_higher_better { measure.bands.len() - 1 - position } else { position };
            let shade = shades.get(rank).copied().unwrap_or(4);
            (Area { top: edge(position + 1), bottom: edge(position), ..plot }, shade)
        })
        .collect()
}

/// Both ends stay; what comes nearer to another than `distance` is left out.
fn thinned(mut places: Vec<(Points, f64)>, distance: f64) -> Vec<(Points, f64)> {
    places.sort_by_key(|(value, _)| *value);
    places.dedup_by_key(|(value, _)| *value);
    let mut kept: Vec<_> = places.first().into_iter().chain(places.last().filter(|_| places.len() > 1)).copied().collect();
    for place in places {
        if kept.iter().all(|other| (other.1 - place.1).abs() >= distance) {
            kept.push(place);
        }
    }
    kept
}

impl Scene {
    fn name_bands(&mut self, measure: &MeasureBody<'_>, frame: Frame, faces: &Faces) {
        for (band, (area, _)) in measure.bands.iter().zip(&self.bands) {
            let lines = frame.name_lines(&band.label, faces);
            let above = (count(lines.len()) - 1.0) * NAME_LINE / 2.0;
            let line = |(row, text): (usize, &String)| {
                let y = f64::midpoint(area.top, area.bottom) + 4.0 - above + count(row) * NAME_LINE;
                label(faces, Spot { x: self.plot.right + 8.0, y }, Anchor::Start, Kind::Name, text)
            };
            let names: Vec<_> = lines.iter().enumerate().map(line).collect();
            // In a low plot, narrow bands stand closer than their names can.
            let is_free = |name: &Label| self.labels.iter().all(|other| !touches(&name.room, &other.room, 0.0));
            if names.iter().all(is_free) {
                self.labels.extend(names);
            }
        }
    }

    fn number_axis(&mut self, measure: &MeasureBody<'_>, values: &Values, faces: &Faces) {
        let edges = measure.bands.iter().map(|band| band.min);
        let ticks = edges.chain([measure.min, measure.max]).map(|value| (value, values.y(value))).collect();
        for (value, y) in thinned(ticks, 14.0) {
            let at = Spot { x: self.plot.left - 8.0, y: y + 4.0 };
            self.labels.push(label(faces, at, Anchor::End, Kind::Figure, &value.to_string()));
        }
    }

    fn name_days(&mut self, days: &Days, frame: Frame, faces: &Faces) {
        let (are_months, ticks) = days.ticks();
        let mut free = f64::NEG_INFINITY;
        for tick in ticks {
            let x = days.x(days.day_of_date(tick), self.plot.left, self.plot.right);
            self.ticks.push(x);
            let is_year = are_months && days.is_long() && tick.month() == 1;
            let format = if !are_months {
                "%-d %b"
            } else if is_year {
                "%b %Y"
            } else {
                "%b"
            };
            let at = Spot { x: x + 5.0, y: self.axis + 16.0 };
            let name = label(faces, at, Anchor::Start, Kind::Name, &tick.strftime(format).to_string());
            if name.room.left >= free && name.room.right <= frame.width {
                free = name.room.right + 8.0;
                self.labels.push(name);
            }
        }
    }

    /// The dose in milligrams under each diamond where there is room for it; each stands in the table.
    fn tell_doses(&mut self, progress: &ProgressBody<'_>, days: &Days, faces: &Faces) {
        let mut free = f64::NEG_INFINITY;
        for session in &progress.sessions {
            let Some(dose) = session.dose_mg.and_then(Points::from_f64) else { continue };
            let day = days.day_of(session.at);
            let at = Spot { x: days.x(day, self.plot.left, self.plot.right), y: self.row + 24.0 };
            let text = label(faces, at, Anchor::Middle, Kind::Figure, &dose.to_string());
            if days.has(day) && text.room.left >= free {
                free = text.room.right + 4.0;
                self.labels.push(text);
            }
        }
        if free > f64::NEG_INFINITY {
            let at = Spot { x: self.plot.right + 8.0, y: self.row + 24.0 };
            self.labels.push(label(faces, at, Anchor::Start, Kind::Name, "mg"));
        }
    }

    fn tell_scores(&mut self, progress: &ProgressBody<'_>, points: &[&ChartPoint<'_>], frame: Frame, faces: &Faces) {
        let ground = self.ground();
        // The last figure may stand a little over the right edge.
        let wide = Ground { bounds: Area { right: self.plot.right + 6.0, ..self.plot }, ..self.ground() };
        if let (Some(dot), Some(point)) = (self.dots.last(), points.last()) {
            self.put(
                &wide,
                around(
                    faces,
                    dot.at,
                    &[(0.0, 23.0), (0.0, -14.0), (13.0, 6.0), (-13.0, 6.0)],
                    Kind::Latest,
                    &point.value.to_string(),
                ),
            );
        }
        let start =
            progress.baseline.and_then(|baseline| points.iter().position(|point| point.response_id == baseline.response_id));
        if let Some(dot) = start.and_then(|position| self.dots.get(position)).filter(|dot| !dot.is_last) {
            let value = progress.baseline.map(|baseline| baseline.value.to_string()).unwrap_or_default();
            let places = [(8.0, -9.0), (0.0, -10.0), (-8.0, -9.0), (8.0, 19.0), (-8.0, 19.0), (0.0, 21.0)];
            self.put(&ground, around(faces, dot.at, &places, Kind::Start, &value));
        }
        let start = progress
            .baseline
            .map(|baseline| if frame.is_small { "Start".to_owned() } else { format!("Start, {}", baseline.value) });
        let response = progress.measure.response_line.map(|line| format!("Response, {line}"));
        for (y, text) in [(self.base, start), (self.response, response)] {
            if let Some((y, text)) = y.zip(text) {
                self.put(&ground, self.along(y, &text, faces));
            }
        }
        if frame.is_small {
            return;
        }
        for x in self.changes.clone() {
            let places = [14.0, 30.0, 46.0, 62.0].map(|down| Spot { x: x + 5.0, y: self.plot.top + down });
            self.put(&ground, places.map(|at| label(faces, at, Anchor::Start, Kind::Name, "plan changed")).into());
        }
        for pair in self.runs.clone().windows(2) {
            let (Some(before), Some(after)) = (pair[0].last(), pair[1].first()) else { continue };
            let (x, y) = (f64::midpoint(before.x, after.x), f64::midpoint(before.y, after.y));
            let at = |down: f64| label(faces, Spot { x, y: y + 4.0 + down }, Anchor::Middle, Kind::Name, NO_SCORES);
            let places = [0.0, -22.0, 22.0, -44.0, 44.0, -66.0, 66.0].map(at);
            if after.x - before.x >= faces.width(NO_SCORES, Kind::Name.set()) + 12.0 {
                self.put(&ground, places.into());
            }
        }
    }

    fn put(&mut self, ground: &Ground, candidates: Vec<Label>) {
        self.labels.extend(ground.place(candidates, &self.labels, f64::INFINITY));
    }

    fn ground(&self) -> Ground {
        let Area { left, top, right, bottom } = self.plot;
        let joins =
            self.runs.iter().flat_map(|run| run.windows(2)).map(|pair| Obstacle { from: pair[0], to: pair[1], cost: 25.0 });
        let upright = |x: &f64| Obstacle { from: Spot { x: *x, y: top }, to: Spot { x: *x, y: bottom }, cost: 0.4 };
        let level = |y: f64| Obstacle { from: Spot { x: left, y }, to: Spot { x: right, y }, cost: 12.0 };
        let dot = |dot: &Dot| {
            let radius = if dot.is_last { 9.0 } else { 5.0 };
            let Spot { x, y } = dot.at;
            Area { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }
        };
        Ground {
            bounds: self.plot,
            dots: self.dots.iter().map(dot).collect(),
            lines: joins
                .chain(self.rules.iter().chain(&self.changes).map(upright))
                .chain(self.base.into_iter().chain(self.response).map(level))
                .collect(),
        }
    }

    /// Above a level line or below it, from the right end to the left.
    fn along(&self, y: f64, text: &str, faces: &Faces) -> Vec<Label> {
        let width = faces.width(text, Kind::Name.set());
        let mut places = Vec::new();
        let mut end = self.plot.right - 6.0;
        while end - width >= self.plot.left + 4.0 {
            for down in [-6.0, 14.0] {
                places.push(label(faces, Spot { x: end, y: y + down }, Anchor::End, Kind::Name, text));
            }
            end -= 18.0;
        }
        places
    }
}

/// What a gap is called.
pub const NO_SCORES: &str = "no scores";

/// Candidates at these distances from a dot: beside it where there is a way to the side, else in its middle.
fn around(faces: &Faces, dot: Spot, distances: &[(f64, f64)], kind: Kind, text: &str) -> Vec<Label> {
    let place = |&(x, y): &(f64, f64)| {
        let anchor = if x > 0.0 {
            Anchor::Start
        } else if x < 0.0 {
            Anchor::End
        } else {
            Anchor::Middle
        };
        label(faces, Spot { x: dot.x + x, y: dot.y + y }, anchor, kind, text)
    };
    distances.iter().map(place).collect()
}

/// A number of days; those of a page are few.
fn whole(days: i64) -> f64 {
    i32::try_from(days).map_or(0.0, f64::from)
}

/// A number of things on a page.
pub fn count(things: usize) -> f64 {
    u32::try_from(things).map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Id;
    use crate::instruments::Registry;
    use crate::progress::body::{Line, Shown, Treatment, progress};
    use crate::progress::samples::{self, id, score};

    const WIDE: Frame = Frame { width: 690.0, plot: 140.0, is_small: false };
    const SMALL: Frame = Frame { width: 331.0, plot: 82.0, is_small: true };

    fn session_mark(number: i32, on: i64) -> crate::sessions::queries::SessionMark {
        let point = samples::session(number, on);
        crate::sessions::queries::SessionMark {
            id: Id::from_uuid(point.id),
            course_id: None,
            number,
            status: "completed".to_owned(),
            at: crate::db::Timestamp::from_milliseconds(point.at.as_millisecond()),
            local_date: point.local_date.into(),
            route: None,
            medicine: "ketamine".to_owned(),
            dose_mg: Some(40.0),
            infusion_minutes: None,
        }
    }

    /// A chart of these scores by day after 1 March 2026, with sessions on those days.
    fn laid_out(instrument: &str, scores: &[(i64, i32)], sessions: &[i64], frame: Frame) -> Scene {
        let registry = Registry::load_builtin().unwrap();
        let (measure, form) = (registry.measure(&format!("{instrument}.total")).unwrap(), registry.current(instrument).unwrap());
        let marks = sessions.iter().enumerate().map(|(at, on)| session_mark(i32::try_from(at).unwrap() + 1, *on));
        let treatment = Treatment::of(marks.collect(), &[]);
        let line = Line { scores: scores.iter().map(|(on, value)| score(*on, *value)).collect(), ..Line::default() };
        let body = progress(Id::from_uuid(id(1)), measure, form, &treatment, &line, Shown::default(), samples::date(60));
        let last = scores.last().map_or(28, |(on, _)| on + 1);
        let days = Days::new(TimeZone::UTC, samples::date(-7), samples::date(last));
        scene(&body, &days, frame, &Faces::load().unwrap())
    }

    fn texts(scene: &Scene) -> Vec<&str> {
        scene.labels.iter().map(|label| label.text.as_str()).collect()
    }

    fn usual(frame: Frame) -> Scene {
        laid_out("phq-9", &[(-1, 19), (6, 15), (13, 11), (20, 8), (41, 9), (45, 6)], &[0, 3, 7, 10, 42], frame)
    }

    #[test]
    fn the_scale_is_the_whole_range_with_half_a_point_to_spare() {
        let scene = laid_out("phq-9", &[(-1, 0), (6, 27)], &[0], WIDE);
        let step = 140.0 / 28.0;
        let y: Vec<_> = scene.dots.iter().map(|dot| dot.at.y).collect();
        assert!((scene.plot.bottom - y[0] - step / 2.0).abs() < 1e-9 && (y[1] - scene.plot.top - step / 2.0).abs() < 1e-9);
        let edges: Vec<_> = scene.bands.iter().map(|(area, _)| (scene.plot.bottom - area.top) / step).collect();
        for (edge, expected) in edges.iter().zip([5.0, 10.0, 15.0, 20.0, 28.0]) {
            assert!((edge - expected).abs() < 1e-9, "{edges:?}");
        }
        assert_eq!(scene.bands.iter().map(|(_, shade)| *shade).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn days_lie_evenly_and_sessions_at_their_hour() {
        let scene = laid_out("phq-9", &[(-1, 19), (6, 15), (13, 11)], &[0, 7], WIDE);
        let week = scene.dots[1].at.x - scene.dots[0].at.x;
        assert!((scene.dots[2].at.x - scene.dots[1].at.x - week).abs() < 1e-6);
        assert!((scene.rules[1] - scene.rules[0] - week).abs() < 1e-6);
        // A score at 18:00 and a session at noon of the next day.
        assert!((scene.rules[0] - scene.dots[0].at.x - week * 0.75 / 7.0).abs() < 1e-6);
        assert!(scene.dots.iter().all(|dot| (scene.plot.left..=scene.plot.right).contains(&dot.at.x)));
    }

    #[test]
    fn no_line_leads_over_a_gap_and_the_gap_has_its_name() {
        let scene = usual(WIDE);
        assert_eq!(scene.runs.iter().map(Vec::len).collect::<Vec<_>>(), [4, 2]);
        assert!(texts(&scene).contains(&"no scores"));
        assert!(!texts(&usual(SMALL)).contains(&"no scores"));
    }

    #[test]
    fn lines_and_figures_are_named_as_the_grammar_says() {
        let scene = usual(WIDE);
        for text in ["Start, 19", "Response, 9", "19", "6", "Severe", "Mod. severe", "Mild", "Minimal", "0", "27", "Mar", "mg"] {
            assert!(texts(&scene).contains(&text), "{text}: {:?}", texts(&scene));
        }
        // The response line lies under 9 and the last score over nothing else: half a point on the worse side.
        let step = 140.0 / 28.0;
        let nine = scene.dots[4].at.y;
        assert!((nine - scene.response.unwrap() - step / 2.0).abs() < 1e-9);
        assert!((scene.base.unwrap() - scene.dots[0].at.y).abs() < 1e-9);
        let small = usual(SMALL);
        assert!(small.response.is_none() && texts(&small).contains(&"Start") && !texts(&small).contains(&"40"));
    }

    #[test]
    fn doses_stand_only_where_there_is_room() {
        let close = laid_out("phq-9", &[(-1, 19), (300, 6)], &[0, 1, 2, 100], WIDE);
        assert_eq!(texts(&close).iter().filter(|text| **text == "40").count(), 2);
    }

    #[test]
    fn no_text_touches_another_on_either_chart_of_any_questionnaire() {
        for instrument in ["phq-9", "gad-7", "pcl-5", "peg"] {
            for frame in [WIDE, Frame { plot: 92.0, ..WIDE }, SMALL, Frame { plot: 56.0, ..SMALL }] {
                for last in 0..10 {
                    let scene =
                        laid_out(instrument, &[(-1, 9), (6, last), (13, 10 - last), (40, last)], &[0, 3, 7, 14, 41], frame);
                    for (position, label) in scene.labels.iter().enumerate() {
                        assert!(label.room.left >= 0.0 && label.room.right <= frame.width + 1e-6, "{label:?}");
                        for other in &scene.labels[position + 1..] {
                            assert!(!touches(&label.room, &other.room, 0.0), "{instrument} {frame:?}: {label:?} {other:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_chart_without_scores_still_has_its_scale() {
        let scene = laid_out("phq-9", &[], &[], WIDE);
        assert!(scene.dots.is_empty() && scene.base.is_none() && texts(&scene).contains(&"Severe"));
    }
}
