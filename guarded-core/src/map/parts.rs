//! Many cells, and the one that a hash belongs to.

use crate::cell::{Guarded, Kind};
use crate::site::{Origin, Site};
use std::sync::OnceLock;

/// Cells that are one field's, one of which is told by a hash.
pub(super) struct Parts<T, K: Kind, S: Site> {
    cells: Box<[Padded<Guarded<T, K, S>>]>,
    shift: u32,
}

/// A part has its cache lines for itself: a neighbour's lock would take them away. (128 bytes: processors fetch pairs of
/// lines.)
#[repr(align(128))]
struct Padded<C>(C);

/// The bits of a hash that hashbrown's tables tell entries apart by, from the top: a part is told by those below.
const TAG_BITS: u32 = 7;

impl<T, K: Kind, S: Site> Parts<T, K, S> {
    /// `count` is a power of two. To the order of locks they are one instance.
    pub(super) fn new(count: usize, origin: &S::Origin, value: impl Fn() -> T) -> Self {
        #[cfg(any(feature = "observe", feature = "order-check"))]
        let number = crate::site::new_serial();
        let cells = (0..count).map(|_| {
            let cell = Guarded::part(value(), origin.again());
            #[cfg(any(feature = "observe", feature = "order-check"))]
            cell.number_part(number);
            Padded(cell)
        });
        let cells: Box<[_]> = cells.collect();
        #[cfg(feature = "observe")]
        if let Some(Padded(cell)) = cells.first() {
            cell.tell_parts(count);
        }
        Self { cells, shift: u64::BITS - TAG_BITS - count.trailing_zeros() }
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // less than the number of parts is left
    pub(super) fn place(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize & (self.cells.len() - 1)
    }

    #[inline(always)]
    pub(super) fn of(&self, hash: u64) -> &Guarded<T, K, S> {
        &self.cells[self.place(hash)].0
    }

    pub(super) fn of_mut(&mut self, hash: u64) -> &mut Guarded<T, K, S> {
        let place = self.place(hash);
        &mut self.cells[place].0
    }

    pub(super) fn first(&self) -> &Guarded<T, K, S> {
        &self.cells[0].0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Guarded<T, K, S>> {
        self.cells.iter().map(|cell| &cell.0)
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = T> {
        self.cells.into_iter().map(|cell| cell.0.into_inner())
    }
}

/// 16 for each processor, 64 at least and 1024 at most: more than threads contend for, measured.
pub(super) fn default_count() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    if cfg!(any(loom, shuttle)) {
        return 1;
    }
    *COUNT.get_or_init(|| {
        let cores = std::thread::available_parallelism().map_or(4, usize::from);
        (16 * cores).next_power_of_two().clamp(64, 1024)
    })
}
