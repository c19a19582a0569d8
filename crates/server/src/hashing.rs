//! Password hashing on threads of its own.
//!
//! One hash costs about 20 ms of a core and 19 MiB. As many threads as cores run at low priority, so that
//! requests which only read keep their latency; what does not fit the bounded queue is refused at once.

use std::{
    num::NonZero,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use tokio::sync::oneshot;

use crate::error::ApiError;

/// Jobs that may wait, per thread: a few seconds of work.
const QUEUE_PER_THREAD: usize = 128;
/// Niceness of the hash threads.
const NICENESS: i32 = 10;

type Job = Box<dyn FnOnce() + Send>;

/// The pool. Dropping the last handle ends its threads.
#[derive(Clone)]
pub(crate) struct Hashing {
    jobs: mpsc::SyncSender<Job>,
}

impl Hashing {
    /// Starts as many threads as there are cores.
    pub(crate) fn start() -> std::io::Result<Self> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let (jobs, queue) = mpsc::sync_channel::<Job>(threads * QUEUE_PER_THREAD);
        let queue = Arc::new(Mutex::new(queue));
        for index in 0..threads {
            let queue = queue.clone();
            thread::Builder::new().name(format!("beadle-hash-{index}")).spawn(move || work(&queue))?;
        }
        Ok(Self { jobs })
    }

    /// Runs the work on the pool.
    ///
    /// # Errors
    /// 429 with `Retry-After` when the queue is full.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Nobody waits any more when the caller hung up: that saves the hash.
            if !reply.is_closed() {
                drop(reply.send(work()));
            }
        });
        self.jobs.try_send(job).map_err(|_| ApiError::too_many_requests())?;
        answer.await.map_err(|_| ApiError::internal("a hash thread panicked"))
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Job>>) {
    // Without permission to change the priority the pool works all the same, only less politely.
    let _ = rustix::process::setpriority_process(None, NICENESS);
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)));
    }
}
