//! The order as something one can see and keep: what is declared, what was observed, and a file that many processes write.

use super::graph::{Graph, Held, Node};
use super::held::Entry;
use crate::site::SiteInfo;
use crate::sync::Internal;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::LazyLock;

/// The lock order of this process, or of a file: see [`order`] and [`OrderFile::order`].
///
/// ```
/// # use guarded_core::Order;
/// let mut order = Order::default();
/// order.declared.insert(("Shop.stock".into(), "Shop.journal".into()));
/// assert_eq!(order.unseen(), [("Shop.stock", "Shop.journal")]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Order {
    /// Pairs of fields of which the first comes before the second by declaration (`ordered`, `after`), as far as the
    /// second was nested with anything.
    pub declared: BTreeSet<(String, String)>,
    /// Fields that come after all others: `leaf`.
    pub leaves: BTreeSet<String>,
    /// Pairs of fields of which the second was locked while the first was held, with the source lines of both when that
    /// was first seen.
    pub observed: BTreeMap<(String, String), (String, String)>,
}

/// The lock order so far: what is declared and what was observed.
///
/// ```
/// # use guarded_core::{Guarded, order};
/// let (a, b) = (Guarded::rw(1), Guarded::rw(2));
/// a.with_read(|_| b.with_read(|_| ()));
/// assert_eq!(order().observed.len(), 1);
/// println!("{}", order().to_dot());
/// ```
///
/// # Cost
/// Proportional to the number of pairs; a nesting that is seen for the first time waits for it.
#[must_use]
pub fn order() -> Order {
    let observed = super::check::edges()
        .into_iter()
        .map(|(held, taken, held_at, taken_at)| ((held, taken), (held_at.to_string(), taken_at.to_string())));
    let known = super::check::known();
    Order {
        declared: known.iter().copied().flat_map(declared).collect(),
        leaves: known.iter().filter(|info| info.leaf).map(|info| info.class.to_string()).collect(),
        observed: observed.collect(),
    }
}

/// The declarations that lead to a field.
fn declared(info: &'static SiteInfo) -> BTreeSet<(String, String)> {
    let (mut pairs, mut open) = (BTreeSet::new(), vec![info]);
    while let Some(info) = open.pop() {
        for before in info.after.iter().map(|before| before()) {
            if pairs.insert((before.class.to_string(), info.class.to_string())) {
                open.push(before);
            }
        }
    }
    pairs
}

impl Order {
    /// As a Graphviz digraph: observed pairs are arrows with their lines, declared ones are dashed, and observed ones that
    /// were declared are bold. Draw it with `dot -Tsvg`.
    ///
    /// ```
    /// # use guarded_core::Order;
    /// assert!(Order::default().to_dot().starts_with("digraph lock_order"));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut out = String::from(
            "digraph lock_order {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9];\n",
        );
        for ((held, taken), (held_at, taken_at)) in &self.observed {
            let style = if self.reaches(held, taken) { "bold" } else { "solid" };
            let _ = writeln!(
                out,
                "  {held:?} -> {taken:?} [style={style}, label={:?}];",
                format!("{held_at}\n{taken_at}")
            );
        }
        for (before, after) in &self.declared {
            if !self.observed.contains_key(&(before.clone(), after.clone())) {
                let _ = writeln!(out, "  {before:?} -> {after:?} [style=dashed];");
            }
        }
        out.push_str("}\n");
        out
    }

    /// Observed pairs that no declaration orders, the field that was held first.
    ///
    /// ```
    /// # use guarded_core::OrderFile;
    /// let file = OrderFile::parse("nested\tB.b\talone\tsrc/x.rs:2:3\tA.a\talone\tsrc/x.rs:1:3\n");
    /// assert_eq!(file.order().undeclared(), [("A.a", "B.b")]);
    /// ```
    #[must_use]
    pub fn undeclared(&self) -> Vec<(&str, &str)> {
        let pairs = self.observed.keys().filter(|(held, taken)| !self.reaches(held, taken));
        pairs.map(|(held, taken)| (held.as_str(), taken.as_str())).collect()
    }

    /// Declared pairs that were never observed.
    ///
    /// ```
    /// # use guarded_core::OrderFile;
    /// let file = OrderFile::parse("declared\tA.a\tB.b\n");
    /// assert_eq!(file.order().unseen(), [("A.a", "B.b")]);
    /// ```
    #[must_use]
    pub fn unseen(&self) -> Vec<(&str, &str)> {
        let pairs = self.declared.iter().filter(|pair| !self.observed.contains_key(pair));
        pairs.map(|(before, after)| (before.as_str(), after.as_str())).collect()
    }

    /// Declarations lead from one to the other.
    fn reaches(&self, from: &str, to: &str) -> bool {
        if self.leaves.contains(to) {
            return true;
        }
        let (mut open, mut seen) = (vec![from], BTreeSet::new());
        while let Some(at) = open.pop() {
            for (_, after) in self.declared.iter().filter(|(before, _)| before == at) {
                if after == to {
                    return true;
                }
                if seen.insert(after) {
                    open.push(after);
                }
            }
        }
        false
    }
}

/// A line for each pair: `Shop.stock -> Shop.journal  declared, seen at src/a.rs:9:5 and src/a.rs:8:5`, those that were seen first.
///
/// ```
/// # use guarded_core::OrderFile;
/// let file = OrderFile::parse("declared\tA.a\tB.b\nleaf\tC.c\nnested\tC.c\talone\tx.rs:2:3\tA.a\talone\tx.rs:1:3\n");
/// assert_eq!(
///     file.order().to_string(),
///     "A.a -> C.c  declared (a leaf), seen at x.rs:1:3 and x.rs:2:3\n\
///      A.a -> B.b  declared, not seen\n",
/// );
/// ```
impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((held, taken), (held_at, taken_at)) in &self.observed {
            let declared = if self.leaves.contains(taken) {
                "declared (a leaf)"
            } else if self.reaches(held, taken) {
                "declared"
            } else {
                "not declared"
            };
            writeln!(f, "{held} -> {taken}  {declared}, seen at {held_at} and {taken_at}")?;
        }
        for (before, after) in self.unseen() {
            writeln!(f, "{before} -> {after}  declared, not seen")?;
        }
        Ok(())
    }
}

/// The environment variable that names the file.
const FILE: &str = "GUARDED_ORDER_FILE";

/// The file, and the lines that this process has written.
type Output = Internal<(File, HashSet<String>)>;

static OUTPUT: LazyLock<Option<Result<Output, String>>> = LazyLock::new(|| {
    let path = std::env::var_os(FILE)?;
    let file = File::options().create(true).append(true).open(&path);
    Some(match file {
        Ok(file) => Ok(Internal::new((file, HashSet::new()))),
        Err(error) => Err(format!("{FILE} names {}, which cannot be written: {error}", path.display())),
    })
});

/// Who asked for the order is not to take its absence for a success.
#[cold]
fn cannot_write(why: &str) {
    if std::thread::panicking() {
        eprintln!("guarded-state: {why}");
    } else {
        panic!("{why}");
    }
}

/// A nesting was seen: a line of the file, once a process.
pub(super) fn note(held: &[Entry], wanted: &Entry) {
    let output = match OUTPUT.as_ref() {
        None => return,
        Some(Ok(output)) => output,
        Some(Err(why)) => return cannot_write(why),
    };
    let step = |entry: &Entry| {
        let mode = if entry.info.mode.is_exclusive() { "alone" } else { "shared" };
        format!("{}\t{mode}\t{}", super::check::name_of(entry.info), entry.line)
    };
    let steps: Vec<_> = std::iter::once(wanted).chain(held).map(step).collect();
    let mut lines = vec![format!("nested\t{}\n", steps.join("\t"))];
    for entry in held.iter().chain([wanted]) {
        if entry.info.leaf {
            lines.push(format!("leaf\t{}\n", super::check::name_of(entry.info)));
        }
        lines.extend(
            declared(entry.info).iter().map(|(before, after)| format!("declared\t{before}\t{after}\n")),
        );
    }
    let mut output = output.lock();
    let (file, written) = &mut *output;
    for line in lines {
        if !written.contains(&line) {
            // One call a line: lines of several processes do not mix.
            if let Err(error) = file.write_all(line.as_bytes()) {
                return cannot_write(&format!("the file of {FILE} cannot be written: {error}"));
            }
            written.insert(line);
        }
    }
}

/// What many processes have written into the file that `GUARDED_ORDER_FILE` names: `GUARDED_ORDER_FILE=order.tsv cargo test`.
///
/// ```
/// # use guarded_core::OrderFile;
/// let file = OrderFile::parse(
///     "nested\tB.b\talone\tsrc/x.rs:2:3\tA.a\talone\tsrc/x.rs:1:3\n\
///      nested\tA.a\talone\tsrc/y.rs:2:3\tB.b\talone\tsrc/y.rs:1:3\n",
/// );
/// assert_eq!(file.rings().len(), 1, "no single run has seen both");
/// ```
#[derive(Clone, Debug, Default)]
pub struct OrderFile {
    nestings: Vec<Vec<Step>>,
    declared: BTreeSet<(String, String)>,
    leaves: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    field: String,
    exclusive: bool,
    place: String,
}

impl OrderFile {
    /// Reads the file.
    ///
    /// ```
    /// # use guarded_core::OrderFile;
    /// assert!(OrderFile::read("no/such/file").is_err());
    /// ```
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(path: impl AsRef<Path>) -> io::Result<Self> {
        std::fs::read_to_string(path).map(|text| Self::parse(&text))
    }

    /// Reads its text; what is no line of such a file is passed over.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let mut nestings = BTreeSet::new();
        for line in text.lines() {
            let parts: Vec<_> = line.split('\t').collect();
            match parts.as_slice() {
                ["declared", before, after] => {
                    file.declared.insert(((*before).to_owned(), (*after).to_owned()));
                }
                ["leaf", field] => {
                    file.leaves.insert((*field).to_owned());
                }
                ["nested", steps @ ..] if steps.len() >= 6 && steps.len() % 3 == 0 => {
                    let steps = steps.chunks(3).map(|step| Step {
                        field: step[0].to_owned(),
                        exclusive: step[1] == "alone",
                        place: step[2].to_owned(),
                    });
                    nestings.insert(steps.collect::<Vec<_>>());
                }
                _ => {}
            }
        }
        file.nestings = nestings.into_iter().collect();
        file
    }

    /// All of it as one order; of each pair the lines of one nesting that has it.
    ///
    /// ```
    /// # use guarded_core::OrderFile;
    /// let file = OrderFile::parse("leaf\tLog.lines\ndeclared\tA.a\tB.b\n");
    /// assert!(file.order().leaves.contains("Log.lines"));
    /// ```
    #[must_use]
    pub fn order(&self) -> Order {
        let mut order =
            Order { declared: self.declared.clone(), leaves: self.leaves.clone(), ..Order::default() };
        for steps in &self.nestings {
            let [wanted, held @ ..] = steps.as_slice() else { continue };
            for held in held.iter().filter(|held| held.field != wanted.field) {
                let pair = (held.field.clone(), wanted.field.clone());
                order.observed.entry(pair).or_insert_with(|| (held.place.clone(), wanted.place.clone()));
            }
        }
        order
    }

    /// The rings among all nestings together, common outer locks respected, and what is nested against a declaration; each
    /// as a message with its lines. Nestings of two instances of one field are not judged: a file does not know instances.
    ///
    /// ```
    /// # use guarded_core::OrderFile;
    /// let against = "declared\tA.a\tB.b\nnested\tA.a\talone\tx.rs:2:3\tB.b\talone\tx.rs:1:3\n";
    /// assert!(OrderFile::parse(against).rings()[0].contains("x.rs:2:3"));
    /// ```
    #[must_use]
    pub fn rings(&self) -> Vec<String> {
        let mut names: Vec<&str> = Vec::new();
        let mut node = |field| {
            let place = names.iter().position(|name| *name == field).unwrap_or_else(|| {
                names.push(field);
                names.len() - 1
            });
            #[allow(clippy::cast_possible_truncation)] // fewer than 2^32 fields
            Node(place as u32)
        };
        let (mut graph, mut rings) = (Graph::new(), Vec::new());
        for (before, after) in &self.declared {
            let step = |node| Held { node, instance: None, exclusive: true, site: "declared" };
            rings.extend(graph.acquire(&[step(node(before))], step(node(after))));
        }
        for steps in &self.nestings {
            let mut steps = steps.iter().map(|step| Held {
                node: node(&step.field),
                instance: None,
                exclusive: step.exclusive,
                site: step.place.as_str(),
            });
            let Some(wanted) = steps.next() else { continue };
            let held: Vec<_> = steps.collect();
            rings.extend(graph.acquire(&held, wanted));
        }
        let name = |node: Node| names.get(node.0 as usize).copied().unwrap_or_default();
        let told = rings.iter().map(|ring| {
            let mut text = String::from("lock order inverted:");
            for step in ring {
                let (held, taken) = (name(step.from.node), name(step.to.node));
                let _ = write!(
                    text,
                    "\n  `{taken}` at {} while `{held}` is held since {}",
                    step.to_site, step.from_site
                );
            }
            text
        });
        told.collect()
    }
}
