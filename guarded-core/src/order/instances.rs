//! The declared order among instances of one field: numbers that the caller gives.

use super::check;
use crate::error::Line;
use crate::site::{Class, SiteInfo};
use std::cell::RefCell;
use std::panic::Location;

/// A numbered instance that this thread holds, or is about to.
#[derive(Clone, Copy)]
struct Numbered {
    class: &'static Class,
    number: u64,
    line: Line,
}

thread_local! {
    static HELD: RefCell<Vec<Numbered>> = const { RefCell::new(Vec::new()) };
}

/// The scope of a numbered instance; ends the newest one on drop.
#[must_use]
pub(crate) struct InOrder(());

/// Says that an instance is about to be taken; tells where one of the same field with a number as high is held.
#[track_caller]
pub(crate) fn enter(info: &'static SiteInfo, number: u64) -> InOrder {
    let this = Numbered { class: info.class, number, line: Location::caller() };
    let same = |held: &&Numbered| std::ptr::eq(held.class, this.class);
    // While a thread's locals are destroyed there may be no list any more: then nothing is told.
    let outer = HELD.try_with(|held| held.borrow().iter().rfind(same).copied()).ok().flatten();
    if let Some(outer) = outer.filter(|outer| outer.number >= number) {
        check::numbers_fall(info, (outer.number, outer.line), number);
    }
    let _ = HELD.try_with(|held| held.borrow_mut().push(this));
    InOrder(())
}

impl Drop for InOrder {
    fn drop(&mut self) {
        // Scopes are closures: the newest ends first.
        let _ = HELD.try_with(|held| held.borrow_mut().pop());
    }
}
