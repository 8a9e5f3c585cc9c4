//! The letters of the file: which ones there are, how wide they run, and where a line breaks. All measures in pixels.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};

/// What stands for a letter that the typeface has not: a box with a question mark.
pub const REPLACEMENT: char = '\u{FFFD}';

const ELLIPSIS: char = '…';

static REGULAR: &[u8] = include_bytes!("../fonts/AtkinsonHyperlegibleNext-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("../fonts/AtkinsonHyperlegibleNext-SemiBold.ttf");

/// How strong the letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For running text.
    Regular,
    /// For titles and figures.
    SemiBold,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    /// The size in pixels.
    pub size: f64,
    /// How strong.
    pub weight: Weight,
}

/// Running text of a size.
pub const fn regular(size: f64) -> Type {
    Type { size, weight: Weight::Regular }
}

/// A title or a figure of a size.
pub const fn semi_bold(size: f64) -> Type {
    Type { size, weight: Weight::SemiBold }
}

/// One weight of the typeface.
struct Face {
    font: Font,
    letters: Charmap<'static>,
    widths: GlyphMetrics<'static>,
    units: f32,
}

impl Face {
    fn load(bytes: &'static [u8]) -> Result<Self> {
        let font = Font::new(bytes.into(), 0).ok_or_else(|| Error::Internal("a typeface of the report cannot be read".into()))?;
        let read = FontRef::new(bytes).map_err(|why| Error::Internal(Box::new(why)))?;
        Ok(Self {
            units: font.units_per_em(),
            font,
            letters: read.charmap(),
            widths: read.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| {
            let id = self.letters.map(letter)?;
            let width = self.widths.advance_width(id)? / self.units;
            let letters = at..at + letter.len_utf8();
            Some(KrillaGlyph::new(GlyphId::new(id.to_u32()), width, 0.0, 0.0, 0.0, letters, None))
        };
        text.char_indices().filter_map(glyph).collect()
    }
}

/// The typeface of the report.
pub struct Faces {
    regular: Face,
    semi_bold: Face,
}

impl Faces {
    /// Reads the typeface, which is built into the program.
    pub fn load() -> Result<Self> {
        Ok(Self { regular: Face::load(REGULAR)?, semi_bold: Face::load(SEMI_BOLD)? })
    }

    const fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }

    /// The font and the glyphs of a text.
    pub fn set(&self, text: &str, weight: Weight) -> (Font, Vec<KrillaGlyph>) {
        let face = self.face(weight);
        (face.font.clone(), face.glyphs(text))
    }

    /// The text with nothing in it that cannot be printed: accents joined to their letters, a visible sign for each letter
    /// that the typeface has not, and no line breaks.
    pub fn printable(&self, text: &str) -> String {
        let joined = text.nfc().filter(|letter| !is_invisible(*letter));
        let letter = |letter: char| match self.regular.letters.map(letter) {
            Some(_) => letter,
            None if letter.is_whitespace() || letter.is_control() => ' ',
            None => REPLACEMENT,
        };
        joined.map(letter).collect()
    }

    /// How wide a text runs.
    pub fn width(&self, text: &str, set: Type) -> f64 {
        let glyphs = self.face(set.weight).glyphs(text);
        glyphs.iter().map(|glyph| f64::from(glyph.x_advance)).sum::<f64>() * set.size
    }

    /// The text in at most so many lines of that width; what does not fit ends in "…".
    pub fn lines(&self, text: &str, set: Type, room: f64, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            if let Some(line) = lines.last_mut().filter(|line| self.width(&format!("{line} {word}"), set) <= room) {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.extend(self.pieces(word, set, room));
            }
        }
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                *last = self.shortened(last, set, room);
            }
        }
        lines
    }

    /// One line of that width at the most, with "…" where something was left out.
    pub fn line(&self, text: &str, set: Type, room: f64) -> String {
        if self.width(text, set) <= room { text.to_owned() } else { self.shortened(text, set, room) }
    }

    /// A word, cut where it is wider than a line.
    fn pieces(&self, word: &str, set: Type, room: f64) -> Vec<String> {
        let mut pieces = vec![String::new()];
        for letter in word.chars() {
            if let Some(piece) = pieces.last_mut() {
                piece.push(letter);
                if self.width(piece, set) > room && piece.chars().count() > 1 {
                    piece.pop();
                    pieces.push(letter.to_string());
                }
            }
        }
        pieces
    }

    fn shortened(&self, text: &str, set: Type, room: f64) -> String {
        let mut kept = text.trim_end().to_owned();
        while !kept.is_empty() && self.width(&format!("{kept}{ELLIPSIS}"), set) > room {
            kept.pop();
        }
        format!("{}{ELLIPSIS}", kept.trim_end())
    }
}

/// Joiners, marks of direction and variants of a sign: nothing to see, and nothing missing without them.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces() -> Faces {
        Faces::load().unwrap()
    }

    #[test]
    fn names_of_latin_europe_print_as_they_are() {
        for name in
            ["Zażółć Gęślą-Jaźń", "Příliš Žluťoučký Kůň", "Çağrı Şükrüoğlu İnönü", "Bjørn Ångström", "Ștefan Țepeș", "Gyűrűző Őr"]
        {
            assert_eq!(faces().printable(name), name);
        }
    }

    #[test]
    fn accents_that_come_apart_are_joined() {
        assert_eq!(faces().printable("Zoe\u{301} S\u{30c}"), "Zoé Š");
    }

    #[test]
    fn letters_that_are_not_there_are_seen_to_be_missing() {
        assert_eq!(faces().printable("Ольга"), "\u{FFFD}".repeat(5));
        assert_eq!(faces().printable("李 Li"), "\u{FFFD} Li");
        assert_eq!(faces().printable("A\n\u{200F}B\u{FE0F}😀"), "A B\u{FFFD}");
        assert!(faces().width("\u{FFFD}", regular(10.0)) > 4.0);
    }

    #[test]
    fn figures_are_all_as_wide() {
        for set in [regular(10.0), semi_bold(10.0)] {
            let widths: Vec<_> = ('0'..='9').map(|figure| faces().width(&figure.to_string(), set)).collect();
            assert!(widths.iter().all(|width| (width - widths[0]).abs() < 1e-6), "{widths:?}");
        }
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_anywhere() {
        let (faces, set) = (faces(), regular(10.0));
        let lines = faces.lines("one two three four five", set, 50.0, 9);
        assert_eq!(lines.join(" "), "one two three four five");
        assert!(lines.len() > 1 && lines.iter().all(|line| faces.width(line, set) <= 50.0), "{lines:?}");
        let word = "W".repeat(60);
        let pieces = faces.lines(&word, set, 50.0, 99);
        assert_eq!(pieces.concat(), word);
        assert!(pieces.iter().all(|piece| faces.width(piece, set) <= 50.0));
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let (faces, set) = (faces(), regular(10.0));
        let lines = faces.lines(&"word ".repeat(50), set, 60.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && faces.width(&lines[1], set) <= 60.0);
        assert_eq!(faces.line("short", set, 60.0), "short");
    }
}
