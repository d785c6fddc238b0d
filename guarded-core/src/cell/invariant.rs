//! What must hold whenever nobody is inside: `invariant = path` of a field or a group, looked at as write scopes end.

use super::policy::{Policy, Protects, Refuses, Verifies};
use crate::error::Line;
use crate::site::SiteInfo;
use crate::sync::{AtomicU8, Ordering};
use std::fmt::{self, Display};
use std::marker::PhantomData;

/// A panic policy `P` whose write scopes end with a look at the invariant that the owner `O` declares for its field.
///
/// Written by `#[guarded(invariant = path)]`; it has a name because it stands in the type of such a field.
pub struct Checked<P, O, const FIELD: u64>(PhantomData<fn() -> (P, O)>);

impl<P: fmt::Debug, O, const FIELD: u64> fmt::Debug for Checked<P, O, FIELD> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checked")
    }
}

/// What a struct demands of one of its fields. Written by the attribute.
#[diagnostic::on_unimplemented(
    message = "`{Self}` declares no invariant of this field",
    note = "`#[guarded(invariant = path)]` on the field declares it"
)]
pub trait Invariant<const FIELD: u64, T> {
    /// As the user wrote it; empty for a closure.
    const PATH: &'static str;
    /// Tells why it does not hold, if it does not.
    fn broken() -> impl Fn(&T) -> Option<String>;
}

/// What the function of `invariant = path` returns: `bool`, or a `Result<(), E>` whose error says what is wrong.
///
/// ```
/// # use guarded_core::Verdict;
/// fn sorted(list: &[u32]) -> Result<(), String> {
///     match list.windows(2).position(|pair| pair[0] > pair[1]) {
///         Some(place) => Err(format!("{} stands before {}", list[place], list[place + 1])),
///         None => Ok(()),
///     }
/// }
/// assert_eq!(sorted(&[1, 3, 2]).broken().as_deref(), Some("3 stands before 2"));
/// assert_eq!(true.broken(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "the function of `invariant = ..` says whether the value is sound: it returns `bool` or `Result<(), E>`, not `{Self}`",
    label = "takes `&` of the field's type; returns `bool`, or `Result<(), E>` with an error that can be displayed"
)]
pub trait Verdict {
    /// Why not, if not: an empty text where the function does not say.
    fn broken(self) -> Option<String>;
}

impl Verdict for bool {
    fn broken(self) -> Option<String> {
        (!self).then(String::new)
    }
}

impl<E: Display> Verdict for Result<(), E> {
    fn broken(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// A user's function, as [`Invariant`] has it. Called by generated code.
pub fn judging<T, V: Verdict, F: Fn(&T) -> V>(invariant: F) -> impl Fn(&T) -> Option<String> {
    move |value| invariant(value).broken()
}

static CHECKS: AtomicU8 = AtomicU8::new(UNSET);
const UNSET: u8 = 2;

/// Turns the look at invariants on or off, for the process: builds with debug assertions look, release builds do not, unless
/// this says so.
///
/// ```
/// guarded_core::check_invariants(true); // in a release build whose data is worth it
/// ```
///
/// # Cost
/// That of the functions of `invariant = ..`, once each write scope of such a field; one relaxed load where it is off.
pub fn check_invariants(on: bool) {
    CHECKS.store(u8::from(on), Ordering::Relaxed);
}

fn checks() -> bool {
    match CHECKS.load(Ordering::Relaxed) {
        UNSET => cfg!(debug_assertions),
        set => set == 1,
    }
}

impl<P: Policy, O, const FIELD: u64> Policy for Checked<P, O, FIELD> {
    type Slot = P::Slot;
    type ShardLock = P::ShardLock;
    type ShardShape<T> = P::ShardShape<T>;
}

#[diagnostic::do_not_recommend]
impl<P: Refuses, O, const FIELD: u64> Refuses for Checked<P, O, FIELD> {}

impl<T, P: Verifies<T>, O: Invariant<FIELD, T>, const FIELD: u64> Verifies<T> for Checked<P, O, FIELD> {
    #[inline]
    fn verify(value: &T, info: &'static SiteInfo, line: Line) {
        if checks()
            && let Some(why) = O::broken()(value)
        {
            tell(O::PATH, &why, info, line);
        }
    }
}

impl<T, P: Protects<T>, O: Invariant<FIELD, T>, const FIELD: u64> Protects<T> for Checked<P, O, FIELD> {
    type Saved = P::Saved;
    fn save(value: &mut T) -> P::Saved {
        P::save(value)
    }
    fn restore(value: &mut T, saved: &mut P::Saved) -> bool {
        P::restore(value, saved)
    }
    fn keep(value: &mut T, saved: &mut P::Saved) {
        P::keep(value, saved);
    }
}

/// A panic at the end of the scope that broke it, unless the thread unwinds already: then it is only told.
#[cold]
fn tell(path: &str, why: &str, info: &'static SiteInfo, line: Line) {
    use crate::event::{Event, Finding, emit};
    let name = if path.is_empty() { String::new() } else { format!(" `{path}`") };
    let colon = if why.is_empty() { "" } else { ": " };
    let event = Event {
        finding: Finding::InvariantBroken,
        field: info.class.to_string(),
        at: line,
        other: None,
        message: format!(
            "the write scope of `{}` entered at {line} leaves its invariant{name} broken{colon}{why}",
            info.class
        ),
    };
    if std::thread::panicking() {
        emit(&event);
    } else {
        crate::event::emit_to_hook(&event);
        panic!("{event}");
    }
}
