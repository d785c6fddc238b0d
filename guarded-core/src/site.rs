//! Who a cell is: its class (the field it stands in), and how the class is found from the type.

use crate::sync::{AtomicU32, Internal, Mode, Ordering};
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::OnceLock;

/// One guarded field of one struct definition, or one line that made a standalone cell.
///
/// The attribute writes one `static` a field; it is registered when it is first locked. `Display` is `Type.field`. (The
/// notion is that of Linux's lockdep: the order of locks is learned by classes, not by instances.) Users meet its name only,
/// in messages and in the report.
pub struct Class {
    owner: &'static str,
    field: &'static str,
    strategy: &'static str,
    file: &'static str,
    line: u32,
    /// Tells two standalone cells of one line apart; 0 for a field.
    column: u32,
    slot: AtomicU32,
    #[cfg(feature = "observe")]
    pub(crate) stats: OnceLock<Box<crate::observe::Stats>>,
}

static CLASSES: Internal<Vec<&'static Class>> = Internal::new(Vec::new());

/// No class: not registered yet.
const UNREGISTERED: u32 = u32::MAX - 1;

impl Class {
    /// What the attribute writes for a field.
    #[must_use]
    pub const fn new(
        owner: &'static str,
        field: &'static str,
        strategy: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            owner,
            field,
            strategy,
            file,
            line,
            column: 0,
            slot: AtomicU32::new(UNREGISTERED),
            #[cfg(feature = "observe")]
            stats: OnceLock::new(),
        }
    }

    /// The class's place in the tables of counts, without registering: far beyond any table until then.
    #[inline(always)]
    pub(crate) fn quick_slot(&self) -> u32 {
        self.slot.load(Ordering::Relaxed)
    }

    /// The class's place in the tables of counts: three a class.
    #[cold]
    pub(crate) fn slot(&'static self) -> u32 {
        let known = self.slot.load(Ordering::Acquire);
        if known != UNREGISTERED {
            return known;
        }
        let mut classes = CLASSES.lock();
        let known = self.slot.load(Ordering::Acquire);
        if known != UNREGISTERED {
            return known;
        }
        #[allow(clippy::cast_possible_truncation)] // there are fewer than 2^30 statics
        let slot = 3 * classes.len() as u32;
        classes.push(self);
        self.slot.store(slot, Ordering::Release);
        slot
    }

    /// All that were locked so far.
    pub(crate) fn all() -> Vec<&'static Class> {
        CLASSES.lock().clone()
    }

    /// `rw`, `mutex`, `monitor`.
    #[must_use]
    pub fn strategy(&self) -> &'static str {
        self.strategy
    }

    /// One field has many locks, of which a thread holds one at a time.
    pub(crate) fn has_parts(&self) -> bool {
        matches!(self.strategy, "sharded" | "striped" | "single_flight")
    }

    /// Where the field is declared.
    #[must_use]
    pub fn place(&self) -> (&'static str, u32) {
        (self.file, self.line)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            write!(f, "{} at {}:{}", self.owner, self.file, self.line)
        } else {
            write!(f, "{}.{}", self.owner, self.field)
        }
    }
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Class({self})")
    }
}

/// What is known of a cell, and of how it is held, at compile time.
#[derive(Clone, Copy, Debug)]
pub struct SiteInfo {
    pub(crate) class: &'static Class,
    /// The struct with its arguments, for a generic one: each is a class of its own in the lock order.
    pub(crate) instantiation: Option<fn() -> &'static str>,
    pub(crate) observed: bool,
    pub(crate) leaf: bool,
    pub(crate) mode: Mode,
    /// What it comes after by declaration: the field above it, and those of `after`.
    pub(crate) after: &'static [fn() -> &'static SiteInfo],
}

#[allow(unreachable_pub)] // named by a sealed trait's hidden function only
/// One for each [`Mode`], so that one address tells who is held and how.
pub type Infos = [SiteInfo; 5];

impl SiteInfo {
    /// A plain field.
    #[must_use]
    pub const fn new(class: &'static Class) -> Self {
        Self { class, instantiation: None, observed: true, leaf: false, mode: Mode::Read, after: &[] }
    }

    /// The field of a generic struct.
    #[must_use]
    pub const fn instantiation(mut self, name: fn() -> &'static str) -> Self {
        self.instantiation = Some(name);
        self
    }

    pub(crate) const fn modes(self) -> Infos {
        [
            Self { mode: Mode::Read, ..self },
            Self { mode: Mode::Write, ..self },
            Self { mode: Mode::SoleRead, ..self },
            Self { mode: Mode::Upgradable, ..self },
            Self { mode: Mode::Upgrade, ..self },
        ]
    }

    /// `leaf`: nothing guarded is locked while this is held.
    #[must_use]
    pub const fn leaf(mut self) -> Self {
        self.leaf = true;
        self
    }

    /// In an `ordered` struct: what comes before it.
    #[must_use]
    pub const fn after(mut self, fields: &'static [fn() -> &'static SiteInfo]) -> Self {
        self.after = fields;
        self
    }

    /// `unobserved`: neither counted nor timed; the order check stays.
    #[must_use]
    pub const fn unobserved(mut self) -> Self {
        self.observed = false;
        self
    }
}

/// Implemented by the attribute for each guarded field; `H` is the hash of the field's name.
#[diagnostic::on_unimplemented(message = "`{Self}` has no guarded field of this name")]
pub trait FieldSite<const H: u64> {
    /// The field's class and what its attribute said.
    const INFO: &'static SiteInfo;
}

/// The site of a struct's field: the owner and the hash of the field's name.
pub struct At<O, const H: u64>(PhantomData<fn() -> O>);

impl<O, const H: u64> fmt::Debug for At<O, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("At")
    }
}

/// The site of a field of an `ordered` struct. Another type than [`At`], so that its scopes ask for a key.
pub struct OrderedAt<O, const H: u64>(PhantomData<fn() -> O>);

impl<O, const H: u64> fmt::Debug for OrderedAt<O, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderedAt")
    }
}

/// Implemented by the attribute for each guarded field of an `ordered` struct: its place in the declared order.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no ordered field of this name",
    label = "no field of this name, or it is not guarded, or its struct is not `ordered`",
    note = "`after`, `lock_order!` and `field!` name a guarded field of a struct with `#[guarded(ordered)]`: `path::Type::field`"
)]
pub trait OrderedSite<const H: u64>: FieldSite<H> {
    /// A type whose name is `Type·field`, for messages.
    type Name;
    /// The place, to be compared.
    type Rank;
    /// The place, to be counted on from.
    const POSITION: u16;
    /// [`FieldSite::INFO`], for those that come after it. Each field has a function of its own: in a long chain, the default
    /// of a trait would exceed the compiler's depth of instantiation.
    #[must_use]
    fn info() -> &'static SiteInfo;
}

impl<O: OrderedSite<H>, const H: u64> Site for OrderedAt<O, H> {
    type Origin = ();
    #[inline(always)]
    fn infos((): &(), _: &'static str) -> &'static Infos {
        const { &O::INFO.modes() }
    }
}

/// A site whose scopes need no key: the bound of code that is generic over where a cell stands and waits for its lock.
/// Sealed, as [`Site`] is. [`Kind`](crate::Kind) has an example.
#[diagnostic::on_unimplemented(
    message = "this field belongs to an `ordered` struct: what waits for its lock needs a key",
    label = "write `.under(&mut key)` before this call; a closure is given one more argument, the deeper key: `|value, key| ..`",
    note = "the first key of a thread comes from `Key::claim()`; each closure is given the next one",
    note = "`try_with_read` and `try_with_write` need no key: they do not wait; nor does `with_all`, which holds none of its locks while it waits for another",
    note = "code that is generic over the site, as a cell of `with = path`, asks for `S: Keyless` instead of `S: Site`"
)]
pub trait Keyless: Site {}
#[diagnostic::do_not_recommend]
impl<O: FieldSite<H>, const H: u64> Keyless for At<O, H> {}
#[diagnostic::do_not_recommend]
impl Keyless for Standalone {}

/// The site of a cell outside any guarded struct: a local, a static, an element of a `Vec`. The default.
///
/// ```
/// use guarded_core::{Guarded, Mutex, Standalone};
/// static HITS: Guarded<u64, Mutex, Standalone> = Guarded::new(0); // is `Guarded<u64, Mutex>`
/// assert_eq!(HITS.cloned(), 0);
/// ```
#[derive(Debug)]
pub struct Standalone(());

/// Where a cell stands: [`At`] or [`OrderedAt`] a field, or [`Standalone`]. Sealed.
///
/// The bound of code that takes a cell from anywhere and never waits for its lock; [`Keyless`] is that of code which does.
///
/// ```
/// use guarded_core::{Guarded, Kind, Protects, Site};
/// fn peek<K: Kind, S: Site>(cell: &Guarded<u64, K, S>) -> Option<u64>
/// where
///     K::Policy: Protects<u64>,
/// {
///     cell.try_with_read(|n| *n).ok()
/// }
/// assert_eq!(peek(&Guarded::mutex(3)), Some(3));
/// ```
pub trait Site: sealed::Sealed {
    /// What one cell keeps of its creation: nothing in a field.
    #[doc(hidden)]
    type Origin: Origin;
    /// The cell's class and options.
    #[doc(hidden)]
    fn infos(origin: &Self::Origin, strategy: &'static str) -> &'static Infos;
}

impl<O: FieldSite<H>, const H: u64> Site for At<O, H> {
    type Origin = ();
    #[inline(always)]
    fn infos((): &(), _: &'static str) -> &'static Infos {
        const { &O::INFO.modes() }
    }
}

impl Site for Standalone {
    type Origin = Birthplace;
    #[inline(always)]
    fn infos(origin: &Birthplace, strategy: &'static str) -> &'static Infos {
        match origin.infos.get() {
            Some(infos) => infos,
            None => origin.intern(strategy),
        }
    }
}

/// The part of a cell that remembers where it was made. Sealed.
pub trait Origin: sealed::Sealed + Sized {
    /// `()` keeps nothing, [`Birthplace`] the line.
    #[doc(hidden)]
    const KEEPS_PLACE: bool;
    /// The same, for another part of one map.
    #[doc(hidden)]
    #[must_use]
    fn again(&self) -> Self;
}

impl Origin for () {
    const KEEPS_PLACE: bool = false;
    fn again(&self) {}
}

impl Origin for Birthplace {
    const KEEPS_PLACE: bool = true;
    fn again(&self) -> Self {
        Self::new(self.place)
    }
}

/// The line that made a standalone cell, and its class once it was locked.
#[derive(Debug)]
pub struct Birthplace {
    place: &'static Location<'static>,
    infos: OnceLock<&'static Infos>,
}

impl Birthplace {
    pub(crate) const fn new(place: &'static Location<'static>) -> Self {
        Self { place, infos: OnceLock::new() }
    }

    /// All cells of one line and kind are one class.
    #[cold]
    fn intern(&self, strategy: &'static str) -> &'static Infos {
        static KNOWN: Internal<Vec<&'static Infos>> = Internal::new(Vec::new());
        self.infos.get_or_init(|| {
            let mut known = KNOWN.lock();
            let here = (self.place.file(), self.place.line(), self.place.column());
            let found = known.iter().find(|[info, ..]| {
                let (file, line) = info.class.place();
                // A macro's line makes cells of many kinds.
                (file, line, info.class.column) == here && info.class.strategy == strategy
            });
            if let Some(infos) = found {
                return infos;
            }
            let owner = match strategy {
                "sharded" => "Sharded",
                "striped" => "Striped",
                "single_flight" => "SingleFlight",
                "versioned" => "Versioned",
                "lazy" => "Lazy",
                _ => "Guarded",
            };
            let class = Box::leak(Box::new(Class::new(owner, "", strategy, here.0, here.1)));
            class.column = here.2;
            let infos: &'static Infos = Box::leak(Box::new(SiteInfo::new(class).modes()));
            known.push(infos);
            infos
        })
    }
}

/// Serial numbers tell the instances of a class apart; they end at 2^31 - 1, which all later cells share.
#[cfg(any(feature = "observe", feature = "order-check"))]
pub(crate) fn new_serial() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let taken =
        NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| Some((next + 1).min(u32::MAX >> 1)));
    taken.unwrap_or_else(|last| last)
}

/// The number in a cell's marks, given now if it has none.
#[cfg(any(feature = "observe", feature = "order-check"))]
pub(crate) fn serial_of(marks: &AtomicU32) -> u32 {
    if marks.load(Ordering::Relaxed) >> 1 == 0 {
        number(marks, new_serial());
    }
    marks.load(Ordering::Relaxed) >> 1
}

/// Writes a number into a cell's marks, unless somebody else has: the first number stays.
#[cfg(any(feature = "observe", feature = "order-check"))]
pub(crate) fn number(marks: &AtomicU32, serial: u32) {
    let _ = marks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |marks| {
        (marks >> 1 == 0).then_some(marks | serial << 1)
    });
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl Sealed for super::Birthplace {}
    impl Sealed for super::Standalone {}
    impl<O, const H: u64> Sealed for super::At<O, H> {}
    impl<O, const H: u64> Sealed for super::OrderedAt<O, H> {}
}
