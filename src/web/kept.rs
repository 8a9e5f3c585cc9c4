//! Large answers, kept by their ETag: an answer that has not changed is worked out and packed once.

use std::sync::{Arc, OnceLock};

use actix_web::web::Bytes;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::compress;
use crate::error::Result;

/// What the answers may take together.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Parts of the cache that are locked apart; an answer must fit into one.
const SHARDS: usize = 4;

/// About how many answers that is.
const USUAL_ANSWERS: usize = 2_000;

/// A JSON text, and the same packed with brotli once somebody took it so.
#[derive(Debug)]
pub struct Text {
    plain: Bytes,
    packed: OnceLock<Option<Bytes>>,
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { plain: text.into(), packed: OnceLock::new() }
    }
}

impl Text {
    /// As it was written.
    pub fn plain(&self) -> Bytes {
        self.plain.clone()
    }

    /// Packed with brotli; `None` where it is too short to be worth it.
    pub fn packed(&self) -> Option<Bytes> {
        self.packed.get_or_init(|| compress::pack(&self.plain)).clone()
    }
}

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<String, Arc<Text>> for ByBytes {
    fn weight(&self, etag: &String, text: &Arc<Text>) -> u64 {
        // Packed, a text has at most a third of its length.
        let bytes = etag.len() + text.plain.len() * 4 / 3;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

/// The answers asked for last. What an ETag names never changes, so nothing in here can be stale.
pub struct Kept(Cache<String, Arc<Text>, ByBytes>);

impl Default for Kept {
    fn default() -> Self {
        let options =
            OptionsBuilder::new().shards(SHARDS).estimated_items_capacity(USUAL_ANSWERS).weight_capacity(MOST_BYTES).build();
        // Without a number of shards there would be four for each processor, and on a large machine none would hold a page.
        Self(options.map_or_else(
            |_| Cache::with_weighter(USUAL_ANSWERS, MOST_BYTES, ByBytes),
            |options| Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), DefaultLifecycle::default()),
        ))
    }
}

impl Kept {
    /// The answer that the ETag names, worked out unless it is here. The ETag must say all that the answer depends on.
    pub fn get(&self, etag: &str, work_out: impl FnOnce() -> Result<String>) -> Result<Arc<Text>> {
        if let Some(text) = self.0.get(etag) {
            return Ok(text);
        }
        let text = Arc::new(Text::from(work_out()?));
        self.0.insert(etag.to_owned(), Arc::clone(&text));
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn what_an_etag_names_is_worked_out_once() {
        let kept = Kept::default();
        assert_eq!(kept.get("\"1\"", || Ok("one".to_owned())).unwrap().plain(), "one");
        assert_eq!(kept.get("\"1\"", || Ok("two".to_owned())).unwrap().plain(), "one");
        assert_eq!(kept.get("\"2\"", || Ok("two".to_owned())).unwrap().plain(), "two");
    }

    #[test]
    fn what_could_not_be_worked_out_is_not_kept() {
        let kept = Kept::default();
        assert!(kept.get("\"1\"", || Err(Error::NotFound("the patient"))).is_err());
        assert_eq!(kept.get("\"1\"", || Ok("one".to_owned())).unwrap().plain(), "one");
    }

    #[test]
    fn the_answers_together_stay_in_their_room() {
        let kept = Kept::default();
        for number in 0..100 {
            kept.get(&number.to_string(), || Ok("x".repeat(1_000_000))).unwrap();
        }
        kept.get("last", || Ok("x".repeat(1_000_000))).unwrap();
        assert_eq!(kept.get("last", || Ok("anew".to_owned())).unwrap().plain().len(), 1_000_000);
        assert!(kept.0.weight() <= MOST_BYTES);
        assert!(!kept.0.is_empty());
    }

    #[test]
    fn a_short_text_is_not_packed() {
        assert_eq!(Text::from("short".to_owned()).packed(), None);
        let long = Text::from("long ".repeat(1000));
        assert!(long.packed().is_some_and(|packed| packed.len() < 1000));
    }
}
