//! Where figures go: CSV, plots and tables in `benches/results`, and the tables into `benches/RESULTS.md` as well.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder of the results, or with `--quick` one in which nobody looks for figures.
#[derive(Debug)]
pub struct Results {
    folder: PathBuf,
    page: Option<PathBuf>,
}

impl Results {
    /// `elsewhere`, a folder below target, is where they go with `--quick`.
    ///
    /// # Panics
    /// If the folder cannot be made.
    #[must_use]
    pub fn open(elsewhere: &str) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (folder, page) = if crate::quick() {
            (elsewhere.into(), None)
        } else {
            (here.join("results"), Some(here.join("RESULTS.md")))
        };
        fs::create_dir_all(&folder).expect("the folder is made");
        Self { folder, page }
    }

    /// Writes a file: its name says what it is.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("the file is written");
    }

    /// Puts a table between the two comments with its name on the page, and prints it.
    ///
    /// # Panics
    /// If the page cannot be read or written, or has no such comments.
    pub fn table(&self, name: &str, text: &str) {
        println!("\n{text}");
        let Some(page) = &self.page else { return };
        let old = fs::read_to_string(page).expect("the page is read");
        let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let from = old.find(&open).expect("the page has the opening comment") + open.len();
        let to = from + old[from..].find(&close).expect("the page has the closing comment");
        fs::write(page, format!("{}\n{}\n\n{}", &old[..from], text.trim(), &old[to..]))
            .expect("the page is written");
    }
}

/// The version of a package in the lock file: the first, or the one that begins as said.
#[must_use]
pub fn version(package: &str, begins: &str) -> String {
    let lock =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock")).unwrap_or_default();
    lock.split("[[package]]")
        .filter(|entry| entry.contains(&format!("name = \"{package}\"\n")))
        .filter_map(|entry| entry.split("version = \"").nth(1)?.split('"').next())
        .find(|version| version.starts_with(begins))
        .unwrap_or("?")
        .to_owned()
}

/// The processor and the compiler.
#[must_use]
pub fn platform() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1)).unwrap_or("?");
    let rustc = std::process::Command::new(env::var("RUSTC").unwrap_or("rustc".into())).arg("-V").output();
    let rustc =
        rustc.map_or("rustc ?".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!("{}, {} processors; {rustc}", model.trim(), crate::Machine::here().processors())
}
