//! The PIN's way seen from outside: by another implementation, by chance, and by the compiler.
//! What is checked here is not checked by the code that made it.

mod independent;
mod properties;
mod reference;
mod types;
