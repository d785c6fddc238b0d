//! Each rule, its message, and that messages add up.

use super::{expand, messages};

/// The messages for `source`, each to begin with its expected text.
#[track_caller]
fn says(source: &str, expected: &[&str]) {
    let found = messages(&expand(source));
    let agree = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected));
    assert!(agree, "{source}\nfound {found:#?}\nexpected {expected:#?}");
}

/// `body` in a struct with one good field.
#[track_caller]
fn field_says(field: &str, expected: &[&str]) {
    says(&format!("#[guarded] struct S {{ #[guarded] good: u8, {field} }}"), expected);
}

#[test]
fn messages_begin_small_and_end_without_a_stop() {
    let sources = [
        "#[guarded] enum E {}",
        "#[guarded(mutex, 3, crate = x, twin = S)] #[derive(Clone, Hash)] #[repr(packed)] struct S { #[guarded(x, rw, mutex, with = a<b>, on_panic = x)] a: [u8], b: str }",
        "#[guarded] struct S { #[guarded(group = b, rw)] pub a: u8, #[guarded(group = b, mutex)] b: u8, #[guarded(group = c)] c: impl X }",
    ];
    for message in sources.iter().flat_map(|source| messages(&expand(source))) {
        assert!(message.starts_with(|first: char| first.is_lowercase() || first == '`'), "{message}");
        assert!(!message.ends_with('.'), "{message}");
        assert!(!message.contains(" :: "), "{message}");
    }
}

#[test]
fn r03_unit_and_empty_structs() {
    says(
        "#[guarded] struct S;",
        &["`#[guarded]` belongs on a struct with fields, and this is a unit struct"],
    );
    says(
        "#[guarded] struct S {}",
        &["`#[guarded]` belongs on a struct with fields, and this is a struct without"],
    );
    says(
        "#[guarded] struct S();",
        &["`#[guarded]` belongs on a struct with fields, and this is a struct without"],
    );
    says("#[derive(Guarded)] struct S;", &["`#[derive(Guarded)]` belongs on a struct with fields"]);
}

#[test]
fn r04_other_items_are_named() {
    for (item, name) in [
        ("enum E { A }", "an enum"),
        ("union U { a: u8 }", "a union"),
        ("fn f() {}", "a function"),
        ("impl S {}", "an impl block"),
        ("mod m {}", "a module"),
        ("trait T {}", "a trait"),
        ("type T = u8;", "a type alias"),
        ("static S: u8 = 1;", "a static"),
        ("const C: u8 = 1;", "a constant"),
        ("use a::b;", "a `use`"),
    ] {
        let expected = format!("`#[guarded]` belongs on a struct with fields, and this is {name}");
        says(&format!("#[guarded] {item}"), &[&expected]);
    }
}

#[test]
fn r05_zero_marked_fields() {
    says("#[guarded] struct S { a: u8 }", &["no field of `S` is marked: write `#[guarded]` on each field"]);
    says("#[derive(Guarded)] struct S { a: u8 }", &["no field of `S` is marked"]);
}

#[test]
fn r17_unsized_types() {
    let expected = "a guarded field needs a type whose size is known, and `";
    for ty in ["[u8]", "str", "dyn Tr + Send", "(dyn Tr)"] {
        field_says(&format!("#[guarded] a: {ty}"), &[expected]);
    }
    says("#[guarded] struct S<T: ?Sized> { #[guarded] a: T }", &[expected]);
    says("#[guarded] struct S<T> where T: ?Sized { #[guarded] a: T }", &[expected]);
    says("#[guarded] struct S<T: ?Sized> { #[guarded] a: Box<T> }", &[]);
    field_says("a: [u8]", &["a field beside guarded ones needs a type whose size is known, and `[u8]`"]);
}

#[test]
fn r20_impl_trait() {
    field_says("#[guarded] a: Vec<impl Tr>", &["a field's type cannot be `impl Trait`"]);
    field_says("#[guarded] a: [u8; { impl X {} 1 }]", &[]);
}

#[test]
fn r27_default_field_value() {
    field_says("#[guarded] a: u8 = 3", &["a guarded field cannot have a default value in the struct"]);
    field_says("a: u8 = 3", &[]);
    says("#[derive(Guarded)] struct S { #[guarded] a: u8 = 3 }", &[]);
}

#[test]
fn r39_refused_derives() {
    for name in ["Clone", "Copy"] {
        let expected = format!(
            "a struct with guarded fields cannot be `{name}`, for a copy would have locks of its own: share it in an `Arc`"
        );
        says(&format!("#[guarded] #[derive({name})] struct S {{ #[guarded] a: u8 }}"), &[&expected]);
    }
    for name in ["PartialEq", "Eq", "Hash", "PartialOrd", "Ord", "std::hash::Hash", "::core::cmp::Eq"] {
        let says_so = "a struct with guarded fields cannot derive `";
        says(&format!("#[guarded] #[derive({name})] struct S {{ #[guarded] a: u8 }}"), &[says_so]);
    }
    says("#[guarded] #[derive(Debug, other::Clone)] struct S { #[guarded] a: u8 }", &[]);
    says("#[derive(Guarded)] #[derive(Clone)] struct S { #[guarded] a: u8 }", &[]);
}

#[test]
fn r41_refused_reprs() {
    for repr in ["packed", "packed(2)", "transparent"] {
        says(&format!("#[guarded] #[repr({repr})] struct S {{ #[guarded] a: u8 }}"), &["`repr("]);
    }
    says("#[guarded] #[cfg_attr(unix, repr(C, packed))] struct S { #[guarded] a: u8 }", &["`repr(packed)`"]);
    says("#[guarded] #[repr(C, align(8))] struct S { #[guarded] a: u8 }", &[]);
    says("#[derive(Guarded)] #[repr(packed)] struct S { #[guarded] a: u8 }", &[]);
}

#[test]
fn r46_attributes_given_twice() {
    let twice = "`#[guarded]` is given twice on this struct: join the two";
    says("#[guarded] #[guarded] struct S { #[guarded] a: u8 }", &[twice]);
    says("#[guarded] #[cfg_attr(unix, guarded)] struct S { #[guarded] a: u8 }", &[twice]);
    says("#[derive(Guarded)] #[guarded] #[guarded(twin = T)] struct S { #[guarded] a: u8 }", &[twice]);
    field_says(
        "#[guarded] #[guarded(mutex)] a: u8",
        &["`#[guarded]` is given twice on this field: join the two"],
    );
    says(
        "#[guarded] #[derive(Debug, Guarded)] struct S { #[guarded] a: u8 }",
        &["`#[derive(Guarded)]` leaves the struct plain and `#[guarded]` changes it: use one of them"],
    );
}

#[test]
fn r33_markings_under_cfg_attr_exclude_each_other() {
    field_says(
        "#[guarded] #[cfg_attr(unix, guarded(mutex))] a: u8",
        &[
            "this field is marked already above without a condition: write that one as `cfg_attr(not(unix), guarded(..))`",
        ],
    );
    field_says(
        "#[cfg_attr(unix, guarded(mutex))] #[guarded] a: u8",
        &["this field is marked again below without a condition"],
    );
    field_says(
        "#[cfg_attr(unix, guarded)] #[cfg_attr(unix, guarded(mutex))] a: u8",
        &["`#[guarded]` is given twice under the same condition"],
    );
    let output =
        expand("#[guarded] struct S { #[cfg_attr(a, guarded)] #[cfg_attr(b, guarded(mutex))] a: u8 }");
    assert!(output.to_string().contains("# [cfg (all (a , b))] :: core :: compile_error !"), "{output}");
}

#[test]
fn r51_bad_crate_paths() {
    for (path, expected) in [
        ("renamed", "`crate` takes an absolute path, found the relative `renamed`: write `::renamed`"),
        ("a::b", "`crate` takes an absolute path, found the relative `a::b`: write `::a::b`"),
        ("self::a", "`crate` takes an absolute path, found the relative `self::a`: write it from the root"),
        ("::a<u8>", "`crate` takes a path without arguments or quotes, found `::a<u8>`"),
        ("\"::a\"", "`crate` takes a path without arguments or quotes, found `\"::a\"`"),
        ("3", "`crate` takes a path without arguments or quotes, found `3`"),
    ] {
        says(&format!("#[guarded(crate = {path})] struct S {{ #[guarded] a: u8 }}"), &[expected]);
    }
    says("#[guarded(crate)] struct S { #[guarded] a: u8 }", &["`crate` needs the path of this library"]);
}

#[test]
fn r61_three_mistakes_three_messages() {
    says(
        "#[guarded] struct S { #[guarded(mutx)] a: u8, #[guarded(leaf, leaf)] b: u8, #[guarded(rw, mutex)] c: u8 }",
        &["unknown option `mutx`", "`leaf` is given twice", "a field is `rw` or `mutex`, not both"],
    );
}

#[test]
fn r62_unknown_keys() {
    field_says(
        "#[guarded(mutx)] a: u8",
        &[
            "unknown option `mutx`, did you mean `mutex`? known here: `rw`, `mutex`, `monitor`, `sharded`, `striped`, `versioned`, `single_flight`, `lazy`, `with`, `group`, `on_panic`, `invariant`, `guards`, `leaf`, `after`, `unobserved`",
        ],
    );
    field_says("#[guarded(padded)] a: u8", &["unknown option `padded`: known here: `rw`"]);
    field_says("#[guarded(ordered)] a: u8", &["`ordered` is an option of the struct"]);
    says(
        "#[guarded(crat = ::x)] struct S { #[guarded] a: u8 }",
        &["unknown option `crat`, did you mean `crate`? known here: `crate`, `twin`, `ordered`"],
    );
    says("#[guarded(mutex)] struct S { #[guarded] a: u8 }", &["`mutex` is an option of a field"]);
    field_says("#[guarded(twin = X)] a: u8", &["`twin` is an option of the struct"]);
    field_says("#[guarded(poison)] a: u8", &["`poison` is a panic policy: write `on_panic = poison`"]);
}

#[test]
fn r63_wrong_punctuation() {
    field_says("#[guarded[mutex]] a: u8", &["the options of `#[guarded(..)]` stand in parentheses"]);
    field_says("#[guarded = \"mutex\"] a: u8", &["`#[guarded = ..]` is not a form of this attribute"]);
    field_says("#[guarded(mutex leaf)] a: u8", &["expected `,` or `=` after `mutex`, found `leaf`"]);
    field_says(
        "#[guarded(mutex on_panic = rolback)] a: u8",
        &[
            "expected `,` or `=` after `mutex`, found `on_panic`",
            "`on_panic` is `keep`, `poison` or `rollback`, found `rolback`, did you mean `rollback`?",
        ],
    );
    field_says("#[guarded(mutex,, leaf)] a: u8", &["expected an option before this comma"]);
    field_says("#[guarded(, mutex,)] a: u8", &["expected an option before this comma"]);
    field_says("#[guarded(mutex())] a: u8", &["`mutex` takes no parentheses: write `mutex`"]);
    field_says("#[guarded(mutex(fair))] a: u8", &["`mutex` takes no parentheses: write `mutex`"]);
    field_says("#[guarded(group(g))] a: u8", &["`group` takes no parentheses: write `group = g`"]);
    field_says("#[guarded(group: g)] a: u8", &["expected `=` after `group`, found `:`: write `group = g`"]);
    field_says(
        "#[guarded(Mutex<u8>)] a: u8",
        &["expected `,` or `=` after `Mutex`, found `<`: an option is"],
    );
    field_says("#[guarded(std::Mutex)] a: u8", &["expected `,` or `=` after `std`, found `:`: an option is"]);
    field_says("#[guarded(on_panic =)] a: u8", &["expected a value: `on_panic = ..`"]);
    field_says(
        "#[guarded(\"mutex\")] a: u8",
        &["expected the name of an option, found `\"mutex\"`: write `mutex` without"],
    );
}

#[test]
fn r64_wrong_values() {
    field_says("#[guarded(mutex = 3)] a: u8", &["`mutex` takes no value"]);
    field_says("#[guarded(on_panic)] a: u8", &["`on_panic` needs a policy"]);
    field_says(
        "#[guarded(on_panic = \"keep\")] a: u8",
        &["`on_panic` is `keep`, `poison` or `rollback`, found `\"keep\"`"],
    );
    field_says("#[guarded(group)] a: u8", &["`group` needs a name: `group = totals`"]);
    field_says("#[guarded(group = a::b)] a: u8", &["`group` takes a plain name, found `a::b`"]);
    field_says("#[guarded(group = fn)] a: u8", &["`group` takes a plain name, found `fn`"]);
    field_says("#[guarded(with)] a: u8", &["`with` needs the path of a cell type"]);
    field_says(
        "#[guarded(with = my::Cell<u8>)] a: u8",
        &["`with` takes the path of a cell type without arguments, found `my::Cell<u8>`"],
    );
}

#[test]
fn contradictions() {
    field_says(
        "#[guarded(rw, mutex, monitor)] a: u8",
        &["a field is `rw` or `mutex`", "a field is `rw` or `monitor`"],
    );
    for (options, name) in [
        ("with = x::Y, mutex", "mutex"),
        ("with = x::Y, group = g", "group"),
        ("with = x::Y, on_panic = keep", "on_panic"),
        ("with = x::Y, guards", "guards"),
    ] {
        let expected = format!("`with` and `{name}` contradict");
        field_says(&format!("#[guarded({options})] a: u8"), &[&expected]);
    }
    field_says("#[guarded(mutex, mutex)] a: u8", &["`mutex` is given twice"]);
}

#[test]
fn twins() {
    says(
        "#[guarded(twin = T)] struct S { #[guarded] a: u8 }",
        &["`twin` belongs to the derive, which leaves the struct plain"],
    );
    says(
        "#[derive(Guarded)] #[guarded(twin = S)] struct S { #[guarded] a: u8 }",
        &["the twin cannot have the struct's own name `S`"],
    );
    says(
        "#[derive(Guarded)] struct S { #[guarded(with = x::Y)] a: u8 }",
        &["`with` is not for `#[derive(Guarded)]`"],
    );
}

#[test]
fn groups() {
    says("#[guarded] struct S(#[guarded(group = g)] u8);", &["a group needs named fields"]);
    field_says(
        "#[guarded(group = good)] a: u8",
        &["the group `good` becomes a field of that name and a struct `SGood`"],
    );
    field_says("#[guarded(group = a)] a: u8", &[]);
    field_says("#[guarded(group = a_b)] a: u8, #[guarded(group = ab)] b: u8", &[]);
    field_says(
        "#[guarded(group = a_b)] a: u8, #[guarded(group = ab)] b: u8, #[guarded(group = a__b)] c: u8",
        &["the group `a__b` becomes a field of that name and a struct `SAB`"],
    );
    field_says(
        "#[guarded(group = g)] pub a: u8, #[guarded(group = g)] pub(in crate::m) b: u8",
        &["the fields of the group `g` need one visibility: `a` is `pub`, and `b` is `pub(in crate::m)`"],
    );
    field_says(
        "#[guarded(group = g, rw)] a: u8, #[guarded(group = g)] b: u8, #[guarded(group = g, mutex)] c: u8",
        &["the group `g` has one strategy: `a` says `rw`, and `c` says `mutex`"],
    );
    field_says(
        "#[guarded(group = g, on_panic = keep)] a: u8, #[guarded(group = g, on_panic = poison)] b: u8",
        &["the group `g` has one panic policy: `a` says `keep`, and `b` says `poison`"],
    );
    field_says(
        "#[guarded(group = g, on_panic = rollback)] a: u8, #[guarded(group = g, guards)] b: u8",
        &["the group `g` has one lock: `b` says `guards`, and `a` says `on_panic = rollback`"],
    );
    field_says(
        "#[guarded(group = g, on_panic = rollback, guards)] a: u8, #[guarded(group = g)] b: u8",
        &["`guards` and `on_panic = rollback` contradict"],
    );
}

#[test]
fn group_generics() {
    let missing = "the group `g` needs `U` only through a bound of `T`";
    says("#[guarded] struct S<T: Tr<U>, U> { #[guarded(group = g)] a: T::Out, b: U }", &[missing]);
    says(
        "#[guarded] struct S<T, U> where T: Tr<U> { #[guarded(group = g)] a: <T as Tr<u8>>::Out, b: U }",
        &[missing],
    );
    says("#[guarded] struct S<T: Tr<U>, U> { #[guarded(group = g)] a: Vec<T>, b: U }", &[]);
    says(
        "#[guarded] struct S<T> { #[guarded(group = g)] a: u8, #[cfg(unix)] #[guarded(group = g)] b: T }",
        &["in the group `g` only fields under `cfg` name the parameter `T`"],
    );
}

#[test]
fn fields_with_many_locks() {
    field_says(
        "#[guarded(sharded, mutex)] a: M",
        &["a field is `mutex` or `sharded`, not both: one lock guards it"],
    );
    field_says("#[guarded(sharded(64))] a: M", &["expected the name of an option, found `64`"]);
    field_says("#[guarded(sharded(shards))] a: M", &["`shards` needs a number: `shards = 64`"]);
    field_says("#[guarded(sharded(shard = 64))] a: M", &["unknown option `shard`, did you mean `shards`?"]);
    field_says(
        "#[guarded(sharded(shards = 48))] a: M, #[guarded(striped(stripes = n))] b: u8",
        &[
            "`shards` is a power of two up to 65536, found `48`",
            "`stripes` is a power of two up to 65536, found `n`",
        ],
    );
    field_says(
        "#[guarded(sharded = 64)] a: M",
        &["`sharded` takes no value: its options stand in parentheses"],
    );
    field_says("#[guarded(sharded() leaf)] a: M", &["expected `,` after these options, found `leaf`"]);
    field_says("#[guarded(sharded, guards)] a: M", &["`sharded` and `guards` contradict"]);
    field_says("#[guarded(sharded, group = g)] a: M", &["`sharded` and `group` contradict"]);
    field_says("#[guarded(striped, on_panic = poison)] a: u8", &["`striped` and `on_panic` contradict"]);
    field_says("#[guarded(striped, with = a::B)] a: u8", &["`with` and `striped` contradict"]);
    says(
        "#[guarded(ordered)] struct S { #[guarded(sharded)] a: M }",
        &["`sharded` is not for the fields of an `ordered` struct"],
    );
}

#[test]
fn single_flights() {
    let time = |found: &str| {
        format!(
            "`ttl` is a whole number, not 0, with its unit (`ms`, `s`, `min`, `h`, `d`), found `{found}`: `ttl = 60s`"
        )
    };
    for found in ["60", "0s", "6.5s", "60 s", "\"60s\"", "60sec", "99999999999999999d"] {
        field_says(&format!("#[guarded(single_flight(ttl = {found}))] a: M"), &[&time(found)]);
    }
    field_says("#[guarded(single_flight(ttl))] a: M", &["`ttl` needs a time: `ttl = 60s`"]);
    field_says(
        "#[guarded(single_flight(ttl(60s)))] a: M",
        &["`ttl` takes no parentheses: write `ttl = 60s`"],
    );
    field_says(
        "#[guarded(single_flight(plain, ttl = 1s, negative_ttl = 1s))] a: M",
        &[
            "`plain` and `ttl` contradict: a plain single flight keeps nothing",
            "`plain` and `negative_ttl` contradict",
        ],
    );
    field_says(
        "#[guarded(single_flight(on_panic = hand_over))] a: M",
        &[
            "`on_panic` of a single flight is `propagate` or `handover`, found `hand_over`, did you mean `handover`?",
        ],
    );
    field_says(
        "#[guarded(single_flight, on_panic = poison)] a: M",
        &["`single_flight` and `on_panic` contradict: no code of yours runs under its locks"],
    );
    field_says("#[guarded(single_flight(size = 9))] a: M", &["unknown option `size`: known here: `ttl`"]);
    field_says(
        "#[guarded(single_flight, sharded)] a: M",
        &["a field is `single_flight` or `sharded`, not both"],
    );
    field_says("#[guarded(cache)] a: M", &["unknown option `cache`, did you mean `single_flight`?"]);
}

#[test]
fn versioned_fields() {
    field_says("#[guarded(versioned(history))] a: M", &["`history` needs a number: `history = 32`"]);
    field_says(
        "#[guarded(versioned(history = all))] a: M",
        &["`history` is a number up to 1048576, found `all`: `history = 32`"],
    );
    field_says(
        "#[guarded(versioned(histroy = 3))] a: M",
        &["unknown option `histroy`, did you mean `history`?"],
    );
    field_says(
        "#[guarded(versioned, on_panic = rollback)] a: M",
        &["`versioned` and `on_panic` contradict: a write works on a copy, and a panic publishes nothing"],
    );
    field_says("#[guarded(versioned, mutex)] a: M", &["a field is `mutex` or `versioned`, not both"]);
    field_says("#[guarded(versioned, guards)] a: M", &["`versioned` and `guards` contradict"]);
    field_says("#[guarded(cow)] a: M", &["unknown option `cow`, did you mean `versioned`?"]);
}

#[test]
fn lazy_fields() {
    field_says("#[guarded(lazy = make)] a: M", &["`lazy` takes no value"]);
    field_says("#[guarded(lazy, rw)] a: M", &["a field is `rw` or `lazy`, not both"]);
    field_says(
        "#[guarded(lazy, on_panic = poison)] a: M",
        &["`lazy` and `on_panic` contradict: an initialiser"],
    );
    field_says("#[guarded(lazy, guards)] a: M", &["`lazy` and `guards` contradict"]);
    field_says("#[guarded(once)] a: M", &["unknown option `once`, did you mean `lazy`?"]);
}

#[test]
fn invariants_are_functions_of_one_value_behind_one_lock() {
    field_says("#[guarded(invariant)] a: u8", &["`invariant` needs a function of `&value`"]);
    field_says(
        "#[guarded(invariant = \"sound\")] a: u8",
        &["`invariant` takes the path of a function or a closure, found `\"sound\"`"],
    );
    field_says("#[guarded(guards, invariant = f)] a: u8", &["`guards` and `invariant` contradict"]);
    field_says("#[guarded(with = a::B, invariant = f)] a: u8", &["`with` and `invariant` contradict"]);
    field_says("#[guarded(versioned, invariant = f)] a: u8", &["`versioned` and `invariant` contradict"]);
    says(
        "#[guarded] struct S { #[guarded(group = g, invariant = f)] a: u8, #[guarded(group = g, guards)] b: u8, #[guarded(group = g, invariant = h)] c: u8 }",
        &["the group `g` has one invariant, and has it already: `f`", "the group `g` has an invariant"],
    );
}
