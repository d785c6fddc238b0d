//! The stack of locks that this thread holds.
//!
//! It needs no destructor, and so works while a thread's locals are destroyed. Beyond [`INLINE`] locks held at
//! once it continues in a `Vec`; in a thread-local's destructor that part may be gone, and what is locked
//! beyond it there is not checked.
//!
//! What every access pays for is in the two inlined functions: [`enter`] counts the lock and fills its slot, [`leave`]
//! counts it off. Under one lock and under two, each has a function of its own behind it that compares constant places
//! and calls nothing; deeper than that comes the loop over the slots. `ci/cost` counts all of it.

use crate::error::Line;
use crate::order::check;
use crate::site::{SiteInfo, new_serial, number as number_cell};
use crate::sync::{AtomicU32, Ordering};
use crate::thread::{THREAD, Thread};
use std::cell::{Cell, RefCell};
use std::hint::cold_path;
use std::panic::Location;

/// How many locks held at once need no allocation.
const INLINE: usize = 16;

/// Added to the depth when leaving must look at more than the depth.
const ATTENTION: isize = 1 << (isize::BITS - 2);

/// One held lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The cell's address; 0 where the lock was given back out of order.
    pub(crate) cell: usize,
    pub(crate) info: &'static SiteInfo,
    pub(crate) line: Line,
    /// The cell's marks as they were: the serial number, where one was needed so far, above one other bit.
    pub(crate) serial: u32,
}

struct Slot {
    cell: Cell<usize>,
    info: Cell<Option<&'static SiteInfo>>,
    line: Cell<Option<Line>>,
    serial: Cell<u32>,
}

/// The stack: what is below the depth, oldest first.
pub(crate) struct Stack {
    /// The number of locks less one: adding and taking away one tells by its sign alone whether it was the first.
    depth: Cell<isize>,
    slots: [Slot; INLINE],
}

impl Stack {
    #[allow(clippy::declare_interior_mutable_const)] // each thread starts with a fresh one
    pub(crate) const NEW: Self = Self {
        depth: Cell::new(-1),
        slots: [const {
            Slot { cell: Cell::new(0), info: Cell::new(None), line: Cell::new(None), serial: Cell::new(0) }
        }; INLINE],
    };

    /// How many entries there are, those given back out of order included.
    #[inline(always)]
    fn len(&self) -> usize {
        let depth = self.depth.get();
        if depth < 0 { 0 } else { (depth & !ATTENTION).cast_unsigned() + 1 }
    }

    fn attention(&self) -> isize {
        if self.depth.get() < 0 { 0 } else { self.depth.get() & ATTENTION }
    }

    fn set_len(&self, len: usize) {
        let attention = if len == 0 { 0 } else { self.attention() };
        self.depth.set(len.cast_signed() - 1 + attention);
    }
}

#[inline(always)]
fn with<R>(f: impl FnOnce(&Stack) -> R) -> R {
    THREAD.with(|thread| f(&thread.held))
}

thread_local! {
    static SPILL: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// What [`enter`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// The lock may be taken.
    Fresh,
    /// This thread holds the cell already; [`held_at`] tells the line.
    Reentrant,
}

impl Slot {
    #[inline(always)]
    fn set(&self, entry: Entry) {
        self.cell.set(entry.cell);
        self.info.set(Some(entry.info));
        self.line.set(Some(entry.line));
        self.serial.set(entry.serial);
    }

    fn get(&self) -> Option<Entry> {
        Some(Entry {
            cell: self.cell.get(),
            info: self.info.get()?,
            line: self.line.get()?,
            serial: self.serial.get(),
        })
    }
}

/// Notes that the lock is about to be taken, after the checks that must come before blocking.
///
/// With `BLOCKS` the caller waits as long as it takes, and so says that what is held now comes before this
/// lock; re-entrance is a panic. Without, it gives up by itself and says nothing about an order.
#[inline(always)]
#[track_caller]
pub(crate) fn enter<const BLOCKS: bool>(marks: &AtomicU32, info: &'static SiteInfo) -> Entered {
    let line = Location::caller(); // a closure would be its own caller
    let outermost = THREAD.with(|thread| {
        let stack = &thread.held;
        let depth = stack.depth.get() + 1;
        stack.depth.set(depth);
        if depth == 0 {
            stack.slots[0].set(Entry { cell: address(marks), info, line, serial: number_of(marks) });
            true
        } else {
            cold_path();
            false
        }
    });
    if outermost {
        Entered::Fresh
    } else if BLOCKS {
        enter_nested::<BLOCKS>(marks, info);
        Entered::Fresh
    } else {
        try_enter_nested::<BLOCKS>(marks, info)
    }
}

/// This thread holds a lock.
#[inline(always)]
pub(crate) fn any() -> bool {
    THREAD.with(|thread| thread.held.depth.get() >= 0)
}

/// A cell is known by the address of its marks, which is its own.
#[inline(always)]
pub(crate) fn address(marks: &AtomicU32) -> usize {
    std::ptr::from_ref(marks) as usize
}

#[inline(always)]
fn number_of(marks: &AtomicU32) -> u32 {
    marks.load(Ordering::Relaxed)
}

/// Forgets the lock.
#[inline(always)]
pub(crate) fn leave(marks: &AtomicU32) {
    THREAD.with(|thread| {
        let stack = &thread.held;
        let depth = stack.depth.get() - 1;
        stack.depth.set(depth);
        if depth >= 0 {
            cold_path();
            leave_nested::<true>(marks);
        }
        // Else it was the only lock: a thread that holds one gives back that one.
    });
}

/// Under one lock: a nesting that was settled lately is one look. The rarer case is each time a call in tail position,
/// so that no function before it saves registers or has a result to keep. The depth counts the wanted lock already.
///
/// Generic, so that it is compiled with the program: in a library of its own, reaching a thread-local takes a call.
#[inline(never)]
#[track_caller]
fn enter_nested<const BLOCKS: bool>(marks: &AtomicU32, info: &'static SiteInfo) {
    let line = Location::caller();
    let known = THREAD.with(|thread| {
        let Stack { depth, slots } = &thread.held;
        // What is settled lately is of different classes, so it is no re-entrance either.
        let known = depth.get() == 1 && thread.settled.lately_under_one(slots[0].info.get(), info);
        if known {
            slots[1].set(Entry { cell: address(marks), info, line, serial: number_of(marks) });
        }
        known
    });
    if !known {
        enter_under_two::<BLOCKS>(marks, info);
    }
}

/// Under two locks, in the same way.
#[inline(never)]
#[track_caller]
fn enter_under_two<const BLOCKS: bool>(marks: &AtomicU32, info: &'static SiteInfo) {
    let line = Location::caller();
    let known = THREAD.with(|thread| {
        let Stack { depth, slots } = &thread.held;
        let held = [slots[0].info.get(), slots[1].info.get()];
        let known = depth.get() == 2 && thread.settled.lately_under_two(held, info);
        if known {
            slots[2].set(Entry { cell: address(marks), info, line, serial: number_of(marks) });
        }
        known
    });
    if !known {
        enter_deep::<BLOCKS>(marks, info);
    }
}

/// [`enter_nested`] for those who do not wait: nothing is settled, and only the very lock must not be held.
#[inline(never)]
#[track_caller]
fn try_enter_nested<const BLOCKS: bool>(marks: &AtomicU32, info: &'static SiteInfo) -> Entered {
    let line = Location::caller();
    let known = THREAD.with(|thread| {
        let Stack { depth, slots } = &thread.held;
        let cell = address(marks);
        let known = depth.get() == 1 && slots[0].cell.get() != cell;
        if known {
            slots[1].set(Entry { cell, info, line, serial: number_of(marks) });
        }
        known
    });
    if known { Entered::Fresh } else { enter_deep::<BLOCKS>(marks, info) }
}

/// Under any number of locks: what this thread has settled before.
#[inline(never)]
#[track_caller]
fn enter_deep<const BLOCKS: bool>(marks: &AtomicU32, info: &'static SiteInfo) -> Entered {
    let line = Location::caller();
    let known = THREAD.with(|thread| known::<BLOCKS>(thread, marks, info, line));
    if known { Entered::Fresh } else { enter_unsettled::<BLOCKS>(marks, info) }
}

/// Enters a settled nesting. Where the answer is no, the depth does not count the wanted lock any more.
#[inline(never)] // as a closure it would reach what it has captured through memory
fn known<const BLOCKS: bool>(
    thread: &Thread,
    marks: &AtomicU32,
    info: &'static SiteInfo,
    line: Line,
) -> bool {
    let Stack { depth, slots } = &thread.held;
    depth.set(depth.get() - 1); // until the checks are done
    let len = thread.held.len();
    if len >= INLINE {
        return false;
    }
    let cell = address(marks);
    let serial = number_of(marks);
    let mut mix = check::Mix::new(info, serial >> 1);
    for slot in &slots[..len] {
        if slot.cell.get() == cell {
            return false;
        }
        if BLOCKS && let (true, Some(held)) = (slot.cell.get() != 0, slot.info.get()) {
            mix.add(held, slot.serial.get() >> 1);
        }
    }
    if BLOCKS && !thread.settled.has_mix(mix) {
        return false;
    }
    if BLOCKS {
        // With attention asked for, one of them may be gone.
        match depth.get() {
            0 => thread.settled.set_lately(&[slots[0].info.get()], info),
            1 => thread.settled.set_lately(&[slots[0].info.get(), slots[1].info.get()], info),
            _ => {}
        }
    }
    slots[len].set(Entry { cell, info, line, serial });
    depth.set(depth.get() + 1);
    true
}

/// Re-entrance, a nesting that this thread has not seen, or many locks at once.
#[cold]
#[inline(never)]
#[track_caller]
fn enter_unsettled<const BLOCKS: bool>(marks: &AtomicU32, info: &'static SiteInfo) -> Entered {
    let cell = address(marks);
    let again = |held: &Entry| held.cell == cell || same_map(held, marks, info);
    if let Some(held) = all().into_iter().find(again) {
        if BLOCKS {
            check::reentrant(info, held.line, held.info.mode)
        }
        return Entered::Reentrant;
    }
    let mut entry = Entry { cell, info, line: Location::caller(), serial: number_of(marks) };
    if BLOCKS {
        check::examine(&mut entry, marks);
    }
    push(entry);
    Entered::Fresh
}

fn push(entry: Entry) {
    with(|stack| {
        let len = stack.len();
        if len < INLINE {
            stack.slots[len].set(entry);
        } else {
            let _ = SPILL.try_with(|spill| spill.borrow_mut().push(entry));
        }
        stack.depth.set(stack.depth.get() + 1);
    });
}

/// The parts of one map have one number: to lock a second one is to lock the map again, for every key, and not only for those
/// that happen to be in one part.
fn same_map(held: &Entry, marks: &AtomicU32, info: &'static SiteInfo) -> bool {
    let number = number_of(marks) >> 1;
    let same = std::ptr::eq(held.info.class, info.class) && held.serial >> 1 == number && held.cell != 0;
    same && number != 0 && info.class.has_parts()
}

/// Where this thread holds a part of the same map.
#[cold]
pub(crate) fn part_held(marks: &AtomicU32, info: &'static SiteInfo) -> Option<Line> {
    all().into_iter().find(|held| same_map(held, marks, info)).map(|held| held.line)
}

/// One more part of a map that this thread holds already, by a call that takes its parts in one order.
#[cold]
#[track_caller]
pub(crate) fn enter_beside(marks: &AtomicU32, info: &'static SiteInfo) {
    push(Entry { cell: address(marks), info, line: Location::caller(), serial: number_of(marks) });
}

/// The line of the scope in which this thread holds the cell.
#[cold]
pub(crate) fn held_at(cell: usize) -> Option<Line> {
    all().into_iter().find(|held| held.cell == cell).map(|held| held.line)
}

/// The second of two locks, as closures give them back. The depth is counted down already.
///
/// Generic for the reason of `enter_nested`.
#[inline(never)]
fn leave_nested<const CLOSURE: bool>(marks: &AtomicU32) {
    with(|stack| {
        if stack.depth.get() != 0 || stack.slots[1].cell.get() != address(marks) {
            leave_under_two::<CLOSURE>(marks);
        }
    });
}

/// The third of three locks.
#[inline(never)]
fn leave_under_two<const CLOSURE: bool>(marks: &AtomicU32) {
    with(|stack| {
        if stack.depth.get() != 1 || stack.slots[2].cell.get() != address(marks) {
            leave_deep::<CLOSURE>(marks);
        }
    });
}

/// The newest of any number of locks.
#[inline(never)]
fn leave_deep<const CLOSURE: bool>(marks: &AtomicU32) {
    with(|stack| {
        // The newest goes and the others stay. (Were one of those gone, or this one timed, the depth would ask for
        // attention, and be far beyond the slots.)
        let newest = stack.depth.get().cast_unsigned() + 1;
        if newest >= INLINE || stack.slots[newest].cell.get() != address(marks) {
            leave_any(marks);
        }
    });
}

/// Any lock, in any order.
#[inline(never)]
fn leave_any(marks: &AtomicU32) {
    with(|stack| {
        let cell = address(marks);
        stack.depth.set(stack.depth.get() + 1);
        let mut len = stack.len();
        let attention = stack.attention() != 0;
        if attention {
            number_on_leave(cell, marks);
            #[cfg(feature = "observe")]
            crate::observe::end(cell);
        }
        let inline = stack.slots[..len.min(INLINE)].iter().rfind(|slot| slot.cell.get() == cell);
        if let Some(slot) = inline {
            slot.cell.set(0);
        }
        if len > INLINE {
            let left = SPILL.try_with(|spill| {
                let mut spill = spill.borrow_mut();
                if let Some(entry) = spill.iter_mut().rfind(|entry| entry.cell == cell) {
                    entry.cell = 0;
                }
                while spill.last().is_some_and(|entry| entry.cell == 0) {
                    spill.pop();
                }
                spill.len()
            });
            // What could not be noted any more is counted all the same.
            len = INLINE + left.unwrap_or_else(|_| len - INLINE - usize::from(inline.is_none()));
        }
        while len > 0 && len <= INLINE && stack.slots[len - 1].cell.get() == 0 {
            len -= 1;
        }
        stack.set_len(len);
        if stack.slots[..len.min(INLINE)].iter().any(|slot| slot.cell.get() == 0) {
            stack.depth.set(stack.depth.get() | ATTENTION);
        }
        if attention {
            super::deferred::run();
        }
    });
}

/// The newest lock is timed: leaving must look.
pub(crate) fn attend() {
    with(|stack| stack.depth.set(stack.depth.get() | ATTENTION));
}

/// Writes a number that `check` gave to a held lock into its cell, which only its own scope can reach safely.
#[cold]
fn number_on_leave(cell: usize, marks: &AtomicU32) {
    // Not `all()`: every sampled hold comes here, and no access allocates.
    let given = with(|stack| {
        let len = stack.len();
        let inline = stack.slots[..len.min(INLINE)].iter().find(|slot| slot.cell.get() == cell);
        if let Some(slot) = inline {
            return slot.serial.get();
        }
        let spilled = SPILL.try_with(|spill| {
            spill.borrow().iter().find(|entry| entry.cell == cell).map_or(0, |entry| entry.serial)
        });
        spilled.unwrap_or(0)
    });
    if given >> 1 != 0 {
        number_cell(marks, given >> 1);
    }
}

/// Gives held locks of class `info.class` their numbers, which their scopes store as they end.
pub(crate) fn number(info: &'static SiteInfo) {
    with(|stack| {
        let len = stack.len();
        for slot in &stack.slots[..len.min(INLINE)] {
            let same = slot.info.get().is_some_and(|held| std::ptr::eq(held.class, info.class));
            if same && slot.cell.get() != 0 && slot.serial.get() >> 1 == 0 {
                slot.serial.set(new_serial() << 1);
                stack.depth.set(stack.depth.get() | ATTENTION);
            }
        }
        if len > INLINE {
            let _ = SPILL.try_with(|spill| {
                for entry in spill.borrow_mut().iter_mut() {
                    if std::ptr::eq(entry.info.class, info.class) && entry.cell != 0 && entry.serial >> 1 == 0
                    {
                        entry.serial = new_serial() << 1;
                        stack.depth.set(stack.depth.get() | ATTENTION);
                    }
                }
            });
        }
    });
}

/// All that this thread holds, oldest first.
pub(crate) fn all() -> Vec<Entry> {
    with(|stack| {
        let len = stack.len();
        let mut held: Vec<Entry> = stack.slots[..len.min(INLINE)].iter().filter_map(Slot::get).collect();
        if len > INLINE {
            let _ = SPILL.try_with(|spill| held.extend(spill.borrow().iter().copied()));
        }
        held.retain(|entry| entry.cell != 0);
        held
    })
}

/// Changes how a lock is held: a downgrade, an upgrade, or back.
pub(crate) fn change(marks: &AtomicU32, info: &'static SiteInfo) {
    let cell = address(marks);
    with(|stack| {
        let len = stack.len();
        if let Some(slot) = stack.slots[..len.min(INLINE)].iter().rfind(|slot| slot.cell.get() == cell) {
            slot.info.set(Some(info));
        } else {
            let _ = SPILL.try_with(|spill| {
                if let Some(entry) = spill.borrow_mut().iter_mut().rfind(|entry| entry.cell == cell) {
                    entry.info = info;
                }
            });
        }
    });
}

/// What this thread holds of `cell` it holds for the caller at `line`.
pub(crate) fn on_behalf_of(cell: usize, line: Line) {
    with(|stack| {
        let len = stack.len();
        if let Some(slot) = stack.slots[..len.min(INLINE)].iter().rfind(|slot| slot.cell.get() == cell) {
            slot.line.set(Some(line));
        }
    });
}
