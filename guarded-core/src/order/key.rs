//! Keys: the right to lock, as a value that the compiler follows.

use super::rank::{Bottom, Less};
use crate::error::Line;
use crate::site::{OrderedAt, OrderedSite};
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

/// The right of one thread to lock what comes after `L` in a declared order.
///
/// A field of an `ordered` struct is locked under a key: `field.under(&mut key).with_write(|value, key| ..)`.
/// The closure is given a deeper key, which locks only what comes after that field; the outer key is borrowed until
/// the scope ends. So a wrong order, the same field again and a second instance of it do not compile.
///
/// ```
/// use guarded_core::{ClaimError, Key};
/// fn unit_of_work(key: &mut Key) { /* shop.stock.under(key).with_write(|stock, key| ..) */ }
///
/// let mut key = Key::claim()?; // once a thread, where nothing is held
/// unit_of_work(&mut key);
/// assert_eq!(size_of_val(&key), 0);
/// std::thread::spawn(|| drop(Key::claim())); // another thread has its own
/// # Ok::<(), ClaimError>(())
/// ```
/// ```compile_fail
/// # use guarded_core::Key;
/// let key = Key::claim().unwrap();
/// std::thread::spawn(|| drop(key));
/// ```
///
/// The guide of `guarded-state` has a page on it, `ordered`.
///
/// # Cost
/// None: a key has no size.
pub struct Key<L: Level = Nothing, U = Declared> {
    claim: L::Claim,
    _order: PhantomData<fn() -> U>,
    _thread: KeyStaysOnItsThread,
}

/// A key is one thread's: what it holds is known to nobody else.
struct KeyStaysOnItsThread(PhantomData<*const ()>);

/// What is held before any lock is: the level of the root key, `Key<Nothing>`, for short `Key`.
#[derive(Debug)]
pub struct Nothing(());

/// The order that `ordered` and `after` declare at the structs.
#[derive(Debug)]
pub struct Declared(());

/// What a [`Key`] can stand for: [`Nothing`], or a field that is held. Sealed.
///
/// A bound for functions that pass a key on and lock nothing themselves; those that lock ask for [`MayTake`].
///
/// ```
/// use guarded_core::{ClaimError, Key, Level};
/// fn passes_on<L: Level, R>(key: &mut Key<L>, f: impl FnOnce(&mut Key<L>) -> R) -> R {
///     f(key)
/// }
/// assert_eq!(passes_on(&mut Key::claim()?, |_| 3), 3);
/// # Ok::<(), ClaimError>(())
/// ```
pub trait Level: sealed::Level {
    /// What messages call it.
    type Name;
    #[doc(hidden)]
    type Claim;
}

impl Level for Nothing {
    type Name = Nothing;
    type Claim = Claim;
}

impl<S: OrderedSite<H>, const H: u64> Level for OrderedAt<S, H> {
    type Name = S::Name;
    type Claim = ();
}

/// An order: which rank it gives to `F`. [`Declared`] has those of the structs; `lock_order!` makes others, and writes the
/// impls.
#[diagnostic::on_unimplemented(
    message = "the order `{Self}` does not name this field",
    label = "not a member of `{Self}`",
    note = "add the field to its `lock_order!`"
)]
pub trait Ranks<F> {
    /// The rank.
    type Rank;
}

impl Ranks<Nothing> for Declared {
    type Rank = Bottom;
}

impl<S: OrderedSite<H>, const H: u64> Ranks<OrderedAt<S, H>> for Declared {
    type Rank = S::Rank;
}

/// While `Self` is held, `F` may be locked. `Name` and `Held` are what messages call the two. Sealed: ranks alone decide.
#[diagnostic::on_unimplemented(
    message = "cannot lock `{Name}` while `{Held}` is held",
    label = "`{Name}` does not come after `{Held}` in the declared order",
    note = "a generic function says in one bound what it locks: `fn f<L: MayTake<field!(Type::field)>>(.., key: &mut Key<L>)`",
    note = "fields of a struct are ordered as they are declared, from top to bottom; nothing comes after a `leaf`, nor after itself",
    note = "between two structs no order holds until one is declared: `#[guarded(after = Other::field)]`",
    note = "to take both without nesting: `with_all((write(&x.one), write(&x.other)), |(one, other)| ..)`"
)]
pub trait Before<F, Name, Held, U = Declared>: sealed::Before<F, U> {}

#[diagnostic::do_not_recommend]
impl<L, F, Name, Held, U> Before<F, Name, Held, U> for L where L: sealed::Before<F, U> {}

/// While `Self` is held, the field `F` may be locked: what a generic function asks of its key.
///
/// `F` is written `field!(Type::field)`: `fn note<L: MayTake<field!(Shop::journal)>>(shop: &Shop, key: &mut Key<L>)`. `U` is
/// the order, [`Declared`] where none is named; `Name` and `Held` are there for messages. The guide of `guarded-state` has the example
/// that runs, on its page `ordered`.
#[diagnostic::on_unimplemented(
    message = "cannot call this while `{Held}` is held: it locks `{Name}`, which does not come after that",
    label = "this key does not lead to `{Name}`",
    note = "fields of a struct are ordered as they are declared, from top to bottom; nothing comes after a `leaf`, nor after itself",
    note = "between two structs no order holds until one is declared: `#[guarded(after = Other::field)]`"
)]
pub trait MayTake<F: Level, U = Declared, Name = <F as Level>::Name, Held = <Self as Level>::Name>:
    Level + Before<F, F::Name, <Self as Level>::Name, U>
{
}

#[diagnostic::do_not_recommend]
impl<L, F, U> MayTake<F, U> for L
where
    F: Level,
    L: Level + Before<F, F::Name, <L as Level>::Name, U>,
{
}

/// In a `lock_order!`, the field above `F` may stand there: their struct declares it above `F` too. `Name` and `Above` are there
/// for messages.
#[diagnostic::on_unimplemented(
    message = "`{Above}` cannot come before `{Name}`: their struct has them the other way round",
    label = "this order is against that of the struct",
    note = "a `lock_order!` orders fields of several structs; those of one struct stay in their order of declaration, and nothing comes after a `leaf`"
)]
pub trait Precedes<F, Name, Above> {}

#[diagnostic::do_not_recommend]
impl<L, F, Name, Above> Precedes<F, Name, Above> for L where L: sealed::Before<F, Declared> {}

/// Written by `lock_order!` for two fields of one struct.
pub const fn assert_precedes<A: Level + Precedes<B, B::Name, <A as Level>::Name>, B: Level>() {}

/// Written by `lock_order!` for each struct's first field.
pub const fn assert_has_a_place<F: Level>() {}

mod sealed {
    use super::{Less, Nothing, OrderedAt, OrderedSite, Ranks};

    pub trait Level {}
    impl Level for Nothing {}
    impl<S: OrderedSite<H>, const H: u64> Level for OrderedAt<S, H> {}

    pub trait Before<F, U> {}
    impl<L, F, U> Before<F, U> for L
    where
        U: Ranks<L> + Ranks<F>,
        <U as Ranks<L>>::Rank: Less<<U as Ranks<F>>::Rank>,
    {
    }
}

thread_local! {
    /// Where this thread claimed its root key.
    static CLAIMED: Cell<Option<Line>> = const { Cell::new(None) };
}

/// The root key is out: given back on drop.
#[derive(Debug)]
pub struct Claim(());

impl Drop for Claim {
    fn drop(&mut self) {
        CLAIMED.set(None);
    }
}

/// Why there is no root key to be had.
///
/// ```
/// # #[cfg(feature = "order-check")] {
/// use guarded_core::{ClaimError, Guarded, Key};
/// let n = Guarded::rw(3);
/// let refused = n.with_read(|_| Key::claim().map(drop));
/// assert!(matches!(refused, Err(ClaimError::Holding { .. })), "claim before anything is locked");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimError {
    /// This thread has claimed it already: pass that key on.
    Claimed {
        /// Where.
        at: Line,
    },
    /// This thread holds a guarded lock, which the order would not know of (feature `order-check`).
    Holding {
        /// `Type.field`.
        field: String,
        /// The line of the scope.
        since: Line,
    },
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claimed { at } => {
                write!(
                    f,
                    "this thread claimed its root key already, at {at}: pass that key on, or drop it first"
                )
            }
            Self::Holding { field, since } => write!(
                f,
                "this thread holds `{field}` since {since}: claim the root key before anything guarded is locked"
            ),
        }
    }
}

impl std::error::Error for ClaimError {}

impl Key {
    /// The root key of this thread, of the order that the structs declare. There is one at a time.
    ///
    /// ```
    /// use guarded_core::{ClaimError, Key};
    /// let key = Key::claim()?;
    /// assert!(matches!(Key::claim(), Err(ClaimError::Claimed { .. })), "pass the key on instead");
    /// drop(key);
    /// let again = Key::claim()?;
    /// # Ok::<(), ClaimError>(())
    /// ```
    ///
    /// # Errors
    /// This thread has it already; or, with the feature `order-check`, it is inside a guarded scope.
    ///
    /// # Deadlocks
    /// None: it never waits.
    ///
    /// # Cost
    /// A look at two thread-local cells; an error may allocate. Claim once, where a unit of work begins, and pass the key
    /// down.
    #[track_caller]
    pub fn claim() -> Result<Self, ClaimError> {
        Self::claim_in()
    }
}

impl<U> Key<Nothing, U> {
    /// As [`claim`](Key::claim), of the order `U`, which `lock_order!` declares: `Key::<_, Shop>::claim_in()`.
    ///
    /// ```
    /// use guarded_core::{ClaimError, Declared, Key};
    /// let key = Key::<_, Declared>::claim_in()?; // is `Key::claim()`
    /// assert!(Key::claim().is_err(), "one root key a thread, whatever its order");
    /// # drop(key);
    /// # Ok::<(), ClaimError>(())
    /// ```
    ///
    /// # Errors
    /// As [`claim`](Key::claim): a thread has one root key, whatever its order.
    ///
    /// # Deadlocks
    /// None: it never waits.
    ///
    /// # Cost
    /// That of [`claim`](Key::claim).
    #[track_caller]
    pub fn claim_in() -> Result<Self, ClaimError> {
        if let Some(at) = CLAIMED.get() {
            return Err(ClaimError::Claimed { at });
        }
        #[cfg(feature = "order-check")]
        if let Some(held) = super::held::all().pop() {
            return Err(ClaimError::Holding { field: held.info.class.to_string(), since: held.line });
        }
        CLAIMED.set(Some(Location::caller()));
        Ok(Self { claim: Claim(()), _order: PhantomData, _thread: KeyStaysOnItsThread(PhantomData) })
    }
}

impl<S: OrderedSite<H>, const H: u64, U> Key<OrderedAt<S, H>, U> {
    /// The key inside a scope of the field; only the accessors make one.
    #[inline(always)]
    pub(crate) fn inside() -> Self {
        Self { claim: (), _order: PhantomData, _thread: KeyStaysOnItsThread(PhantomData) }
    }
}

impl<L: Level, U> fmt::Debug for Key<L, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = &self.claim;
        write!(f, "Key")
    }
}
