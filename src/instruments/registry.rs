//! Every questionnaire that an installation knows, in every version that was ever answered.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{Instrument, LoadError, Measure, definition};

macro_rules! built_in {
    ($id:literal) => {
        (concat!($id, ".toml"), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/", $id, ".toml")))
    };
}

/// The files that every installation has.
const BUILT_IN: &[(&str, &str)] = &[
    built_in!("asq"),
    built_in!("audit-c"),
    built_in!("bladder-check"),
    built_in!("daily-check-in"),
    built_in!("gad-2"),
    built_in!("gad-7"),
    built_in!("long-term-check"),
    built_in!("ocd-check"),
    built_in!("pc-ptsd-5"),
    built_in!("pcl-5"),
    built_in!("peg"),
    built_in!("phq-2"),
    built_in!("phq-9"),
    built_in!("pre-session"),
    built_in!("session-pulse"),
    built_in!("session-tolerability"),
];

/// Every version of every instrument that this installation knows.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    current: BTreeMap<String, Arc<Instrument>>,
    versions: BTreeMap<String, BTreeMap<String, Arc<Instrument>>>,
    measures: BTreeMap<String, Arc<Measure>>,
}

impl Registry {
    /// The questionnaires that come with the program.
    pub fn load_builtin() -> Result<Self, LoadError> {
        let instruments: Vec<_> =
            BUILT_IN.iter().map(|(file, text)| Instrument::from_toml(file, text)).collect::<Result<_, _>>()?;
        let mut registry = Self::default();
        registry.add_current(instruments)?;
        Ok(registry)
    }

    /// Adds a clinic's own files (`*.toml`): new instruments, and new versions of known ones, which become current.
    ///
    /// A faulty file refuses the whole folder and changes nothing.
    pub fn load_dir(&mut self, folder: &Path) -> Result<(), LoadError> {
        let instruments = definition::read_dir(folder)?;
        let mut with_them = self.clone();
        with_them.add_current(instruments)?;
        *self = with_them;
        Ok(())
    }

    /// Adds a version that answers on record were given to, from its [`Instrument::file_text`].
    ///
    /// It does not become current. Refused if another file was known under the same id and version.
    pub fn add_version(&mut self, id: &str, text: &str) -> Result<(), LoadError> {
        let instrument = self.add_known(Instrument::from_toml(&format!("{id}.toml"), text)?)?;
        for measure in &instrument.measures {
            self.measures.entry(measure.id.clone()).or_insert_with(|| Arc::clone(measure));
        }
        Ok(())
    }

    /// The version that is asked now.
    pub fn current(&self, id: &str) -> Option<&Arc<Instrument>> {
        self.current.get(id)
    }

    /// One version, current or not.
    pub fn version(&self, id: &str, version: &str) -> Option<&Arc<Instrument>> {
        self.versions.get(id)?.get(version)
    }

    /// The version that is asked now, or the last one of an instrument that is no longer asked.
    pub fn latest(&self, id: &str) -> Option<&Arc<Instrument>> {
        self.current(id).or_else(|| self.versions.get(id)?.values().next_back())
    }

    /// The current instruments, by id.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.current.values()
    }

    /// Every version known, current ones included, by id and version.
    pub fn all_versions(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.versions.values().flat_map(BTreeMap::values)
    }

    /// A measure by its name (`phq-9.total`); of an instrument no longer asked, as it was.
    pub fn measure(&self, id: &str) -> Option<&Arc<Measure>> {
        self.measures.get(id)
    }

    fn add_current(&mut self, instruments: Vec<Instrument>) -> Result<(), LoadError> {
        let mut added = Vec::new();
        for instrument in instruments {
            added.push(self.add_known(instrument)?);
        }
        for instrument in &added {
            for measure in &instrument.measures {
                self.measures.insert(measure.id.clone(), Arc::clone(measure));
            }
            self.current.insert(instrument.id.clone(), Arc::clone(instrument));
        }
        added.iter().try_for_each(|instrument| self.check_suggestions(instrument))
    }

    fn add_known(&mut self, instrument: Instrument) -> Result<Arc<Instrument>, LoadError> {
        let versions = self.versions.entry(instrument.id.clone()).or_default();
        if let Some(known) = versions.get(&instrument.version) {
            return if known.digest == instrument.digest {
                Ok(Arc::clone(known))
            } else {
                Err(definition::fault(
                    &instrument.id,
                    "version",
                    format!("{} is another file; raise the version on any change", instrument.version),
                ))
            };
        }
        let instrument = Arc::new(instrument);
        versions.insert(instrument.version.clone(), Arc::clone(&instrument));
        Ok(instrument)
    }

    /// A form can only be offered if it is known, which no file can tell alone.
    fn check_suggestions(&self, instrument: &Instrument) -> Result<(), LoadError> {
        for rule in &instrument.alerts {
            if let Some(next) = rule.suggest.as_deref().filter(|id| !self.current.contains_key(*id)) {
                return Err(definition::fault(
                    &instrument.id,
                    &format!("alerts.{}.suggest", rule.id),
                    format!("no instrument has the id {next:?}"),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruments::Points;

    const PHQ2: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/instruments/phq-2.toml"));

    /// A folder of a clinic's own files, removed with it.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn with(name: &str, files: &[(&str, &str)]) -> Self {
            let path = std::env::temp_dir().join(format!("yarrow-instruments-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            for (file, text) in files {
                std::fs::write(path.join(file), text).unwrap();
            }
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        let built_in: Vec<_> = BUILT_IN.iter().map(|(file, _)| *file).collect();
        assert_eq!(files, built_in);
        let registry = Registry::load_builtin().unwrap();
        let ids: Vec<_> = registry.all().map(|instrument| format!("{}.toml", instrument.id)).collect();
        assert_eq!(ids, built_in);
    }

    #[test]
    fn a_clinics_file_adds_an_instrument_or_a_version() {
        let mut registry = Registry::load_builtin().unwrap();
        let newer = PHQ2.replace("1.0.0", "1.1.0");
        let own = PHQ2.replace("id = \"phq-2\"", "id = \"own\"");
        let folder = Folder::with("adds", &[("phq-2.toml", &newer), ("own.toml", &own), ("README.md", "not one")]);
        registry.load_dir(&folder.0).unwrap();
        assert_eq!(registry.current("phq-2").unwrap().version, "1.1.0");
        assert_eq!(registry.version("phq-2", "1.0.0").unwrap().file_text(), PHQ2);
        assert!(registry.measure("own.total").is_some());
        assert_eq!(registry.all().count(), BUILT_IN.len() + 1);
        assert_eq!(registry.all_versions().count(), BUILT_IN.len() + 2);
    }

    #[test]
    fn a_changed_file_needs_a_new_version() {
        let mut registry = Registry::load_builtin().unwrap();
        let changed = PHQ2.replace("PHQ-2)", "PHQ-2, ours)");
        let folder = Folder::with("changed", &[("phq-2.toml", &changed)]);
        let error = registry.load_dir(&folder.0).unwrap_err();
        assert!(error.to_string().starts_with("file phq-2.toml, field version: "), "{error}");
        assert_eq!(registry.current("phq-2").unwrap().file_text(), PHQ2);
        assert!(registry.add_version("phq-2", &changed).is_err());
        assert!(registry.add_version("phq-2", PHQ2).is_ok());
    }

    #[test]
    fn a_suggested_form_has_to_be_known() {
        let mut registry = Registry::load_builtin().unwrap();
        let text = PHQ2.replace("1.0.0", "1.1.0").replace("suggest = \"phq-9\"", "suggest = \"phq-99\"");
        let folder = Folder::with("suggests", &[("phq-2.toml", &text)]);
        let error = registry.load_dir(&folder.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "file phq-2.toml, field alerts.screen-positive.suggest: no instrument has the id \"phq-99\""
        );
        assert_eq!(registry.current("phq-2").unwrap().version, "1.0.0");
    }

    #[test]
    fn a_version_on_record_is_known_but_not_asked() {
        let mut registry = Registry::load_builtin().unwrap();
        registry.add_version("phq-2", &PHQ2.replace("1.0.0", "0.9.0")).unwrap();
        registry.add_version("gone", &PHQ2.replace("id = \"phq-2\"", "id = \"gone\"")).unwrap();
        assert_eq!(registry.current("phq-2").unwrap().version, "1.0.0");
        assert!(registry.version("phq-2", "0.9.0").is_some());
        assert!(registry.current("gone").is_none());
        assert_eq!(registry.measure("gone.total").unwrap().max, Points::from_int(6));
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let error = Registry::load_builtin().unwrap().load_dir(Path::new("/nowhere/at/all")).unwrap_err();
        assert_eq!(error.to_string(), "file /nowhere/at/all cannot be read");
    }
}
