//! Updates that the database prepares once.

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

/// An update that is found again by its SQL, prepared.
///
/// Diesel has every `UPDATE` prepared anew, since a changeset may leave columns out and so make endless variants. For the
/// few of ours that always set the same columns that is most of their cost.
pub struct Prepared<T>(pub T);

impl<T, DB: Backend> QueryFragment<DB> for Prepared<T>
where
    T: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<T> QueryId for Prepared<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, Conn> RunQueryDsl<Conn> for Prepared<T> {}
