//! The example `code_index` on a small folder, against counts that are made in another way.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// `cargo test --test code_index` does not build examples.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let build = Command::new(env!("CARGO"))
        .args(["build", "--example", "code_index", "--message-format=json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let messages = String::from_utf8(build.stdout).unwrap();
    let program = messages.lines().find_map(|line| line.split_once("\"executable\":\"")?.1.split('"').next());
    program.unwrap_or_else(|| panic!("no program: {}", String::from_utf8_lossy(&build.stderr))).into()
});

fn run(args: &[&str]) -> Output {
    Command::new(&*PROGRAM).args(args).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("code_index-{name}-{}", std::process::id()));
        fs::remove_dir_all(&path).ok();
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Times and lines of a word, byte by byte: the program splits, this looks at both neighbours.
fn count(text: &str, word: &str) -> (usize, Vec<usize>) {
    let part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let (mut times, mut lines) = (0, Vec::new());
    for (number, line) in text.lines().enumerate() {
        let bytes = line.as_bytes();
        let here = (0..bytes.len())
            .filter(|&at| bytes[at..].starts_with(word.as_bytes()))
            .filter(|&at| at == 0 || !part(bytes.get(at - 1)))
            .filter(|&at| !part(bytes.get(at + word.len())))
            .count();
        times += here;
        if here > 0 {
            lines.push(number + 1);
        }
    }
    (times, lines)
}

#[test]
fn counts_are_those_of_another_way_of_counting() {
    let folder = Folder::new("counts");
    let mut texts = vec![
        ("a.rs".to_owned(), "fn main() { lock lock; unlock }\n\nlock_it(lock)".to_owned()),
        ("deep/b.rs".to_owned(), "ö lock ölockö\r\nno\r\nlock\r\n".to_owned()),
        ("empty.rs".to_owned(), String::new()),
        ("target".to_owned(), "a file called target: lock\n".to_owned()),
    ];
    for n in 0..300 {
        texts.push((format!("many/{n}.rs"), "x lock\n".repeat(n % 7)));
    }
    for (name, text) in &texts {
        folder.file(name, text.as_bytes());
    }
    folder.file("skip/target/c.rs", b"lock\n");
    folder.file(".git/d", b"lock\n");
    folder.file("zero.bin", b"lock\0lock\n");
    folder.file("latin1.txt", b"lock \xe9\n");
    symlink(&folder.0, folder.0.join("deep/loop")).unwrap();
    symlink("nowhere", folder.0.join("dangling")).unwrap();
    let secret = folder.file("secret.rs", b"lock\n");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    let secret_readable = fs::read(&secret).is_ok(); // as root
    if secret_readable {
        fs::remove_file(&secret).unwrap();
    }

    for threads in ["1", "2", "8"] {
        let output = run(&[folder.name(), "--query", "lock", "--query", "absent", "--threads", threads]);
        assert!(output.status.success(), "{}", err(&output));
        let (printed, told) = (out(&output), err(&output));
        let has = |line: &str| assert!(printed.lines().any(|l| l == line), "no `{line}` in\n{printed}");

        let lines: usize = texts.iter().map(|(_, text)| text.matches('\n').count()).sum();
        let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
        let counts: Vec<_> = texts.iter().map(|(name, text)| (name, count(text, "lock"))).collect();
        let times: usize = counts.iter().map(|(_, (times, _))| times).sum();
        let on: usize = counts.iter().map(|(_, (_, lines))| lines.len()).sum();
        let files = counts.iter().filter(|(_, (times, _))| *times > 0).count();
        has(&format!("files: {}", texts.len()));
        has(&format!("lines: {lines}"));
        has(&format!("bytes: {bytes}"));
        has(&format!("lock: {times} times on {on} lines in {files} files"));
        has("absent: 0 times on 0 lines in 0 files");
        has("not text: 2");
        has("links not followed: 2");
        has(&format!("unreadable: {}", usize::from(!secret_readable)));
        for (name, (times, lines)) in counts.iter().filter(|(_, (times, _))| *times > 0) {
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            assert!(*times >= lines.len());
            has(&format!("{}: {}", folder.0.join(name).display(), lines.join(" ")));
        }
        for told_of in ["zero.bin: not text", "latin1.txt: not text", "dangling: a symbolic link"] {
            assert!(told.contains(told_of), "{told}");
        }
        assert!(secret_readable || told.contains("secret.rs: "), "{told}");
        assert!(printed.contains("CodeIndex.queue"), "no lock report in\n{printed}");
        assert!(!told.contains('\x1b'), "a progress bar without a terminal");
    }
}

#[test]
fn a_named_target_folder_and_a_single_file_are_read() {
    let folder = Folder::new("named");
    let file = folder.file("target/c.rs", b"lock\n");
    for path in [folder.0.join("target"), file] {
        let printed = out(&run(&[path.to_str().unwrap(), "--query", "lock"]));
        assert!(printed.contains("lock: 1 times on 1 lines in 1 files"), "{printed}");
    }
}

#[test]
fn mistakes_are_told_with_exit_code_2() {
    let folder = Folder::new("mistakes");
    let missing = folder.0.join("missing");
    let cases: [(&[&str], &str); 8] = [
        (&[missing.to_str().unwrap()], "cannot read"),
        (&["/dev/null"], "neither a folder nor a file"),
        (&["--quarry", "x"], "unknown option --quarry"),
        (&["--query"], "WORD of --query is missing"),
        (&["--query", "two words"], "takes one word"),
        (&["--threads", "0"], "a number from 1"),
        (&["--threads", "many"], "a number from 1"),
        (&["a", "b"], "a second PATH"),
    ];
    for (args, message) in cases {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            err(&output).contains(message) && err(&output).contains("usage:"),
            "{args:?}: {}",
            err(&output)
        );
        assert!(out(&output).is_empty());
    }
}

#[test]
fn a_reader_that_leaves_is_no_panic() {
    let folder = Folder::new("pipe");
    folder.file("a.rs", &b"lock\n".repeat(100_000));
    let mut child = Command::new(&*PROGRAM)
        .args([folder.name(), "--query", "lock"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
}

#[test]
fn the_page_is_written_and_a_failure_is_told() {
    let folder = Folder::new("page");
    folder.file("a.rs", b"lock\n");
    let page = folder.0.join("page.html");
    assert!(run(&[folder.name(), "--report", page.to_str().unwrap()]).status.success());
    assert!(fs::read_to_string(&page).unwrap().contains("CodeIndex.index"));
    let nowhere: &Path = &folder.0.join("no/page.html");
    let output = run(&[folder.name(), "--report", nowhere.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("cannot write"), "{}", err(&output));
}
