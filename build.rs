//! Rebuilds when the web app or the migrations change; cargo works without Node.

fn main() {
    println!("cargo::rerun-if-changed=frontend/dist");
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=instruments");
    println!("cargo::rerun-if-changed=crisis-lines.toml");
    // The folder must be there for the embedding; `make build` fills it.
    if let Err(why) = std::fs::create_dir_all("frontend/dist") {
        println!("cargo::warning=frontend/dist could not be made: {why}");
    }
}
