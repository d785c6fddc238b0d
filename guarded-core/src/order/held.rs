//! The stack of locks that this thread holds.
//!
//! It needs no destructor, and so works while a thread's locals are destroyed. Beyond [`INLINE`] locks held at
//! once it continues in a `Vec`; in a thread-local's destructor that part may be gone, and what is locked
//! beyond it there is not checked.

use crate::error::Line;
use crate::order::check;
use crate::site::{SiteInfo, new_serial, number as number_cell};
use crate::sync::{AtomicU32, Mode, Ordering, thread_state};
use std::cell::{Cell, RefCell};
use std::panic::Location;

/// How many locks held at once need no allocation.
const INLINE: usize = 16;

/// Set in the length when leaving must look at more than the length.
const ATTENTION: usize = 1 << (usize::BITS - 1);

/// One held lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The cell's address; 0 where the lock was given back out of order.
    pub(crate) cell: usize,
    pub(crate) info: &'static SiteInfo,
    pub(crate) line: Line,
    pub(crate) mode: Mode,
    /// The cell's serial number, 0 where none is needed so far.
    pub(crate) serial: u32,
}

struct Slot {
    cell: Cell<usize>,
    info: Cell<Option<&'static SiteInfo>>,
    line: Cell<Option<Line>>,
    mode: Cell<Mode>,
    serial: Cell<u32>,
}

struct Stack {
    len: Cell<usize>,
    slots: [Slot; INLINE],
}

thread_state! {
    static STACK: Stack = Stack {
        len: Cell::new(0),
        slots: [const {
            Slot { cell: Cell::new(0), info: Cell::new(None), line: Cell::new(None), mode: Cell::new(Mode::Read), serial: Cell::new(0) }
        }; INLINE],
    }
}

thread_local! {
    static SPILL: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// The number of a held lock in its thread's stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Index(usize);

impl Slot {
    #[inline(always)]
    fn set(&self, entry: Entry) {
        self.cell.set(entry.cell);
        self.info.set(Some(entry.info));
        self.line.set(Some(entry.line));
        self.mode.set(entry.mode);
        self.serial.set(entry.serial);
    }

    fn get(&self) -> Option<Entry> {
        Some(Entry {
            cell: self.cell.get(),
            info: self.info.get()?,
            line: self.line.get()?,
            mode: self.mode.get(),
            serial: self.serial.get(),
        })
    }
}

/// Notes that the lock is about to be taken, after the checks that must come before blocking.
///
/// With `BLOCKS` the caller waits as long as it takes, and so says that what is held now comes before this
/// lock. Without, it gives up by itself and says nothing about an order.
///
/// # Errors
/// This thread is inside the cell already since the line returned. With `BLOCKS` that is a panic.
#[inline(always)]
#[track_caller]
pub(crate) fn enter<const BLOCKS: bool>(
    cell: usize,
    marks: &AtomicU32,
    info: &'static SiteInfo,
    mode: Mode,
) -> Result<Index, Line> {
    STACK.with(|stack| {
        if stack.len.get() == 0 {
            stack.slots[0].set(Entry { cell, info, line: Location::caller(), mode, serial: 0 });
            stack.len.set(1);
            Ok(Index(0))
        } else {
            enter_nested::<BLOCKS>(stack, cell, marks, info, mode)
        }
    })
}

/// Forgets the lock.
#[inline(always)]
pub(crate) fn leave(Index(index): Index, cell: usize, marks: &AtomicU32) {
    STACK.with(|stack| {
        if index == 0 && stack.len.get() == 1 {
            stack.len.set(0);
        } else {
            leave_nested(stack, index, cell, marks);
        }
    });
}

/// A known nesting is one look into a table of this thread; all else is `check`'s.
#[inline(never)]
#[track_caller]
fn enter_nested<const BLOCKS: bool>(
    stack: &Stack,
    cell: usize,
    marks: &AtomicU32,
    info: &'static SiteInfo,
    mode: Mode,
) -> Result<Index, Line> {
    let len = stack.len.get() & !ATTENTION;
    let serial = marks.load(Ordering::Relaxed) >> 1;
    let mut mix = check::Mix::new(info, mode, serial);
    for slot in &stack.slots[..len.min(INLINE)] {
        if slot.cell.get() == cell {
            return again::<BLOCKS>(slot.get(), info, mode);
        }
        mix.add(slot.cell.get(), slot.info.get(), slot.mode.get(), slot.serial.get());
    }
    if len > INLINE {
        if let Some(held) = all().into_iter().find(|held| held.cell == cell) {
            return again::<BLOCKS>(Some(held), info, mode);
        }
        mix = check::Mix::unsettled();
    }
    let mut entry = Entry { cell, info, line: Location::caller(), mode, serial };
    if BLOCKS && !check::is_settled(mix) {
        check::examine(&mut entry, marks);
    }
    if len < INLINE {
        stack.slots[len].set(entry);
    } else {
        let _ = SPILL.try_with(|spill| spill.borrow_mut().push(entry));
    }
    stack.len.set(stack.len.get() + 1);
    Ok(Index(len))
}

/// This thread is inside already.
#[cold]
#[inline(never)]
#[track_caller]
fn again<const BLOCKS: bool>(
    held: Option<Entry>,
    info: &'static SiteInfo,
    mode: Mode,
) -> Result<Index, Line> {
    let held_at = held.map_or_else(|| Location::caller(), |held| held.line);
    if BLOCKS {
        check::reentrant(info, mode, held_at, held.map_or(Mode::Write, |held| held.mode))
    }
    Err(held_at)
}

#[inline(never)]
fn leave_nested(stack: &Stack, index: usize, cell: usize, marks: &AtomicU32) {
    if stack.len.get() & ATTENTION != 0 {
        number_on_leave(stack, index, cell, marks);
    }
    let mut len = stack.len.get() & !ATTENTION;
    let attention = stack.len.get() & ATTENTION;
    if index < INLINE {
        stack.slots[index].cell.set(0);
    }
    if len > INLINE {
        let _ = SPILL.try_with(|spill| {
            let mut spill = spill.borrow_mut();
            if let Some(entry) = index.checked_sub(INLINE).and_then(|at| spill.get_mut(at)) {
                entry.cell = 0;
            }
            while len > INLINE && spill.last().is_none_or(|entry| entry.cell == 0) {
                spill.pop();
                len -= 1;
            }
        });
    }
    while len > 0 && len <= INLINE && stack.slots[len - 1].cell.get() == 0 {
        len -= 1;
    }
    stack.len.set(if len == 0 { 0 } else { len | attention });
}

/// Writes a number that `check` gave to a held lock into its cell, which only its own scope can reach safely.
#[cold]
fn number_on_leave(stack: &Stack, index: usize, cell: usize, marks: &AtomicU32) {
    let given = if index < INLINE {
        stack.slots[index].serial.get()
    } else {
        let at = index - INLINE;
        SPILL.try_with(|spill| spill.borrow().get(at).map_or(0, |entry| entry.serial)).unwrap_or(0)
    };
    debug_assert!(
        index >= INLINE || stack.slots[index].cell.get() == cell,
        "a lock left under another's number"
    );
    if given != 0 {
        number_cell(marks, given);
    }
}

/// Gives held locks of class `info.class` their numbers, which their scopes store as they end.
pub(crate) fn number(info: &'static SiteInfo) {
    STACK.with(|stack| {
        let len = stack.len.get() & !ATTENTION;
        for slot in &stack.slots[..len.min(INLINE)] {
            let same = slot.info.get().is_some_and(|held| std::ptr::eq(held.class, info.class));
            if same && slot.cell.get() != 0 && slot.serial.get() == 0 {
                slot.serial.set(new_serial());
                stack.len.set(stack.len.get() | ATTENTION);
            }
        }
        if len > INLINE {
            let _ = SPILL.try_with(|spill| {
                for entry in spill.borrow_mut().iter_mut() {
                    if std::ptr::eq(entry.info.class, info.class) && entry.cell != 0 && entry.serial == 0 {
                        entry.serial = new_serial();
                        stack.len.set(stack.len.get() | ATTENTION);
                    }
                }
            });
        }
    });
}

/// All that this thread holds, oldest first.
pub(crate) fn all() -> Vec<Entry> {
    STACK.with(|stack| {
        let len = stack.len.get() & !ATTENTION;
        let mut held: Vec<Entry> = stack.slots[..len.min(INLINE)].iter().filter_map(Slot::get).collect();
        if len > INLINE {
            let _ = SPILL.try_with(|spill| held.extend(spill.borrow().iter().copied()));
        }
        held.retain(|entry| entry.cell != 0);
        held
    })
}

/// Changes the mode of a held lock: a downgrade, an upgrade, or back.
pub(crate) fn change(Index(index): Index, mode: Mode) {
    STACK.with(|stack| {
        if index < INLINE {
            stack.slots[index].mode.set(mode);
        } else {
            let _ = SPILL.try_with(|spill| {
                if let Some(entry) = spill.borrow_mut().get_mut(index - INLINE) {
                    entry.mode = mode;
                }
            });
        }
    });
}
