//! The right forms. A case of the robustness list carries its number.

/// Name and source.
pub(super) const RIGHT: &[(&str, &str)] = &[
    (
        "r01_named_struct",
        "#[guarded] #[derive(Debug, Default)] pub struct Inventory {
            /// Units on hand.
            #[guarded] stock: HashMap<Sku, u32>,
            name: String,
        }",
    ),
    ("r02_tuple_struct", "#[guarded] struct Pair(#[guarded] pub u8, String, #[guarded(mutex)] Vec<u8>);"),
    (
        "r06_all_fields",
        "#[guarded] struct All { #[guarded(rw)] a: u8, #[guarded(mutex)] b: u8, #[guarded(monitor)] c: u8, }",
    ),
    (
        "fields_with_many_locks",
        "#[guarded] struct S {
            #[guarded(sharded)] a: HashMap<u8, u8>,
            #[guarded(sharded(shards = 256), on_panic = poison, leaf)] b: HashMap<u8, u8>,
            #[guarded(sharded(read_mostly), on_panic = rollback)] b2: HashMap<u8, u8>,
            #[guarded(striped)] c: String,
            #[guarded(striped(stripes = 16))] d: u64,
            #[guarded(single_flight)] e: HashMap<u8, u8>,
            #[guarded(single_flight(ttl = 2min, negative_ttl = 500ms, on_panic = handover))] f: HashMap<u8, u8>,
            #[guarded(single_flight(plain))] g: HashMap<u8, u8>,
            #[guarded(lazy)] h: String,
            #[guarded(versioned)] i: String,
            #[guarded(versioned(history = 32), unobserved)] j: BTreeMap<u8, u8>,
        }",
    ),
    (
        "r13_type_parameter_with_bounds_and_default",
        "#[guarded] struct S<T: Clone + Send = u8> { #[guarded] a: Vec<T> }",
    ),
    (
        "r14_lifetimes",
        "#[guarded] struct S<'a, 'b: 'a, '__a> { #[guarded] a: &'a str, #[guarded] b: Cow<'b, str>, c: &'__a u8 }",
    ),
    (
        "r15_const_generics",
        "#[guarded] struct S<const N: usize = { 1 + 1 }> { #[guarded(mutex)] a: [u8; N] }",
    ),
    (
        "r16_where_clauses",
        "#[guarded] struct S<T> where for<'x> &'x T: IntoIterator, T: Iterator<Item = u8>, Self: Sized { #[guarded(on_panic = rollback)] a: T::Item }",
    ),
    (
        "r19_implied_outlives_in_the_rollback_assert",
        "#[guarded] struct S<'a, T> { #[guarded(on_panic = rollback)] a: &'a T }",
    ),
    (
        "r20_pointers_and_trait_objects",
        "#[guarded] struct S<'a> { #[guarded] a: fn(&u8) -> u8, #[guarded(mutex)] b: Box<dyn Tr + Send + 'a>, #[guarded] c: &'a dyn Tr }",
    ),
    (
        "r21_raw_identifiers",
        "#[guarded] struct r#match<r#type> { #[guarded] r#fn: r#type, #[guarded(group = r#loop)] r#if: u8 }",
    ),
    (
        "r25_array_length_with_a_block",
        "#[guarded] struct S { #[guarded] a: [u8; { if true { 1 } else { match 2 { _ => 3 } } }] }",
    ),
    ("r26_macro_as_type", "#[guarded] struct S { #[guarded] a: my::ty![u8; Self] }"),
    (
        "r28_docs",
        "#[guarded] struct S { /// a\n #[doc = \"b\"] #[doc = include_str!(\"x.md\")] #[guarded] a: u8 }",
    ),
    (
        "r29_unicode_and_odd_names",
        "#[guarded] struct größe { #[guarded] Straße: u8, #[guarded(group = äpfel)] ö: u8 }",
    ),
    (
        "r30_names_of_ours",
        "#[guarded] struct S<R, f> { #[guarded] new: R, #[guarded] drop: f, #[guarded] read: u8, #[guarded] self_: u8, CLASS: u8 }",
    ),
    (
        "r31_cfgd_out_field_of_missing_type",
        "#[guarded] struct S { #[guarded] a: u8, #[cfg(any())] #[guarded(on_panic = rollback)] b: Missing }",
    ),
    (
        "r32_same_named_cfg_exclusive_fields",
        "#[guarded] struct S { #[cfg(unix)] #[guarded] a: u8, #[cfg(not(unix))] #[guarded(mutex, leaf)] a: u16 }",
    ),
    (
        "r33_cfg_attr_with_our_attribute",
        "#[guarded] struct S { #[cfg_attr(feature = \"x\", guarded(mutex), serde(skip))] a: u8 }",
    ),
    (
        "r33_cfg_attr_two_exclusive_markings",
        "#[guarded] struct S { #[cfg_attr(unix, guarded(mutex))] #[cfg_attr(not(unix), guarded(group = g))] a: u8, #[guarded(group = g)] b: u8 }",
    ),
    (
        "r35_nested_cfg_attr",
        "#[guarded] struct S { #[cfg_attr(unix, cfg_attr(feature = \"x\", guarded(monitor)), doc = \"d\")] a: u8 }",
    ),
    (
        "r37_derives_and_helpers_below",
        "#[guarded] #[derive(Debug, Default, Serialize, PartialEqButMine)] #[serde(rename_all = \"camelCase\", tag = \"t\")] #[cfg_attr(unix, derive(serde::Deserialize, Foreign))] pub struct S {
            #[guarded] #[serde(rename = \"z\")] a: u8, #[guarded(group = g)] #[serde(default)] in_it: u8, }",
    ),
    (
        "r42_deprecated",
        "#[guarded] #[deprecated] struct S { #[deprecated] #[guarded(on_panic = rollback)] a: u8 }",
    ),
    (
        "r43_r44_lints_and_markers_stay",
        "#[guarded] #[must_use] #[non_exhaustive] pub struct S { #[allow(dead_code)] #[expect(unused)] #[guarded] a: u8 }",
    ),
    ("r41_repr_c_and_align", "#[guarded] #[repr(C, align(64))] struct S { #[guarded] a: u8 }"),
    ("r49_renamed_crate", "#[guarded(crate = ::renamed)] struct S { #[guarded] a: u8 }"),
    (
        "r50_crate_behind_another",
        "#[guarded(crate = crate::vendored::guarded_state,)] struct S<T> { #[guarded(guards)] a: T }",
    ),
    (
        "r53_visibilities",
        "#[guarded] pub(crate) struct S { #[guarded] pub(super) a: u8, #[guarded] pub(in crate::m) b: u8, #[guarded(group = g)] pub(super) c: u8 }",
    ),
    ("r63_empty_parentheses", "#[guarded()] struct S { #[guarded()] a: u8, #[guarded(mutex,)] b: u8 }"),
    (
        "r71_policies_of_rw",
        "#[guarded] struct S { #[guarded(on_panic = keep)] a: A, #[guarded(on_panic = poison)] b: B, #[guarded(on_panic = rollback)] c: C }",
    ),
    (
        "r71_policies_of_mutex_and_monitor",
        "#[guarded] struct S { #[guarded(mutex, on_panic = poison)] a: A, #[guarded(mutex, on_panic = rollback)] b: B, #[guarded(monitor, on_panic = rollback)] c: C }",
    ),
    (
        "guards",
        "#[guarded] struct S { #[guarded(guards)] a: A, #[guarded(mutex, guards, on_panic = poison)] b: B }",
    ),
    (
        "invariants",
        "#[guarded] struct S<T> where T: Ord { #[guarded(invariant = sound)] a: Vec<T>, #[guarded(mutex, on_panic = rollback, invariant = |b| *b < 9)] #[cfg(x)] b: u8, #[guarded(group = g, invariant = Self::g)] c: T, #[guarded(group = g)] d: u8 }",
    ),
    ("leaf_and_unobserved", "#[guarded] struct S<T> { #[guarded(leaf)] a: A, #[guarded(unobserved, leaf)] b: T }"),
    (
        "with_own_cell",
        "#[guarded] struct S<T> { #[guarded(with = my::cells::Fast)] a: Vec<T>, #[guarded(with = ::other::Cell, leaf)] b: u8 }",
    ),
    (
        "group",
        "#[guarded] #[derive(Debug)] pub struct Inventory {
            first: u8,
            /// On the way.
            #[guarded(group = totals)] pub in_transit: u64,
            between: u8,
            /// Promised.
            #[guarded(group = totals)] pub reserved: u64,
        }",
    ),
    (
        "group_options",
        "#[guarded] struct S { #[guarded(group = g, mutex)] a: u8, #[guarded(group = g, on_panic = keep, guards)] b: u8, #[guarded(group = g, mutex, leaf)] c: u8 }",
    ),
    (
        "group_rollback",
        "#[guarded] struct S<T: Clone> { #[guarded(group = g, on_panic = rollback)] a: Vec<T>, #[guarded(group = g)] b: u8 }",
    ),
    (
        "group_generics",
        "#[guarded] struct S<'x, T: Tr<U>, U = Vec<T>, const N: usize = 3> where T: Send, U: From<T> { #[guarded(group = g)] a: [T; N], #[guarded] b: &'x U }",
    ),
    (
        "group_self",
        "#[guarded] struct S<T> { #[guarded(group = g)] next: Option<Box<Self>>, #[guarded(group = g)] n: [u8; Self::N], #[guarded(group = h)] o: <Self as Tr>::Out, t: T }",
    ),
    (
        "group_cfg",
        "#[guarded] struct S<T> { #[cfg(unix)] #[guarded(group = g)] a: T, #[cfg(unix)] #[guarded(group = g)] b: u8, #[cfg(a)] #[cfg(b)] #[guarded(group = h)] c: u8, #[cfg_attr(x, cfg(y))] #[guarded(group = h)] d: u8, #[cfg(z)] #[guarded(group = i)] e: u8, #[guarded(group = i)] f: u8 }",
    ),
    (
        "twin",
        "#[derive(Guarded)]
        /// A plain book.
        #[serde(rename_all = \"x\")]
        pub struct Book {
            /// How many.
            #[guarded] #[serde(skip)] pub count: u64,
            #[guarded(mutex)] log: Vec<u8>,
            title: String,
        }",
    ),
    (
        "twin_generics",
        "#[derive(Guarded)] #[guarded(twin = Together, crate = ::renamed)] struct S<'a, T: Tr, const N: usize> where Self: Sized { #[guarded] a: [T; N], #[guarded] b: &'a str, c: Option<Box<Self>>, #[guarded(group = g)] d: T::Out, #[guarded(group = g)] e: u8 }",
    ),
    ("twin_tuple", "#[derive(Guarded)] struct P(#[guarded] pub u8, String);"),
    (
        "twin_deprecated",
        "#[derive(Guarded)] struct P { #[deprecated] #[guarded] a: u8, #[guarded(on_panic = rollback)] b: u8 }",
    ),
    (
        "ordered",
        "#[guarded(ordered)] pub struct Inventory {
            #[guarded] stock: u8,
            #[guarded(mutex, after = other::Ledger::entries)] journal: u8,
            #[guarded(group = totals, after = (Self2::<u8>::a, Pair::0))] sold: u8,
            #[guarded(group = totals)] returned: u8,
            #[guarded(leaf)] hits: u8,
        }",
    ),
    ("ordered_tuple_struct", "#[guarded(ordered)] struct Row<'a, T: Tr>(#[guarded] &'a T, u8, #[guarded] u8);"),
];
