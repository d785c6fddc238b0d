//! What the user declared, checked and complete. Plain data: it is built by `lower`, judged by `check`, printed by `emit`.

use crate::parse::place::Place;
use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Generics, ItemStruct, Path, Visibility};

/// One struct and what becomes of it.
pub(crate) struct Model {
    /// The struct that is printed, without our attributes: the user's own, or the twin. Its fields are as written;
    /// `fields` says what becomes of them.
    pub(crate) item: ItemStruct,
    /// `crate = path`: where `__private` is found, `::guarded_state` if not given.
    pub(crate) krate: Option<Path>,
    pub(crate) form: Form,
    /// Scopes take keys: the order of declaration is checked by the compiler.
    pub(crate) ordered: bool,
    /// In source order. A field whose marking stands under `cfg_attr` is here once for each of its forms.
    pub(crate) fields: Vec<Field>,
    pub(crate) groups: Vec<Group>,
    pub(crate) overlaps: Vec<Overlap>,
}

/// Two `cfg_attr` markings of one field: an error where both hold, and only `cfg` knows.
pub(crate) struct Overlap {
    pub(crate) condition: TokenStream,
    pub(crate) message: String,
    pub(crate) span: Span,
}

/// Which of the two macros is at work.
pub(crate) enum Form {
    /// `#[guarded]`: the field types of the struct itself change.
    InPlace,
    /// `#[derive(Guarded)]`: the struct of this name stays, and `Model::item` is its guarded twin.
    Twin { plain: Ident },
}

/// One field in one of its forms.
pub(crate) struct Field {
    pub(crate) name: Name,
    /// As it is printed: our attributes gone, `cfg` of its form added.
    pub(crate) syntax: syn::Field,
    /// The `cfg` predicates it stands under.
    pub(crate) conditions: Vec<TokenStream>,
    pub(crate) guard: Guard,
}

/// How a field is named in the source.
pub(crate) enum Name {
    Named(Ident),
    /// The position in the source: cfg'd-out fields before it count.
    Position(usize, Span),
}

/// What holds a field.
pub(crate) enum Guard {
    Plain,
    Cell(Cell),
    /// An index into `Model::groups`.
    Member(usize),
}

/// One lock.
#[derive(Clone)]
pub(crate) struct Cell {
    pub(crate) strategy: Strategy,
    pub(crate) leaf: bool,
    pub(crate) unobserved: bool,
    /// What must hold whenever nobody is inside: a function of `&value`.
    pub(crate) invariant: Option<TokenStream>,
    /// What it comes after, beside the fields above it; for `ordered` structs.
    pub(crate) after: Vec<Place>,
}

#[derive(Clone)]
pub(crate) enum Strategy {
    Kind {
        word: Word,
        policy: Policy,
        guards: bool,
    },
    /// A user's own cell, `with = path`.
    With(Path),
    /// Not one lock around one value.
    Special {
        form: Special,
        policy: Policy,
    },
}

/// What has many locks, or one that is not around its value. A count of 0 leaves it to the library.
#[derive(Clone)]
pub(crate) enum Special {
    /// A map, in so many parts; mostly read.
    Sharded(u64, bool),
    /// So many locks for keys.
    Striped(u64),
    /// A value in versions, of which so many are kept.
    Versioned(u64),
    /// A cache that loads.
    SingleFlight(Flight),
    /// A value that is made on first use.
    Lazy,
}

/// What a single flight keeps, for how many milliseconds (0: for ever, and errors not at all).
#[derive(Clone, Default)]
pub(crate) struct Flight {
    pub(crate) plain: bool,
    pub(crate) hands_over: bool,
    pub(crate) ttl: u64,
    pub(crate) negative_ttl: u64,
}

impl Special {
    /// As it is written in the attribute, and as the report prints it.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Sharded(..) => "sharded",
            Self::Striped(_) => "striped",
            Self::Versioned(_) => "versioned",
            Self::SingleFlight(_) => "single_flight",
            Self::Lazy => "lazy",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Rw,
    Mutex,
    Monitor,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Keep,
    Poison,
    Rollback,
}

/// Several fields behind one lock.
pub(crate) struct Group {
    /// As the user wrote it; the name of the field.
    pub(crate) name: Ident,
    /// The generated struct.
    pub(crate) ident: Ident,
    pub(crate) cell: Cell,
    pub(crate) vis: Visibility,
    /// The part of the struct's generics that its members use.
    pub(crate) generics: Generics,
    /// `Debug`, `Default`, serde: what the outer struct's own derives need.
    pub(crate) attrs: Vec<Attribute>,
    /// Indices into `Model::fields`, in source order.
    pub(crate) members: Vec<usize>,
}

impl Word {
    /// As it is written in the attribute, and as the report prints it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Rw => "rw",
            Self::Mutex => "mutex",
            Self::Monitor => "monitor",
        }
    }

    /// The kind's type in `__private`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Rw => "Rw",
            Self::Mutex => "Mutex",
            Self::Monitor => "Monitor",
        }
    }
}

impl Policy {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Poison => "poison",
            Self::Rollback => "rollback",
        }
    }

    /// The policy's type in `__private`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Keep => "Keep",
            Self::Poison => "Poison",
            Self::Rollback => "Rollback",
        }
    }
}

impl Cell {
    /// The name of the strategy in reports.
    pub(crate) fn label(&self) -> String {
        match &self.strategy {
            Strategy::Kind { word, .. } => word.as_str().to_owned(),
            Strategy::Special { form, .. } => form.as_str().to_owned(),
            Strategy::With(path) => {
                path.segments.last().map_or_else(|| "with".to_owned(), |last| last.ident.to_string())
            }
        }
    }

    pub(crate) fn rolls_back(&self) -> bool {
        matches!(self.strategy, Strategy::Kind { policy: Policy::Rollback, .. })
    }
}

impl Name {
    /// As reports print it: raw identifiers without `r#`, tuple fields as their position.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Named(ident) => unraw(ident),
            Self::Position(position, _) => position.to_string(),
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Named(ident) => ident.span(),
            Self::Position(_, span) => *span,
        }
    }
}

/// The identifier without `r#`.
pub(crate) fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}

/// FNV-1a, 64 bit, of a field's name: the same on every machine and in every version, for it stands in types.
pub(crate) fn hash(label: &str) -> u64 {
    label.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
