//! What must not compile: printing, copying, sending or reading a secret.

#[test]
fn secrets_do_not_leak_by_their_types() {
    trybuild::TestCases::new().compile_fail("tests/pin/leaks/*.rs");
}
