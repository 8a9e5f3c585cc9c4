//! Starts Yarrow.

use std::process::ExitCode;

use yarrow::cli;

/// A tenth more answers a second than with the system's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match cli::run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("yarrow: {why}");
            ExitCode::FAILURE
        }
    }
}
