//! Every plan that an installation knows, in every version that a course may follow.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::plan::Plan;
use crate::instruments::{self, LoadError, Registry};

macro_rules! built_in {
    ($id:literal) => {
        (concat!($id, ".toml"), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/protocols/", $id, ".toml")))
    };
}

/// The files that every installation has.
const BUILT_IN: &[(&str, &str)] = &[
    built_in!("chronic-pain"),
    built_in!("esketamine"),
    built_in!("im-induction-6"),
    built_in!("iv-induction-6"),
    built_in!("ptsd"),
    built_in!("sublingual-home"),
];

/// The plans, with the questionnaires that they ask.
#[derive(Debug, Clone)]
pub struct Plans {
    instruments: Registry,
    current: BTreeMap<String, Arc<Plan>>,
    versions: BTreeMap<(String, String), Arc<Plan>>,
}

impl Plans {
    /// The plans that come with the program.
    pub fn load_builtin(instruments: Registry) -> Result<Self, LoadError> {
        let mut plans = Self { instruments, current: BTreeMap::new(), versions: BTreeMap::new() };
        BUILT_IN.iter().try_for_each(|(file, text)| plans.add_current(file, text))?;
        Ok(plans)
    }

    /// Adds a clinic's own files (`*.toml`): new plans, and new versions of known ones, which become current.
    pub fn load_dir(&mut self, folder: &Path) -> Result<(), LoadError> {
        let mut with_them = self.clone();
        for (file, text) in instruments::files(folder)? {
            with_them.add_current(&file, &text)?;
        }
        *self = with_them;
        Ok(())
    }

    /// Adds a version that a course follows, from its [`Plan::file_text`]. It does not become current.
    pub fn add_version(&mut self, id: &str, text: &str) -> Result<(), LoadError> {
        self.add_known(&format!("{id}.toml"), text).map(drop)
    }

    /// The questionnaires.
    pub const fn instruments(&self) -> &Registry {
        &self.instruments
    }

    /// The plan that a word names for a new course; `None` where it names none.
    pub fn current(&self, id: &str) -> Option<&Arc<Plan>> {
        self.current.get(id)
    }

    /// One version, current or not.
    pub fn version(&self, id: &str, version: &str) -> Option<&Arc<Plan>> {
        self.versions.get(&(id.to_owned(), version.to_owned()))
    }

    /// The current plans, by id.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Plan>> {
        self.current.values()
    }

    /// Every version known, current ones included.
    pub fn all_versions(&self) -> impl Iterator<Item = &Arc<Plan>> {
        self.versions.values()
    }

    fn add_current(&mut self, file: &str, text: &str) -> Result<(), LoadError> {
        let plan = self.add_known(file, text)?;
        self.current.insert(plan.id.clone(), plan);
        Ok(())
    }

    fn add_known(&mut self, file: &str, text: &str) -> Result<Arc<Plan>, LoadError> {
        let plan = Plan::from_toml(file, text, &self.instruments)?;
        let key = (plan.id.clone(), plan.version.clone());
        if let Some(known) = self.versions.get(&key) {
            if known.digest() == plan.digest() {
                return Ok(Arc::clone(known));
            }
            let reason = format!("{} is another file; raise the version on any change", plan.version);
            return Err(LoadError::Faulty { file: file.to_owned(), field: "version".into(), reason });
        }
        let plan = Arc::new(plan);
        self.versions.insert(key, Arc::clone(&plan));
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IV: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/protocols/iv-induction-6.toml"));

    fn plans() -> Plans {
        Plans::load_builtin(Registry::load_builtin().unwrap()).unwrap()
    }

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("protocols");
        let files: Vec<_> = instruments::files(&folder).unwrap().into_iter().map(|(file, _)| file).collect();
        assert_eq!(files, BUILT_IN.iter().map(|(file, _)| *file).collect::<Vec<_>>());
        let ids: Vec<_> = plans().all().map(|plan| format!("{}.toml", plan.id)).collect();
        assert_eq!(ids, files);
    }

    #[test]
    fn a_clinics_file_becomes_current_and_a_changed_one_needs_a_new_version() {
        let folder = std::env::temp_dir().join(format!("yarrow-plans-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let load = |text: &str| {
            std::fs::write(folder.join("iv-induction-6.toml"), text).unwrap();
            let mut plans = plans();
            plans.load_dir(&folder).map(|()| plans)
        };
        let newer = load(&IV.replace("1.0.0", "1.1.0")).unwrap();
        assert_eq!(newer.current("iv-induction-6").unwrap().version, "1.1.0");
        assert_eq!(newer.version("iv-induction-6", "1.0.0").unwrap().file_text(), IV);
        let error = load(&IV.replace("usual = 3", "usual = 4")).unwrap_err();
        assert!(error.to_string().starts_with("file iv-induction-6.toml, field version: "), "{error}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
