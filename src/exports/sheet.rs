//! CSV files in a zip: RFC 4180, UTF-8, and no cell that a spreadsheet takes for a formula.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::io::Write;

use csv::{Terminator, Writer, WriterBuilder};
use jiff::tz::TimeZone;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};
use zip::{CompressionMethod, DateTime};

use super::stream::broken;
use crate::db::Timestamp;
use crate::error::Result;

/// The files of an export as they are written.
pub struct Archive<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    options: SimpleFileOptions,
}

impl<W: Write> Archive<W> {
    /// An archive whose files carry the time `now`.
    pub fn new(out: W, now: Timestamp) -> Self {
        let at = now.jiff().to_zoned(TimeZone::UTC).datetime();
        let part = |part: i8| u8::try_from(part).unwrap_or_default();
        let year = u16::try_from(at.year()).unwrap_or_default();
        let at = DateTime::from_date_and_time(
            year,
            part(at.month()),
            part(at.day()),
            part(at.hour()),
            part(at.minute()),
            part(at.second()),
        );
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // The tables repeat themselves so much that the quickest level is within a few percent of the best.
            .compression_level(Some(1))
            .last_modified_time(at.unwrap_or_default())
            .large_file(true);
        Self { zip: ZipWriter::new_stream(out), options }
    }

    /// Writes the next file.
    pub fn file(&mut self, table: &Table, rows: impl FnOnce(&mut Sheet<&mut dyn Write>) -> Result<()>) -> Result<()> {
        self.zip.start_file(table.file, self.options).map_err(broken)?;
        let mut sheet = Sheet::begin(&mut self.zip as &mut dyn Write, table)?;
        rows(&mut sheet)?;
        sheet.csv.flush().map_err(broken)
    }

    /// Writes what comes behind the files.
    pub fn finish(self) -> Result<()> {
        self.zip.finish().map(drop).map_err(broken)
    }
}

/// What a file has.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub file: &'static str,
    /// Its columns, each with what it means.
    pub columns: &'static [(&'static str, &'static str)],
}

/// A CSV file as it is written: cell by cell, each row as long as the first.
pub struct Sheet<W: Write> {
    csv: Writer<W>,
    cell: String,
}

impl<W: Write> Sheet<W> {
    /// A file with the names of its columns.
    pub fn begin(out: W, table: &Table) -> Result<Self> {
        let csv = WriterBuilder::new().terminator(Terminator::CRLF).buffer_capacity(64 * 1024).from_writer(out);
        let mut sheet = Self { csv, cell: String::new() };
        for (name, _) in table.columns {
            sheet.word(name)?;
        }
        sheet.end()?;
        Ok(sheet)
    }

    /// A cell with a word of ours: one that can be no formula.
    pub fn word(&mut self, word: &str) -> Result<()> {
        self.csv.write_field(word).map_err(broken)
    }

    /// A cell with what people wrote.
    pub fn text(&mut self, text: &str) -> Result<()> {
        self.word(&guarded(text))
    }

    /// The same where there may be nothing.
    pub fn said(&mut self, text: Option<&str>) -> Result<()> {
        self.text(text.unwrap_or_default())
    }

    /// A cell with a number, an id, an instant or a day.
    pub fn value(&mut self, value: impl Display) -> Result<()> {
        self.cell.clear();
        // Writing into a text cannot fail.
        let _ = write!(self.cell, "{value}");
        self.csv.write_field(&self.cell).map_err(broken)
    }

    /// The same where there may be none.
    pub fn maybe(&mut self, value: Option<impl Display>) -> Result<()> {
        match value {
            Some(value) => self.value(value),
            None => self.word(""),
        }
    }

    /// Ends the row.
    pub fn end(&mut self) -> Result<()> {
        self.csv.write_record(None::<&[u8]>).map_err(broken)
    }
}

/// The text with an apostrophe before what a spreadsheet would take for a formula. Source: SECURITY_REQUIREMENTS.md 12.5.
fn guarded(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table { file: "t.csv", columns: &[("a", ""), ("b", "")] };

    fn written(cells: &[(&str, f64)]) -> String {
        let mut out = Vec::new();
        let mut sheet = Sheet::begin(&mut out, &TABLE).unwrap();
        for (text, number) in cells {
            sheet.text(text).unwrap();
            sheet.value(number).unwrap();
            sheet.end().unwrap();
        }
        sheet.csv.flush().unwrap();
        drop(sheet);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_could_be_a_formula_is_guarded_and_a_number_is_not() {
        let cells = [("=1+1", -1.5), ("+1", 2.0), ("-1", 0.0), ("@x", 0.0), ("\tx", 0.0), ("＝1", 0.0), ("a=1", 0.0)];
        let expected = "a,b\r\n'=1+1,-1.5\r\n'+1,2\r\n'-1,0\r\n'@x,0\r\n'\tx,0\r\n'＝1,0\r\na=1,0\r\n";
        assert_eq!(written(&cells), expected);
    }

    #[test]
    fn what_holds_a_separator_is_quoted() {
        let cells = [("a,b", 1.0), ("say \"hi\"", 1.0), ("two\nlines", 1.0), ("\rx", 1.0), ("", 1.0)];
        let expected = "a,b\r\n\"a,b\",1\r\n\"say \"\"hi\"\"\",1\r\n\"two\nlines\",1\r\n\"'\rx\",1\r\n,1\r\n";
        assert_eq!(written(&cells), expected);
    }

    #[test]
    fn a_row_that_is_too_short_is_refused() {
        let mut sheet = Sheet::begin(Vec::new(), &TABLE).unwrap();
        sheet.word("only one").unwrap();
        assert!(sheet.end().is_err());
    }
}
