//! What the system says of a file or a connection, in plain words: the standard library's own are made
//! for programmers ("entity already exists").

use std::borrow::Cow;
use std::io::ErrorKind;

/// The reason as the end of a sentence.
pub fn plain(kind: ErrorKind) -> Cow<'static, str> {
    let said = match kind {
        ErrorKind::NotFound => "it does not exist",
        ErrorKind::AlreadyExists => "it exists already",
        ErrorKind::PermissionDenied => "you have no permission",
        ErrorKind::NotADirectory => "a part of its path is a file and no folder",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::DirectoryNotEmpty => "the folder is not empty",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "your quota on the disk is used up",
        ErrorKind::FileTooLarge => "the file would be too large",
        ErrorKind::InvalidInput | ErrorKind::InvalidData => "it is of the wrong kind",
        ErrorKind::InvalidFilename => "the name is not allowed there",
        ErrorKind::UnexpectedEof => "it ends too early",
        ErrorKind::BrokenPipe => "the other end is closed",
        ErrorKind::OutOfMemory => "there is not enough memory",
        ErrorKind::ExecutableFileBusy => "it is being written",
        ErrorKind::ResourceBusy => "another program uses it",
        ErrorKind::Other => "the system reports an error",
        kind => {
            let said = kind.to_string();
            // What the library has no word for.
            return match said.as_str() {
                "uncategorized error" => "the system reports an error".into(),
                _ => said.into(),
            };
        }
    };
    said.into()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn nothing_is_said_in_the_words_of_the_library_alone() {
        for code in 1..=133 {
            let kind = io::Error::from_raw_os_error(code).kind();
            let said = plain(kind);
            for odd in ["entity", "other error", "uncategorized", "parameter"] {
                assert!(!said.contains(odd), "{code}: {said}");
            }
        }
        assert_eq!(plain(ErrorKind::AlreadyExists), "it exists already");
    }
}
