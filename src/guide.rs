//! Pages on how to use it. Each example is a test; a form that must not compile stands beside one that does.
//!
//! | page | on |
//! | --- | --- |
//! | [`leaving`] | getting values out of a closure, and leaving it early |
//! | [`forms`] | what programs with locks do besides: loans, work after unlocking, shutdown, and the mistakes by hand |
//! | [`async_code`] | scopes and conditions in async code, and why there is no async lock |
//! | [`groups`] | which fields belong behind one lock |
//! | [`guards`] | open scopes that are passed on, and their limits |
//! | [`ordered`] | lock order in three steps: learned, several locks in one call, keys |
//! | [`maps`] | keyed calls, maps in many parts, locks for keys |
//! | [`versioned`] | values in versions: reads that never wait, history, branches |
//! | [`single_flight`] | a cache whose callers share one load |
//! | [`panics`] | what a panic leaves behind, and which policy to choose |
//! | [`options`] | every option of the attribute and of the derive |
//! | [`mod@drop`] | `Drop` code that locks |
//! | [`fairness`] | who gets in next |
//! | [`observing`] | the report, metrics and events of a running program |
//! | [`findings`] | what is found, what happens then, and how an old code base begins |
//! | [`features`] | which promise needs which feature |
//! | [`versions`] | two versions of this crate in one program |
//! | [`migrating`] | from `Arc<RwLock<HashMap>>`, `DashMap`, `Mutex` and `Condvar` |
//! | [`limitations`] | what it does not do |

/// Declares the pages: each is the text beside it.
macro_rules! pages {
    ($($name:ident $file:literal;)*) => {$(
        pub mod $name {
            #![doc = include_str!($file)]
        }
    )*};
}

pages! {
    leaving "guide/leaving.md";
    forms "guide/forms.md";
    async_code "guide/async_code.md";
    groups "guide/groups.md";
    guards "guide/guards.md";
    ordered "guide/ordered.md";
    maps "guide/maps.md";
    versioned "guide/versioned.md";
    single_flight "guide/single_flight.md";
    panics "guide/panics.md";
    options "guide/options.md";
    drop "guide/drop.md";
    fairness "guide/fairness.md";
    observing "guide/observing.md";
    findings "guide/findings.md";
    features "guide/features.md";
    versions "guide/versions.md";
    migrating "guide/migrating.md";
    limitations "guide/limitations.md";
}
