//! An editor, as far as a language server can tell: it drives the program over its standard input and output.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail them, and start programs"
)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::program::TempDirectory;

/// Longer than this nothing takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What stands for the cursor in texts of tests.
pub(crate) const CURSOR: char = '▮';

pub(crate) struct Editor<'f> {
    directory: &'f TempDirectory,
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Value>,
    last_id: i64,
    versions: HashMap<String, i64>,
    /// Everything that the server said without being asked.
    pub said: Vec<Value>,
    pub capabilities: Value,
}

/// What most editors can do.
pub(crate) fn abilities() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": {"relatedInformation": true},
            "completion": {"completionItem": {"snippetSupport": true}},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
        },
        "window": {"showDocument": {"support": true}},
        "workspace": {"workspaceEdit": {"documentChanges": true}},
    })
}

impl<'f> Editor<'f> {
    pub(crate) fn start(directory: &'f TempDirectory) -> Self {
        Editor::start_as(directory, abilities(), Value::Null, &[])
    }

    pub(crate) fn start_as(
        directory: &'f TempDirectory,
        abilities: Value,
        options: Value,
        flags: &[&str],
    ) -> Self {
        let mut editor = Editor::launch(directory, flags);
        let params = json!({"processId": null, "rootUri": null, "capabilities": abilities, "initializationOptions": options});
        editor.capabilities = editor.ask("initialize", params)["capabilities"].clone();
        editor.tell("initialized", json!({}));
        editor
    }

    /// Starts the server without a word.
    pub(crate) fn launch(directory: &'f TempDirectory, flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        command.arg("lsp").args(flags).current_dir(&directory.0);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut stdout) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let stdin = child.stdin.take();
        let (last_id, versions, said) = (0, HashMap::new(), Vec::new());
        Editor { directory, child, stdin, incoming, last_id, versions, said, capabilities: Value::Null }
    }

    fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string());
    }

    /// Sends a message as it is, whatever it is.
    pub(crate) fn send_text(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        write!(stdin, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        stdin.flush().unwrap();
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks, and returns the result, or the error.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.incoming.recv_timeout(PATIENCE).unwrap();
            if message["id"] == id && message.get("method").is_none() {
                return message.get("result").unwrap_or(&message["error"]).clone();
            }
            self.said.push(message);
        }
    }

    pub(crate) fn answer(&mut self, question: &Value, result: Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": result}));
    }

    /// Waits until the server says something of the kind, and returns its parameters.
    pub(crate) fn hear(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let mut heard = 0;
        loop {
            if let Some(message) =
                self.said[heard..].iter().find(|it| it["method"] == method && is_it(&it["params"]))
            {
                return message.clone();
            }
            heard = self.said.len();
            self.said.push(self.incoming.recv_timeout(PATIENCE).unwrap());
        }
    }

    /// Waits for an error that answers no request of ours.
    pub(crate) fn hear_error(&mut self, code: i64) -> Value {
        loop {
            let message = self.incoming.recv_timeout(PATIENCE).unwrap();
            if message["error"]["code"] == code {
                return message;
            }
            self.said.push(message);
        }
    }

    /// Says which version of a text the server was sent.
    pub(crate) fn set_version(&mut self, name: &str, version: i64) {
        self.versions.insert(name.to_owned(), version);
    }

    pub(crate) fn uri(&self, name: &str) -> String {
        format!("file://{}", self.directory.0.join(name).display())
    }

    pub(crate) fn open(&mut self, name: &str, text: &str) {
        self.versions.insert(name.to_owned(), 1);
        let document = json!({"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Replaces what stands between two positions.
    pub(crate) fn type_at(&mut self, name: &str, start: (usize, usize), end: (usize, usize), text: &str) {
        let position = |(line, character)| json!({"line": line, "character": character});
        let range = json!({"start": position(start), "end": position(end)});
        self.change(name, json!({"range": range, "text": text}));
    }

    pub(crate) fn replace(&mut self, name: &str, text: &str) {
        self.change(name, json!({"text": text}));
    }

    fn change(&mut self, name: &str, change: Value) {
        let version = self.versions.get_mut(name).unwrap();
        *version += 1;
        let document =
            json!({"uri": format!("file://{}", self.directory.0.join(name).display()), "version": *version});
        self.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.tell("textDocument/didClose", json!({"textDocument": {"uri": self.uri(name)}}));
    }

    /// Waits for the diagnostics of the newest version of a text.
    pub(crate) fn diagnostics(&mut self, name: &str) -> Vec<Value> {
        let (uri, version) = (self.uri(name), self.versions[name]);
        let message = self.hear("textDocument/publishDiagnostics", |it| {
            it["uri"] == uri.as_str() && it["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Waits for the ids of the rules that speak in the newest version of a text.
    pub(crate) fn rules(&mut self, name: &str) -> Vec<String> {
        let text = |it: &Value| it["code"].as_str().unwrap_or("(none)").to_owned();
        self.diagnostics(name).iter().map(text).collect()
    }

    /// Opens a text, or changes it, and returns the place of the cursor in it.
    fn show(&mut self, name: &str, text: &str) -> (String, Value) {
        let offset = text.find(CURSOR).unwrap();
        let clean = text.replace(CURSOR, "");
        if self.versions.contains_key(name) {
            self.replace(name, &clean)
        } else {
            self.open(name, &clean)
        }
        let place = json!({"textDocument": {"uri": self.uri(name)}, "position": position(&clean, offset)});
        (clean, place)
    }

    /// Completes at the cursor, and returns the labels in the order in which an editor lists them.
    pub(crate) fn complete(&mut self, text: &str) -> Vec<String> {
        let (_, items) = self.items(text);
        items.iter().map(|it| it["label"].as_str().unwrap().to_owned()).collect()
    }

    /// Completes at the cursor, takes the item of a label, and returns the text that comes of it, with the cursor.
    pub(crate) fn take(&mut self, text: &str, label: &str) -> String {
        let (clean, items) = self.items(text);
        let labels: Vec<_> = items.iter().map(|it| it["label"].clone()).collect();
        let item = items.iter().find(|it| it["label"] == label);
        let edit = &item.unwrap_or_else(|| panic!("no `{label}` in {labels:?}"))["textEdit"];
        let line = edit["range"]["start"]["line"].as_u64().unwrap() as usize;
        // Editors give the further lines of a snippet the indentation of its first.
        let line = clean.split('\n').nth(line).unwrap();
        let indent = &line[..line.len() - line.trim_start().len()];
        let new_text = edit["newText"].as_str().unwrap().replace('\n', &format!("\n{indent}"));
        let new_text = new_text.replace("$0", &CURSOR.to_string());
        edited(&clean, &[json!({"range": edit["range"], "newText": new_text})])
    }

    fn items(&mut self, text: &str) -> (String, Vec<Value>) {
        let (clean, place) = self.show("completed.yaml", text);
        let mut items = self.ask("textDocument/completion", place).as_array().cloned().unwrap_or_default();
        items.sort_by_key(|it| it["sortText"].as_str().unwrap().to_owned());
        (clean, items)
    }

    /// Returns what is shown when the mouse is at the cursor, as Markdown.
    pub(crate) fn hover(&mut self, text: &str) -> String {
        let (_, place) = self.show("hovered.yaml", text);
        self.ask("textDocument/hover", place)["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Returns the actions at the cursor.
    pub(crate) fn actions(&mut self, text: &str, only: Option<&str>) -> (String, Vec<Value>) {
        let (clean, place) = self.show("acted.yaml", text);
        let range = json!({"start": place["position"], "end": place["position"]});
        // Clients send the diagnostics of all servers, valid or not.
        let foreign = json!({"range": range, "message": "", "codeDescription": {"href": "no address"}});
        let mut context = json!({"diagnostics": [foreign]});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({"textDocument": place["textDocument"], "range": range, "context": context});
        let actions = self.ask("textDocument/codeAction", params).as_array().cloned().unwrap_or_default();
        (clean, actions)
    }

    /// Says goodbye as the protocol wants it, and returns the exit code.
    pub(crate) fn finish(mut self) -> Option<i32> {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.leave()
    }

    /// Tells the server to exit, and returns the exit code.
    pub(crate) fn leave(mut self) -> Option<i32> {
        self.tell("exit", Value::Null);
        self.child.wait().unwrap().code()
    }

    /// Goes without a word, and returns the exit code.
    pub(crate) fn vanish(mut self) -> Option<i32> {
        drop(self.stdin.take());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Editor<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// Returns the position of an offset as the protocol counts, in UTF-16.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.rsplit('\n').next().unwrap();
    json!({"line": before.matches('\n').count(), "character": line.encode_utf16().count()})
}

/// Applies the edits of the protocol to a text.
pub(crate) fn edited(text: &str, edits: &[Value]) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = position["character"].as_u64().unwrap() as usize;
        let mut at = start;
        for char in text[start..].chars() {
            if units == 0 {
                break;
            }
            units -= char.len_utf16();
            at += char.len_utf8();
        }
        at
    };
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    let mut result = text.to_owned();
    for edit in edits {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        result.replace_range(range, edit["newText"].as_str().unwrap());
    }
    result
}
