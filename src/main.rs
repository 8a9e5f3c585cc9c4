//! Starts Yarrow.

fn main() {}
