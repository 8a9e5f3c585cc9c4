//! Text on a chart: how much room it takes, and where it can stand without touching anything else.

use super::pen::{Anchor, Area, Spot};
use super::text::{Faces, Type, regular, semi_bold};

/// What a text on a chart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of a band, a line or a month.
    Name,
    /// A figure at an axis.
    Figure,
    /// The score that change is counted from.
    Start,
    /// The last score: the largest figure of all.
    Latest,
}

impl Kind {
    /// How it is set.
    pub const fn set(self) -> Type {
        match self {
            Self::Name | Self::Figure => regular(12.0),
            Self::Start => semi_bold(15.0),
            Self::Latest => semi_bold(17.0),
        }
    }
}

/// A text in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where its line stands.
    pub at: Spot,
    /// Which end is there.
    pub anchor: Anchor,
    /// What it is.
    pub kind: Kind,
    /// The text.
    pub text: String,
    /// The room that it takes.
    pub room: Area,
}

/// A text at a place.
pub fn label(faces: &Faces, at: Spot, anchor: Anchor, kind: Kind, text: &str) -> Label {
    let Type { size, .. } = kind.set();
    let width = faces.width(text, kind.set());
    let left = match anchor {
        Anchor::Start => at.x,
        Anchor::Middle => at.x - width / 2.0,
        Anchor::End => at.x - width,
    };
    let room = Area { left, right: left + width, top: at.y - size * 0.78, bottom: at.y + size * 0.24 };
    Label { at, anchor, kind, text: text.to_owned(), room }
}

/// A line that text should not lie on.
#[derive(Clone, Copy, Debug)]
pub struct Obstacle {
    /// From here.
    pub from: Spot,
    /// To there.
    pub to: Spot,
    /// What it costs to write over it.
    pub cost: f64,
}

/// What is on the chart already.
#[derive(Debug)]
pub struct Ground {
    /// No text leaves it.
    pub bounds: Area,
    /// Dots: dear to write over.
    pub dots: Vec<Area>,
    /// Lines: cheaper.
    pub lines: Vec<Obstacle>,
}

/// What a dot costs.
const DOT_COST: f64 = 60.0;

impl Ground {
    /// The candidate that costs least, an earlier one where two cost the same; `None` where each touches another text, leaves
    /// the bounds or costs more than `most`.
    pub fn place(&self, candidates: Vec<Label>, labels: &[Label], most: f64) -> Option<Label> {
        let mut best: Option<(f64, Label)> = None;
        let mut head_start = 0.0;
        for candidate in candidates {
            let cost = head_start + self.cost(&candidate.room);
            head_start += 0.5;
            let is_free =
                contains(&self.bounds, &candidate.room) && labels.iter().all(|other| !touches(&candidate.room, &other.room, 2.0));
            if is_free && cost <= most && best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, candidate));
            }
        }
        best.map(|(_, label)| label)
    }

    fn cost(&self, room: &Area) -> f64 {
        let dots = self.dots.iter().filter(|dot| touches(room, dot, 1.0)).map(|_| DOT_COST);
        let lines = self.lines.iter().filter(|line| crosses(room, line)).map(|line| line.cost);
        dots.chain(lines).sum()
    }
}

/// Whether two areas come nearer than `distance`.
pub fn touches(one: &Area, other: &Area, distance: f64) -> bool {
    one.left - distance < other.right
        && other.left - distance < one.right
        && one.top - distance < other.bottom
        && other.top - distance < one.bottom
}

fn contains(outer: &Area, inner: &Area) -> bool {
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
}

/// Whether a line passes through an area (Liang and Barsky's clipping).
fn crosses(area: &Area, line: &Obstacle) -> bool {
    let (dx, dy) = (line.to.x - line.from.x, line.to.y - line.from.y);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in [
        (-dx, line.from.x - area.left),
        (dx, area.right - line.from.x),
        (-dy, line.from.y - area.top),
        (dy, area.bottom - line.from.y),
    ] {
        if step < 0.0 {
            enter = enter.max(room / step);
        } else if step > 0.0 {
            leave = leave.min(room / step);
        } else if room < 0.0 {
            return false;
        }
    }
    enter <= leave
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLOT: Area = Area { left: 0.0, top: 0.0, right: 200.0, bottom: 100.0 };

    fn text(faces: &Faces, x: f64, y: f64) -> Label {
        label(faces, Spot { x, y }, Anchor::Middle, Kind::Name, "no scores")
    }

    fn ground(dots: Vec<Area>, lines: Vec<Obstacle>) -> Ground {
        Ground { bounds: PLOT, dots, lines }
    }

    #[test]
    fn the_first_place_that_is_free_is_taken() {
        let faces = Faces::load().unwrap();
        let (first, second) = (text(&faces, 100.0, 50.0), text(&faces, 100.0, 80.0));
        let free = ground(Vec::new(), Vec::new());
        assert_eq!(free.place(vec![first.clone(), second.clone()], &[], f64::INFINITY), Some(first.clone()));
        let taken = std::slice::from_ref(&first);
        assert_eq!(free.place(vec![first.clone(), second.clone()], taken, f64::INFINITY), Some(second.clone()));
        assert_eq!(free.place(vec![first.clone()], taken, f64::INFINITY), None);
        let dotted = ground(vec![first.room], Vec::new());
        assert_eq!(dotted.place(vec![first, second.clone()], &[], f64::INFINITY), Some(second));
    }

    #[test]
    fn no_text_leaves_the_plot_and_none_costs_more_than_it_may() {
        let faces = Faces::load().unwrap();
        let across = Obstacle { from: Spot { x: 0.0, y: 0.0 }, to: Spot { x: 200.0, y: 100.0 }, cost: 25.0 };
        let crossed = ground(Vec::new(), vec![across]);
        assert_eq!(crossed.place(vec![text(&faces, 5.0, 50.0), text(&faces, 100.0, 104.0)], &[], f64::INFINITY), None);
        assert_eq!(crossed.place(vec![text(&faces, 100.0, 52.0)], &[], 12.0), None);
        assert!(crossed.place(vec![text(&faces, 100.0, 52.0)], &[], 30.0).is_some());
        assert!(crossed.place(vec![text(&faces, 40.0, 90.0)], &[], 12.0).is_some());
    }
}
