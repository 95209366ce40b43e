//! The limits, each with its sentence and its number: the SSH library has none of its own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::console::{Key, sandbox};
use crate::fixtures::{PATIENCE, Server, has_ssh, key, people};

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
    stream
}

/// All that the server sends until it closes.
fn all_of(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("it closes");
    String::from_utf8_lossy(&all).into_owned()
}

#[test]
fn a_client_that_does_not_log_in_is_gone_after_the_grace_time_at_whatever_point_it_stops() {
    let sandbox = sandbox();
    let settings = "login_grace = \"1s\"\nmetrics = \"127.0.0.1:0\"";
    let server = Server::with(&sandbox, settings, &people());
    let began = Instant::now();
    let silent = connect(&server);
    let mut named = connect(&server);
    named.write_all(b"SSH-2.0-somebody\r\n").expect("taken");
    let mut dripping = connect(&server);
    let drips = std::thread::spawn(move || {
        while dripping.write_all(b"x").is_ok() && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(100));
        }
        began.elapsed()
    });
    let mut endless = connect(&server);
    // No id is as long: it is over at once, and none of it is kept.
    endless.write_all(&vec![b'x'; 64 * 1024]).ok();
    for stream in [silent, named] {
        let all = all_of(stream);
        assert!(all.starts_with("SSH-2.0-kitdesk\r\n"), "{all}");
    }
    let all = drips.join().expect("no panic");
    assert!(all < Duration::from_secs(10), "{all:?}");
    assert!(began.elapsed() >= Duration::from_secs(1));
    server.until("refusals", || {
        let figures = server.figures();
        figures
            .contains("kitdesk_refusals_total{reason=\"login_grace\"} 3")
            .then_some(())
    });
}

#[test]
fn a_client_that_logs_in_and_begins_nothing_is_gone_after_the_grace_time_too() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "login_grace = \"1s\"", &people());
    let output = server
        .ssh(&key(1))
        .with(&["-N", "-o", "LogLevel=INFO"])
        .ask(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("the login took longer than 1s (login_grace)"),
        "{said}"
    );
}

#[test]
fn clients_on_their_way_in_are_limited_in_all_and_by_address() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let settings = "startups = 3\nstartups_a_source = 3\nmetrics = \"127.0.0.1:0\"";
    let server = Server::with(&sandbox, settings, &people());
    let waiting: Vec<_> = (0..3).map(|_| connect(&server)).collect();
    for mut stream in &waiting {
        stream
            .read_exact(&mut [0; 8])
            .expect("it has been taken in");
    }
    let output = server
        .ssh(&key(1))
        .with(&["-tt", "-o", "LogLevel=INFO"])
        .ask(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let sentence = "too many clients are logging in: the limit is 3 at a time (startups)";
    assert!(said.contains(sentence), "{said}");
    // A flood costs nothing: no cryptography, and no memory that stays.
    let before = server.memory();
    for _ in 0..500 {
        drop(connect(&server));
    }
    let grown = server.memory().saturating_sub(before);
    assert!(grown < 1024, "{grown} KiB more");
    drop(waiting);
    server.until("room", || {
        let output = server.ssh(&key(1)).with(&["-T"]).ask(&[]);
        (output.status.code() == Some(2)).then_some(())
    });

    let settings = "startups_a_source = 2";
    let server = Server::with(&sandbox, settings, &people());
    let waiting: Vec<_> = (0..2).map(|_| connect(&server)).collect();
    for mut stream in &waiting {
        stream
            .read_exact(&mut [0; 8])
            .expect("it has been taken in");
    }
    let output = server
        .ssh(&key(1))
        .with(&["-tt", "-o", "LogLevel=INFO"])
        .ask(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let sentence =
        "too many clients are logging in from 127.0.0.1: the limit is 2 at a time from one address";
    assert!(said.contains(sentence), "{said}");
}

#[test]
fn sessions_are_limited_in_all_and_for_each_person_and_their_room_is_free_at_once() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "sessions = 3\nsessions_a_person = 2", &people());
    let mut first = server.console(&key(1), 80, 24);
    let _second = server.console(&key(1), 80, 24);
    let mut third = server.ssh(&key(1)).terminal(80, 24);
    third.until(
        "kitdesk: Maria D'Souza has 2 sessions already, which is the limit (sessions_a_person)",
    );
    assert_eq!(third.exit_code(), 1);
    let _lakshmi = server.console(&key(2), 80, 24);
    let mut arun = server.ssh(&key(3)).terminal(80, 24);
    arun.until("kitdesk: no room for another session: the limit is 3 in all (sessions)");
    assert_eq!(arun.exit_code(), 1);
    first.key(Key::Ctrl('c'));
    assert_eq!(first.exit_code(), 0);
    server.console(&key(1), 80, 24).end();
}

#[test]
fn clients_of_the_figures_use_up_no_files_that_sessions_need() {
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "metrics = \"127.0.0.1:0\"", &people());
    let files = || {
        let folder = format!("/proc/{}/fd", server.process_id());
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    };
    let figures = server.metrics.expect("it was asked for");
    let before = files();
    let silent: Vec<_> = (0..100)
        .map(|_| TcpStream::connect(figures).expect("it listens"))
        .collect();
    // The last one was taken, and closed.
    let mut last = silent.last().expect("some");
    last.set_read_timeout(Some(PATIENCE)).expect("a limit");
    last.read_exact(&mut [0]).ok();
    // Eight of a hundred are kept. The server may just have a few files of its own open: people, journal, clock.
    assert!(files() < before + 50, "{before} and then {}", files());
    drop(silent);
    server.until("figures", || {
        server.figures().contains("kitdesk_sessions").then_some(())
    });
}

#[test]
fn a_balancer_tells_for_whom_it_connects_and_nobody_else_may() {
    let sandbox = sandbox();
    let header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x0a\x01\x02\x03\x7f\0\0\x01\x12\x34\x08\xae";
    let settings = "proxy_from = [\"127.0.0.1\"]\nstartups_a_source = 1\nlogin_grace = \"5s\"";
    let server = Server::with(&sandbox, settings, &people());
    let through = |last: u8| {
        let mut stream = connect(&server);
        let mut header = header.to_vec();
        header[19] = last;
        stream.write_all(&header).expect("taken");
        stream
    };
    // Each client has its own address, and so its own limit.
    let mut one = through(3);
    one.read_exact(&mut [0; 17]).expect("an id");
    let mut other = through(4);
    other.read_exact(&mut [0; 17]).expect("an id");
    let third = all_of(through(4));
    assert!(
        third.contains("logging in from 10.1.2.4: the limit is 1 at a time"),
        "{third:?}"
    );
    // One without a header reads so.
    let mut bare = connect(&server);
    bare.write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        .expect("taken");
    let bare = all_of(bare);
    assert!(
        bare.contains("does not begin with a PROXY v2 header"),
        "{bare:?}"
    );
    // Its health checks are none of anybody's business.
    let mut check = connect(&server);
    check
        .write_all(b"\r\n\r\n\0\r\nQUIT\n\x20\x00\0\0")
        .expect("taken");
    assert_eq!(all_of(check), "");

    let server = Server::on(&sandbox);
    let mut claiming = connect(&server);
    claiming.write_all(header).ok();
    let all = all_of(claiming);
    assert!(
        all.is_empty() || all.starts_with("SSH-2.0-kitdesk"),
        "{all:?}"
    );
}
