//! Lists of the caseload that a person comes back to, by a name of the person's own.

pub mod http;
pub mod queries;

use actix_web::web::Query;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caseload::http::CaseloadQuery;
use crate::error::Result;
use crate::web::checks::Checks;

/// Filters that a person may keep.
const MOST_FILTERS: usize = 20;
/// Characters of a filter's name.
const MOST_NAME: usize = 60;
/// Characters of a query: a search of 200 characters may take twelve for each.
const MOST_QUERY: usize = 3000;

/// A list of the caseload under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedFilter {
    /// What the person calls it; no two are called the same.
    #[schema(example = "New in induction", min_length = 1, max_length = 60)]
    pub name: String,
    /// What the caseload is asked for: `sort`, `filter` and `q` as in `GET /patients`. Empty is the whole list.
    #[schema(example = "filter=induction&sort=last_response")]
    pub query: String,
}

/// All that a person keeps, in the person's own order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedFilters {
    /// 20 at the most.
    #[schema(max_items = 20)]
    pub items: Vec<SavedFilter>,
}

impl SavedFilters {
    /// The filters to keep, or every reason why they cannot be.
    fn validate(mut self) -> Result<Self> {
        let mut checks = Checks::default();
        checks.require(self.items.len() <= MOST_FILTERS, "/items", format!("must be {MOST_FILTERS} at the most"));
        let mut names: Vec<String> = Vec::new();
        for (index, SavedFilter { name, query }) in self.items.iter_mut().enumerate().take(MOST_FILTERS) {
            let at = format!("/items/{index}");
            *name = name.trim().to_owned();
            let fits = (1..=MOST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
            checks.require(
                fits,
                format!("{at}/name"),
                format!("must have 1 to {MOST_NAME} characters, without control characters"),
            );
            let key = name.to_lowercase();
            checks.require(!names.contains(&key), format!("{at}/name"), "must name each list once");
            names.push(key);
            let is_list = query.len() <= MOST_QUERY
                && Query::<CaseloadQuery>::from_query(query).is_ok_and(|query| query.into_inner().asks_for_a_list());
            checks.require(is_list, format!("{at}/query"), "must be sort, filter and q as the list of patients takes them");
        }
        checks.finish()?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn faults(items: &[(&str, &str)]) -> Vec<String> {
        let items = items.iter().map(|(name, query)| SavedFilter { name: (*name).into(), query: (*query).into() }).collect();
        match (SavedFilters { items }).validate() {
            Err(Error::Invalid(violations)) => violations.into_iter().map(|violation| violation.pointer).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_filter_is_a_list_as_the_caseload_takes_it() {
        for query in
            ["", "sort=name", "filter=induction&sort=last_response", "q=Maya%20E", "sort=priority&filter=archived&q=%F0%9F%8C%BC"]
        {
            assert!(faults(&[("one", query)]).is_empty(), "{query}");
        }
        let long = format!("q={}", "a".repeat(201));
        for query in [
            "sort=best",
            "filter=mine",
            "nothing=1",
            "limit=10",
            "cursor=abc",
            "q=%00",
            "sort=name&sort=name",
            &long,
            "?sort=name",
        ] {
            assert_eq!(faults(&[("one", query)]), ["/items/0/query"], "{query}");
        }
    }

    #[test]
    fn names_are_short_and_each_there_once() {
        let (longest, too_long) = ("n".repeat(60), "n".repeat(61));
        assert!(faults(&[(&longest, ""), ("Two", "")]).is_empty());
        for name in ["", "  ", &too_long, "a\u{7}b"] {
            assert_eq!(faults(&[(name, "")]), ["/items/0/name"], "{name}");
        }
        assert_eq!(faults(&[("Mine", ""), (" mine ", "sort=name")]), ["/items/1/name"]);
        let names: Vec<_> = (0..21).map(|number| number.to_string()).collect();
        let all: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!((faults(&all[..20]), faults(&all)), (Vec::new(), vec!["/items".to_owned()]));
    }
}
