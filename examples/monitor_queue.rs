//! A bounded queue with a shutdown flag: wait for a condition, with no notify to forget.

use guarded_state::guarded;
use std::collections::VecDeque;

const ROOM: usize = 4;

#[guarded]
#[derive(Debug, Default)]
struct Jobs {
    #[guarded(monitor)]
    queue: Queue,
}

#[derive(Debug, Default)]
struct Queue {
    jobs: VecDeque<u32>,
    closed: bool,
}

impl Jobs {
    /// Waits for room. The job comes back if the queue is closed.
    fn send(&self, job: u32) -> Result<(), u32> {
        self.queue.with_write_when(
            |queue| queue.jobs.len() < ROOM || queue.closed,
            |queue| {
                if queue.closed {
                    return Err(job);
                }
                queue.jobs.push_back(job);
                Ok(())
            },
        )
    }

    /// Waits for a job; none if the queue is closed and empty.
    fn receive(&self) -> Option<u32> {
        self.queue
            .with_write_when(|queue| !queue.jobs.is_empty() || queue.closed, |queue| queue.jobs.pop_front())
    }

    fn close(&self) {
        self.queue.with_write(|queue| queue.closed = true); // leaving a write scope wakes who can go on
    }
}

fn main() {
    let jobs = Jobs::default();
    let sums: Vec<u32> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..3).map(|_| scope.spawn(|| std::iter::from_fn(|| jobs.receive()).sum::<u32>())).collect();
        for job in 1..=100 {
            jobs.send(job).expect("the queue is open");
        }
        jobs.close();
        workers.into_iter().map(|worker| worker.join().expect("a worker panicked")).collect()
    });

    println!("sums of the workers: {sums:?}, together {}", sums.iter().sum::<u32>());
    println!("sent after closing: {:?}", jobs.send(101));
    assert_eq!(sums.iter().sum::<u32>(), 5050);
    assert_eq!(jobs.send(101), Err(101));
    assert_eq!(jobs.queue.waiters(), 0);
}
