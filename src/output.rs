//! Writing to a descriptor that may refuse to take everything at once: another program has set it not
//! to block, or its reader is slow.

#[cfg(unix)]
pub(crate) use unix::{Patient, write_within};

#[cfg(unix)]
mod unix {
    use std::io::{self, Write};
    use std::os::fd::AsFd;
    use std::time::{Duration, Instant};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// A writer that waits where the one inside says that it would have to: the flag "do not block"
    /// belongs to everybody who shares the descriptor, so it can't simply be taken away.
    pub(crate) struct Patient<W>(pub(crate) W);

    impl<W: Write + AsFd> Write for Patient<W> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            loop {
                match self.0.write(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        wait(&self.0, None)?;
                    }
                    written => return written,
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            loop {
                match self.0.flush() {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        wait(&self.0, None)?;
                    }
                    flushed => return flushed,
                }
            }
        }
    }

    /// Writes all of it to something that does not block, in no longer than `limit`.
    ///
    /// # Errors
    /// `TimedOut` when it took too little of it in that time, and what writing itself ends with.
    pub(crate) fn write_within(
        out: &mut (impl Write + AsFd),
        mut bytes: &[u8],
        limit: Duration,
    ) -> io::Result<()> {
        let end = Instant::now() + limit;
        while !bytes.is_empty() {
            match out.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let left = end.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    wait(out, Some(left))?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits until the descriptor takes more, or the time is over, or a signal comes.
    fn wait(out: &impl AsFd, limit: Option<Duration>) -> io::Result<()> {
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        let mut ready = [PollFd::new(out, PollFlags::OUT)];
        match poll(&mut ready, limit.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(test)]
    mod tests {
        use std::io::Read as _;

        use super::*;

        fn pipe_that_does_not_block() -> (io::PipeReader, io::PipeWriter) {
            let (reader, writer) = io::pipe().expect("a pipe");
            rustix::io::ioctl_fionbio(&writer, true).expect("a pipe takes O_NONBLOCK");
            (reader, writer)
        }

        #[test]
        fn a_descriptor_that_does_not_block_is_waited_for() {
            const LENGTH: usize = 300_000;
            let (mut reader, writer) = pipe_that_does_not_block();
            let read = std::thread::spawn(move || {
                let mut all = Vec::new();
                reader.read_to_end(&mut all).expect("a pipe can be read");
                all.len()
            });
            let mut patient = Patient(writer);
            patient.write_all(&vec![b'x'; LENGTH]).expect("all of it");
            patient.flush().expect("all of it");
            drop(patient);
            assert_eq!(read.join().expect("no panic"), LENGTH);
        }

        #[test]
        fn a_reader_that_has_stopped_is_waited_for_no_longer_than_the_limit() {
            let (_reader, mut writer) = pipe_that_does_not_block();
            let limit = Duration::from_millis(20);
            let written = write_within(&mut writer, &vec![b'x'; 300_000], limit);
            assert_eq!(
                written.expect_err("a full pipe").kind(),
                io::ErrorKind::TimedOut
            );
        }
    }
}

/// Elsewhere standard output always blocks.
#[cfg(not(unix))]
pub(crate) struct Patient<W>(pub(crate) W);

#[cfg(not(unix))]
impl<W: std::io::Write> std::io::Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}
