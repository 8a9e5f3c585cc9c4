//! The report as a file: one page of A4 or Letter, drawn without a browser, with its text and its reading order inside.

mod chart;
mod labels;
mod layout;
mod pen;
mod sheet;
mod text;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ReportBody;
use crate::error::{Error, Result};
use pen::{POINTS, Pen, short};
use text::Faces;

/// On which paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    /// 210 by 297 mm.
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

impl Paper {
    /// Width and height in points.
    const fn size(self) -> (f64, f64) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::Letter => (612.0, 792.0),
        }
    }
}

/// The title of the file. It names nobody: a title is shown where the page itself is not.
const TITLE: &str = "Progress report";

const LANGUAGE: &str = "en";

/// Draws a report. It is one page whatever it says.
pub fn draw(report: &ReportBody<'_>, paper: Paper) -> Result<Vec<u8>> {
    let faces = Faces::load()?;
    let (width, height) = paper.size();
    let accessible = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = accessible.map_err(|why| Error::Internal(format!("{why:?}").into()))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let size = PageSettings::from_wh(short(width), short(height)).ok_or_else(|| Error::Internal("no page".into()))?;
    let mut page = document.start_page_with(size);
    let mut pen = Pen::new(page.surface(), &faces);
    let tags = sheet::draw(&mut pen, report, width / POINTS, height / POINTS);
    pen.finish();
    page.finish();
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(TITLE.to_owned(), XyzDestination::new(0, Point::from_xy(0.0, 0.0))));
    document.set_outline(outline);
    document.set_metadata(Metadata::new().title(TITLE.to_owned()).language(LANGUAGE.to_owned()).creator("Yarrow".to_owned()));
    document.set_tag_tree(tags.with_lang(Some(LANGUAGE.to_owned())));
    document.finish().map_err(|why| Error::Internal(format!("the report cannot be written: {why:?}").into()))
}
