//! What changed across sessions: the rules behind every chart, and its words.

pub mod aligned;
pub mod change;
pub mod daily;
pub mod http;
pub mod per_session;
#[cfg(test)]
mod samples;
pub mod sentence;
pub mod timeline;
