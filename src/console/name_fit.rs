//! How a word that somebody types fits a name, for finding a command by a few letters.

/// How well it fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The name begins with it.
    Start,
    /// One of its words does.
    Word,
    /// Its letters are those that words begin with.
    Initials,
    /// It is somewhere in the name.
    Part,
    /// Its letters are there, in their order.
    Letters,
}

/// How a typed word fits a name, and by which of the name's letters. Both as [`small`] makes them.
pub fn fit_of(name: &[char], word: &[char]) -> Option<(Fit, Vec<usize>)> {
    let begins_word = |at: &usize| *at == 0 || name[*at - 1] == ' ';
    let starts = (0..name.len()).filter(|at| name[*at..].starts_with(word));
    let starts: Vec<usize> = starts.collect();
    let whole = |start| (start..start + word.len()).collect();
    if let Some(start) = starts.iter().copied().find(begins_word) {
        let fit = if start == 0 { Fit::Start } else { Fit::Word };
        return Some((fit, whole(start)));
    }
    if let Some(letters) = in_turn(name, word, begins_word) {
        return Some((Fit::Initials, letters));
    }
    if let Some(start) = starts.first() {
        return Some((Fit::Part, whole(*start)));
    }
    in_turn(name, word, |_| true).map(|letters| (Fit::Letters, letters))
}

/// Where the letters of a word are in a name, one after the other, at places that may be taken.
fn in_turn(name: &[char], word: &[char], may: impl Fn(&usize) -> bool) -> Option<Vec<usize>> {
    let mut places = (0..name.len()).filter(may);
    let found = word
        .iter()
        .map(|letter| places.find(|at| name[*at] == *letter));
    found.collect()
}

/// A text in small letters, as many as it has itself.
pub fn small(text: &str) -> Vec<char> {
    let small = |letter: char| letter.to_lowercase().next().unwrap_or(letter);
    text.chars().map(small).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(name: &str, word: &str) -> Option<(Fit, Vec<usize>)> {
        fit_of(&small(name), &small(word))
    }

    #[test]
    fn the_best_way_to_fit_is_taken() {
        assert_eq!(fit("set PIN", "set"), Some((Fit::Start, vec![0, 1, 2])));
        assert_eq!(fit("set PIN", "pin"), Some((Fit::Word, vec![4, 5, 6])));
        assert_eq!(fit("set PIN", "sp"), Some((Fit::Initials, vec![0, 4])));
        assert_eq!(fit("upgrade", "grad"), Some((Fit::Part, vec![2, 3, 4, 5])));
        assert_eq!(fit("upgrade", "ugd"), Some((Fit::Letters, vec![0, 2, 5])));
        // Later in the name, but at the beginning of a word.
        assert_eq!(
            fit("unlock lock", "lock"),
            Some((Fit::Word, vec![7, 8, 9, 10]))
        );
    }

    #[test]
    fn letters_in_another_order_or_too_many_of_one_do_not_fit() {
        assert_eq!(fit("upgrade", "gu"), None);
        assert_eq!(fit("read again", "readd"), None);
        assert_eq!(fit("", "a"), None);
    }
}
