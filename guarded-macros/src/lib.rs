//! The macros of [guarded-state](https://docs.rs/guarded-state): `#[guarded]` and `#[derive(Guarded)]`.
//!
//! Use them through that crate; what they print names its hidden module. Both are one engine:
//! `parse` reads tokens into spanned syntax, `lower` makes the model of it, `check` holds the rules, `emit` prints, and
//! `recover` decides what is printed after an error. All errors of a struct are reported in one run.
//!
//! The output is types and impls with constants. No item with a name appears, but for the structs of lock groups and the
//! twin of the derive, and no method but the twin's `snapshot`.
#![forbid(unsafe_code)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod check;
mod diag;
mod emit;
mod expand;
mod generics;
mod lower;
mod model;
mod order;
mod parse;
mod recover;
mod scan;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Puts fields of a struct behind locks: each marked field becomes a cell that is reached by closures.
///
/// **Write `#[derive(..)]` below this attribute.** A derive above it sees the struct before its fields change: `Debug`,
/// `Default` and `Serialize` work there too, `Deserialize` and everything about lock groups do not.
///
/// ```
/// use guarded_state::guarded;
/// use std::collections::{HashMap, VecDeque};
/// # type Sku = &'static str;
/// # type Entry = String;
/// # type Order = u32;
///
/// #[guarded]
/// #[derive(Debug, Default)]
/// pub struct Inventory {
///     /// Units on hand.
///     #[guarded]                               // a reader-writer lock
///     stock: HashMap<Sku, u32>,
///     #[guarded(mutex, on_panic = poison)]
///     journal: Vec<Entry>,
///     #[guarded(monitor)]                      // a mutex that can be waited at
///     orders: VecDeque<Order>,
///     #[guarded(group = totals)]
///     in_transit: u64,                         // two fields, one lock
///     #[guarded(group = totals)]
///     reserved: u64,
///     name: String,                            // not marked, not changed
/// }
///
/// let inventory = Inventory::default();
/// inventory.stock.with_write(|stock| *stock.entry("bolt").or_default() += 5);
/// inventory.totals.with_write(|totals| totals.reserved += 5);
/// assert_eq!(inventory.totals.with_read(|totals| totals.reserved), 5);
/// ```
///
/// A field `stock: T` becomes `stock: Guarded<T, Rw, At<Self, HASH>>`, HASH being that of its name, and an impl in an
/// anonymous constant tells where it is declared. In a literal it is written `stock: Guarded::new(..)` or
/// `stock: value.into()`.
///
/// # Options of the struct
///
/// | option | meaning |
/// | --- | --- |
/// | `crate = ::path` | where this library is found, if not at `::guarded_state`: after a rename in `Cargo.toml`, or behind another crate (`crate = $crate::vendored` in a `macro_rules`). The path is absolute: it begins with `::`, `crate` or `$crate` |
/// | `ordered` | the scopes of its fields take keys, and are nested in the order of declaration: anything else does not compile |
///
/// # Options of a field
///
/// | option | meaning |
/// | --- | --- |
/// | none, or `rw` | a reader-writer lock; the type must be `Send + Sync` |
/// | `mutex` | one at a time; the type must be `Send` |
/// | `monitor` | a mutex with `with_write_when`: wait until a predicate holds |
/// | `sharded` | for a `HashMap`: many parts, each with a lock of its own, and keyed calls (`insert`, `with_write_key`, ..); `sharded(shards = 256)` says how many, `sharded(read_mostly)` lets readers of one part in without holding each other up; its writes cost more |
/// | `striped` | a lock for each key, without a map: the field's type is that of the keys; `striped(stripes = 256)` says how many locks there are |
/// | `versioned` | copy-on-write versions: reads never wait, a write publishes a changed copy; the type must be `Clone`. `versioned(history = 32)` keeps that many versions before the current one |
/// | `single_flight` | for a `HashMap`: a cache whose callers of one key share one load (`get_or_load`); `single_flight(ttl = 60s)` keeps values for a minute, `negative_ttl = 500ms` errors for half a second, `plain` nothing; with `on_panic = handover` another caller loads if a loader panics (else all who wait panic too) |
/// | `lazy` | a value that is made on first use, `get_or_init(\|\| ..)`, and then read without a lock |
/// | `with = path::Cell` | a cell of your own: the field becomes `path::Cell<T, At<Self, HASH>>`. It brings its own policy, so `on_panic`, `guards` and `group` are not for it |
/// | `group = name` | this field and all others of the same group live behind one lock, see below |
/// | `on_panic = keep` | default: a panic in a write scope releases the lock and leaves the value as it is |
/// | `on_panic = poison` | later access is refused until it is cleared; the default of groups |
/// | `on_panic = rollback` | the value is saved before each write scope and restored on a panic: a clone a write. In a generic struct the bound that makes it possible, such as `T: Clone`, stands on the struct |
/// | `invariant = path` | what must hold whenever nobody is inside: a function of `&value` (or a closure) that returns `bool` or `Result<(), E>`, called as write scopes end in builds with debug assertions, and elsewhere after `check_invariants(true)`. Where it does not hold the scope panics, and `on_panic` is run |
/// | `guards` | `read()` and `write()` hand out guards, beside the closures |
/// | `leaf` | nothing guarded is locked while this is held |
/// | `after = path::Type::field` | in an `ordered` struct: this field, and those below it, come after that one; several stand in parentheses |
/// | `unobserved` | neither counted nor timed; the order check stays |
///
/// # Lock groups
///
/// The fields of `group = totals` in `Inventory` move, with their documentation and attributes, into a struct
/// `InventoryTotals` of the same visibility; it stands as the field `totals` where the first of them stood. Any member may
/// give the strategy, the policy and the other options, and all that give one agree. All members have one visibility.
/// The struct has those parameters of the outer one that its fields name. Of the outer struct's derives `Debug`, `Default`,
/// `Serialize` and `Deserialize` are repeated on it, and of its serde options `crate`, `rename_all` and
/// `deny_unknown_fields`; with `on_panic = rollback` it is `Clone`. `Self` in a member's type means the outer struct. A
/// group needs a struct with named fields.
///
/// # `cfg`
///
/// `#[cfg]` works on marked fields, also where two fields of one name exclude each other. The positions of a tuple struct's
/// fields are those of the source. `#[cfg_attr(predicate, guarded(mutex))]` marks the field under that condition only: it is
/// printed once under `#[cfg(predicate)]` and once, unguarded, under `#[cfg(not(predicate))]`. Several such markings may stand
/// at one field if no two conditions hold at once. `#[cfg_attr(predicate, guarded)]` at the struct works; its fields' markings
/// then need the same `cfg_attr`, for without the attribute nobody takes them away.
///
/// # What cannot be guarded
///
/// - `Clone`, `Copy`, and the comparisons cannot be derived: a copy would have locks of its own. Share the struct in an
///   `Arc`, or use [`derive@Guarded`] and clone or compare snapshots.
/// - `repr(packed)` and `repr(transparent)`; `repr(C)` and `repr(align(..))` are kept.
/// - Types whose size is not known, at any field; default field values at marked ones.
/// - Enums and unions: guard a field that holds one.
#[proc_macro_attribute]
pub fn guarded(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(args.into(), item.into()).into()
}

/// Leaves a struct plain and makes a guarded twin of it, for data that is shared at times and cloned, compared or sent at
/// others.
///
/// ```
/// use guarded_state::Guarded;
///
/// #[derive(Clone, Debug, PartialEq, Guarded)]
/// #[guarded(twin = SharedBook)]                // this is the default name
/// pub struct Book {
///     #[guarded]
///     pub copies: u32,
///     #[guarded(mutex)]
///     pub log: Vec<String>,
///     pub title: String,
/// }
///
/// let shared = SharedBook::from(Book { copies: 1, log: vec![], title: "Tides".into() });
/// shared.copies.with_write(|copies| *copies += 1);
/// let now: Book = shared.snapshot();
/// let back: Book = shared.into();
/// assert_eq!(now, back);
/// ```
///
/// The twin has the visibility, documentation and parameters of the struct, and its fields, guarded as they are marked.
/// `From` leads both ways, and `snapshot(&self)` clones all of it: the plain fields first, then the guarded ones while all of
/// their locks are held, so that they are values of one moment. Every field's type must be `Clone`; in a generic struct that
/// is asked where `snapshot` is called. The twin derives nothing; implement for it what it needs.
///
/// # Options
///
/// In `#[guarded(..)]` **below** the derive: `twin = Name`, and `crate = ::path` as for [`macro@guarded`]. The fields have the
/// options of that attribute, but for `with`: a snapshot cannot lock a cell of your own. Fields of a group stay single fields
/// of the plain struct and are one field of the twin, of a struct named after the twin: `SharedBookTotals`.
///
/// # Both names in scope
///
/// `use guarded_state::{guarded, Guarded};` and this derive go together: below the derive, `#[guarded(..)]` means the derive's
/// own. Above it rustc cannot tell which one is meant, and says that the name is ambiguous (`E0659`). On fields write
/// `#[guarded]` as it is, without a path.
#[proc_macro_derive(Guarded, attributes(guarded))]
pub fn derive_guarded(item: TokenStream) -> TokenStream {
    expand::derive(item.into()).into()
}

/// A field of an `ordered` struct, as a type: `field!(path::Type::name)`, for `where` clauses of functions that take a key.
///
/// ```
/// use guarded_state::{Key, MayTake, field, guarded};
///
/// #[guarded(ordered)]
/// #[derive(Default)]
/// struct Inventory {
///     #[guarded]
///     stock: u32,
/// }
///
/// fn restock<L: MayTake<field!(Inventory::stock)>>(inventory: &Inventory, key: &mut Key<L>) {
///     inventory.stock.under(key).with_write(|stock, _| *stock += 1);
/// }
///
/// let inventory = Inventory::default();
/// restock(&inventory, &mut Key::claim()?);
/// assert_eq!(inventory.stock.try_with_read(|stock| *stock), Ok(1));
/// # Ok::<(), guarded_state::ClaimError>(())
/// ```
///
/// A field of a tuple struct is its position: `field!(Pair::0)`. After a rename in `Cargo.toml`:
/// `field!(crate = ::renamed, Inventory::stock)`.
#[proc_macro]
pub fn field(tokens: TokenStream) -> TokenStream {
    order::field(tokens.into()).into()
}

/// Declares an order among fields of structs that do not know each other, for instance of two other crates.
///
/// ```
/// use guarded_state::{Key, lock_order};
/// # mod billing {
/// #     #[guarded_state::guarded(ordered)]
/// #     #[derive(Default)]
/// #     pub struct Ledger { #[guarded] pub entries: Vec<usize> }
/// # }
/// # mod warehouse {
/// #     #[guarded_state::guarded(ordered)]
/// #     #[derive(Default)]
/// #     pub struct Inventory { #[guarded] pub stock: Vec<u32> }
/// # }
/// # let (ledger, inventory) = (billing::Ledger::default(), warehouse::Inventory::default());
///
/// lock_order! {
///     /// The order of this program.
///     pub Shop = [billing::Ledger::entries, warehouse::Inventory::stock];
/// }
///
/// let mut key = Key::<_, Shop>::claim_in()?;
/// ledger.entries.under(&mut key).with_write(|entries, key| {
///     inventory.stock.under(key).with_read(|stock, _| entries.push(stock.len()))
/// });
/// # assert_eq!(ledger.entries.try_with_read(Vec::len), Ok(1));
/// # Ok::<(), guarded_state::ClaimError>(())
/// ```
///
/// A key of this order locks the fields in the list, in the order of the list, and no others. A program has one order: two
/// that contradict each other are found at run time.
#[proc_macro]
pub fn lock_order(tokens: TokenStream) -> TokenStream {
    order::lock_order(tokens.into()).into()
}
