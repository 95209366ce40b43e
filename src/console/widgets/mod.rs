//! Pieces that screens are made of. They draw what they are given and know no job of the desk.

pub mod cells;
pub mod drawn;
pub mod entry;
pub mod form;
pub mod form_page;
pub mod grid;
pub mod kits;
pub mod lines;
pub mod overlay;
pub mod paged;
pub mod said;
pub mod scroll;
pub mod select;
pub mod wanted;

pub(crate) use crate::columns as text;
