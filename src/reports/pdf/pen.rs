//! Draws on the page: shapes, text, and what a screen reader is told of them. All measures in pixels of a screen, 96 to the inch.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};

use super::text::{Faces, Type};

/// Points of the page to a pixel.
pub const POINTS: f64 = 0.75;

/// A colour in red, green and blue.
pub type Colour = (u8, u8, u8);

/// The colours of print. Source: tokens.css, `@media print`.
pub mod colour {
    use super::Colour;

    pub const INK: Colour = (0x00, 0x00, 0x00);
    pub const INK_2: Colour = (0x22, 0x22, 0x22);
    pub const INK_3: Colour = (0x44, 0x44, 0x44);
    pub const LINE: Colour = (0xcc, 0xcc, 0xcc);
    pub const LINE_STRONG: Colour = (0x99, 0x99, 0x99);
    pub const SURFACE: Colour = (0xff, 0xff, 0xff);
    pub const LAKE: Colour = (0x0b, 0x43, 0x53);
    pub const YARROW: Colour = (0xdd, 0xa0, 0x22);
    pub const YARROW_INK: Colour = (0x5e, 0x3e, 0x00);
    pub const BANDS: [Colour; 5] =
        [(0xf1, 0xf6, 0xf7), (0xfa, 0xfa, 0xf8), (0xf3, 0xf2, 0xed), (0xea, 0xe8, 0xe0), (0xdf, 0xdc, 0xd2)];
}

/// A place on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// Part of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The left edge.
    pub left: f64,
    /// The upper edge.
    pub top: f64,
    /// The right edge.
    pub right: f64,
    /// The lower edge.
    pub bottom: f64,
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// How a line is drawn.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its colour.
    pub colour: Colour,
    /// How wide.
    pub width: f64,
    /// How dark, to 1.
    pub strength: f32,
    /// Dash and gap; none for a whole line.
    pub dash: Option<(f64, f64)>,
}

/// A whole line.
pub const fn line(colour: Colour, width: f64) -> Line {
    Line { colour, width, strength: 1.0, dash: None }
}

/// Draws on a surface.
pub struct Pen<'a, 'p> {
    surface: Surface<'p>,
    faces: &'a Faces,
}

impl<'a, 'p> Pen<'a, 'p> {
    /// A pen for a page.
    pub fn new(mut surface: Surface<'p>, faces: &'a Faces) -> Self {
        surface.push_transform(&Transform::from_scale(short(POINTS), short(POINTS)));
        Self { surface, faces }
    }

    /// Puts the pen away.
    pub fn finish(mut self) {
        self.surface.pop();
        self.surface.finish();
    }

    /// The letters it writes with.
    pub const fn faces(&self) -> &'a Faces {
        self.faces
    }

    /// Draws what is only to be looked at.
    pub fn ornament(&mut self, draw: impl FnOnce(&mut Self)) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        draw(self);
        self.surface.end_tagged();
    }

    /// Draws a figure, whose meaning is told by the words of its tag.
    pub fn figure(&mut self, draw: impl FnOnce(&mut Self)) -> Identifier {
        let id = self.surface.start_tagged(ContentTag::Other);
        draw(self);
        self.surface.end_tagged();
        id
    }

    /// Writes a line of text that is read aloud in its place.
    pub fn say(&mut self, at: Spot, anchor: Anchor, set: Type, colour: Colour, text: &str) -> Identifier {
        let id = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        self.write(at, anchor, set, colour, text);
        self.surface.end_tagged();
        id
    }

    /// Writes a line of text.
    pub fn write(&mut self, at: Spot, anchor: Anchor, set: Type, colour: Colour, text: &str) {
        self.fill(colour, 1.0);
        self.letters(at, anchor, set, text, false);
    }

    /// Clears the ground around the letters of a line of text.
    pub fn clear(&mut self, at: Spot, anchor: Anchor, set: Type, text: &str) {
        self.surface.set_fill(None);
        self.stroke(&line(colour::SURFACE, 4.0));
        self.letters(at, anchor, set, text, true);
        self.surface.set_stroke(None);
    }

    fn letters(&mut self, at: Spot, anchor: Anchor, set: Type, text: &str, as_shapes: bool) {
        let (font, glyphs) = self.faces.set(text, set.weight);
        let width = self.faces.width(text, set);
        let left = match anchor {
            Anchor::Start => at.x,
            Anchor::Middle => at.x - width / 2.0,
            Anchor::End => at.x - width,
        };
        self.surface.draw_glyphs(point(left, at.y), &glyphs, font, text, short(set.size), as_shapes);
    }

    /// Fills an area.
    pub fn area(&mut self, area: Area, colour: Colour) {
        let Area { left, top, right, bottom } = area;
        let Some(rect) = Rect::from_ltrb(short(left), short(top), short(right), short(bottom)) else { return };
        let mut builder = PathBuilder::new();
        builder.push_rect(rect);
        self.fill(colour, 1.0);
        self.draw(builder.finish());
    }

    /// Draws a line through places.
    pub fn path(&mut self, spots: &[Spot], line: &Line) {
        self.surface.set_fill(None);
        self.stroke(line);
        self.draw(polygon(spots, false));
        self.surface.set_stroke(None);
    }

    /// Draws a filled shape with an outline.
    pub fn shape(&mut self, spots: &[Spot], colour: Colour, outline: &Line) {
        self.fill(colour, 1.0);
        self.stroke(outline);
        self.draw(polygon(spots, true));
        self.surface.set_stroke(None);
    }

    /// Draws a filled circle, with an outline where one is given.
    pub fn circle(&mut self, at: Spot, radius: f64, colour: Colour, strength: f32, outline: Option<&Line>) {
        self.fill(colour, strength);
        if let Some(outline) = outline {
            self.stroke(outline);
        }
        self.draw(circle(at, radius));
        self.surface.set_stroke(None);
    }

    /// Draws a bent line: from, towards, to.
    pub fn curve(&mut self, from: Spot, towards: Spot, to: Spot, line: &Line) {
        let mut builder = PathBuilder::new();
        builder.move_to(short(from.x), short(from.y));
        builder.quad_to(short(towards.x), short(towards.y), short(to.x), short(to.y));
        self.surface.set_fill(None);
        self.stroke(line);
        self.draw(builder.finish());
        self.surface.set_stroke(None);
    }

    fn draw(&mut self, path: Option<Path>) {
        if let Some(path) = path {
            self.surface.draw_path(&path);
        }
    }

    fn fill(&mut self, colour: Colour, strength: f32) {
        let fill = Fill { paint: paint(colour).into(), opacity: part(strength), ..Fill::default() };
        self.surface.set_fill(Some(fill));
    }

    fn stroke(&mut self, line: &Line) {
        let dash = line.dash.map(|(dash, gap)| StrokeDash { array: vec![short(dash), short(gap)], offset: 0.0 });
        self.surface.set_stroke(Some(Stroke {
            paint: paint(line.colour).into(),
            width: short(line.width),
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            opacity: part(line.strength),
            dash,
            ..Stroke::default()
        }));
    }
}

fn paint((red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn part(strength: f32) -> NormalizedF32 {
    NormalizedF32::new(strength).unwrap_or(NormalizedF32::ONE)
}

fn polygon(spots: &[Spot], is_closed: bool) -> Option<Path> {
    let (first, rest) = spots.split_first()?;
    let mut builder = PathBuilder::new();
    builder.move_to(short(first.x), short(first.y));
    for spot in rest {
        builder.line_to(short(spot.x), short(spot.y));
    }
    if is_closed {
        builder.close();
    }
    builder.finish()
}

/// Four arcs of Bézier.
fn circle(at: Spot, radius: f64) -> Option<Path> {
    const BEND: f64 = 0.552_285;
    let (x, y, r, b) = (at.x, at.y, radius, radius * BEND);
    let mut builder = PathBuilder::new();
    builder.move_to(short(x + r), short(y));
    for [ax, ay, bx, by, cx, cy] in [
        [x + r, y + b, x + b, y + r, x, y + r],
        [x - b, y + r, x - r, y + b, x - r, y],
        [x - r, y - b, x - b, y - r, x, y - r],
        [x + b, y - r, x + r, y - b, x + r, y],
    ] {
        builder.cubic_to(short(ax), short(ay), short(bx), short(by), short(cx), short(cy));
    }
    builder.close();
    builder.finish()
}

fn point(x: f64, y: f64) -> Point {
    Point::from_xy(short(x), short(y))
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a page needs no more than seven figures")]
pub const fn short(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_are_those_of_the_tokens_for_print() {
        let tokens = include_str!("../../../frontend/src/styles/tokens.css");
        let print = &tokens[tokens.find("@media print").unwrap()..];
        let token = |name: &str| {
            let at = print.find(&format!("{name}: #")).unwrap() + name.len() + 3;
            let digits: String = print[at..].chars().take_while(char::is_ascii_hexdigit).collect();
            let digits = if digits.len() == 3 { digits.chars().flat_map(|digit| [digit, digit]).collect() } else { digits };
            let part = |from: usize| u8::from_str_radix(&digits[from..from + 2], 16).unwrap();
            (part(0), part(2), part(4))
        };
        for (name, colour) in [
            ("--ink", colour::INK),
            ("--ink-2", colour::INK_2),
            ("--ink-3", colour::INK_3),
            ("--line", colour::LINE),
            ("--line-strong", colour::LINE_STRONG),
            ("--surface", colour::SURFACE),
            ("--lake", colour::LAKE),
            ("--yarrow", colour::YARROW),
            ("--yarrow-ink", colour::YARROW_INK),
            ("--band-0", colour::BANDS[0]),
            ("--band-1", colour::BANDS[1]),
            ("--band-2", colour::BANDS[2]),
            ("--band-3", colour::BANDS[3]),
            ("--band-4", colour::BANDS[4]),
        ] {
            assert_eq!(colour, token(name), "{name}");
        }
    }
}
