// Drives the server as VS Code does, with the library that VS Code's own client is made of.
//
// `cargo build && npm ci && npm test`; `BATCHLINT` names another program than that of the debug build.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const protocol = createRequire(import.meta.url)("vscode-languageserver-protocol/node");
const built = fileURLToPath(new URL("../../target/debug/batchlint", import.meta.url));
const program = process.env.BATCHLINT ?? built;

const JOB = `apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  backoffLimit: 2
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: import
        image: registry.example.com/import:1.4.2
`;

/** Starts the server on a folder, says what VS Code says first, and hands a session to the test. */
async function withServer(settings, run) {
  const folder = mkdtempSync(join(tmpdir(), "batchlint-"));
  const child = spawn(program, ["lsp"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const exit = new Promise((resolve) => child.on("exit", resolve));
  const connection = protocol.createProtocolConnection(
    new protocol.StreamMessageReader(child.stdout),
    new protocol.StreamMessageWriter(child.stdin),
  );
  const published = new Map();
  const waiting = [];
  connection.onNotification(protocol.PublishDiagnosticsNotification.type, (params) => {
    published.set(params.uri, params);
    waiting.splice(0).forEach((check) => check());
  });
  connection.onRequest(protocol.RegistrationRequest.type, () => {});
  connection.onRequest(protocol.ConfigurationRequest.type, ({ items }) => items.map(() => settings));
  const shown = [];
  connection.onRequest(protocol.ShowDocumentRequest.type, (params) => {
    shown.push(params);
    return { success: true };
  });
  connection.listen();
  await connection.sendRequest(protocol.InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    initializationOptions: settings,
    capabilities: {
      general: { positionEncodings: ["utf-16"] },
      textDocument: {
        publishDiagnostics: { relatedInformation: true, tagSupport: { valueSet: [1, 2] }, codeDescriptionSupport: true },
        completion: { completionItem: { snippetSupport: true } },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } } },
      },
      window: { showDocument: { support: true } },
      workspace: {
        configuration: true,
        didChangeConfiguration: { dynamicRegistration: true },
        didChangeWatchedFiles: { dynamicRegistration: true },
        workspaceEdit: { documentChanges: true },
      },
    },
  });
  await connection.sendNotification(protocol.InitializedNotification.type, {});

  const uri = pathToFileURL(join(folder, "job.yaml")).href;
  const session = {
    connection,
    folder,
    shown,
    uri,
    open: (text) =>
      connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: "yaml", version: 1, text },
      }),
    change: (version, contentChanges) =>
      connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges,
      }),
    /** Waits for diagnostics of which `isIt` holds, and returns the ids of their rules. */
    async rules(isIt, of = uri) {
      for (;;) {
        const params = published.get(of);
        if (params && isIt(params)) return params.diagnostics.map((it) => it.code);
        await new Promise((resolve) => waiting.push(resolve));
      }
    },
    published,
  };
  try {
    await run(session);
    await connection.sendRequest(protocol.ShutdownRequest.type);
    await connection.sendNotification(protocol.ExitNotification.type);
    assert.equal(await exit, 0);
  } finally {
    connection.dispose();
    child.kill();
  }
}

const limit = { timeout: 60_000 };

test("findings come and go as one types", limit, () =>
  withServer({}, async ({ open, change, rules }) => {
    open(JOB);
    const before = await rules(({ version }) => version === 1);
    assert.ok(before.includes("duplicate-key") && before.includes("missing-deadline"), String(before));
    const line = { start: { line: 5, character: 0 }, end: { line: 6, character: 0 } };
    change(2, [{ range: line, text: "  activeDeadlineSeconds: 600\n" }]);
    const after = await rules(({ version }) => version === 2);
    assert.ok(!after.includes("duplicate-key") && !after.includes("missing-deadline"), String(after));
  }));

test("a quick fix, and all safe fixes on save", limit, () =>
  withServer({}, async ({ connection, open, uri }) => {
    open(JOB);
    const at = { start: { line: 5, character: 4 }, end: { line: 5, character: 4 } };
    const ask = (only) =>
      connection.sendRequest(protocol.CodeActionRequest.type, {
        textDocument: { uri },
        range: at,
        context: { diagnostics: [], only },
      });
    const [fix] = await ask(["quickfix"]);
    assert.equal(fix.isPreferred, true);
    const [all] = await ask(["source.fixAll"]);
    for (const { edit } of [fix, all]) {
      assert.equal(edit.documentChanges[0].textDocument.version, 1);
      const [{ range, newText }] = edit.documentChanges[0].edits;
      assert.equal(newText, "");
      assert.equal(range.end.line - range.start.line, 1);
    }
  }));

test("a page opens through the client", limit, () =>
  withServer({}, async ({ connection, open, uri, shown }) => {
    open(JOB);
    const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 0 } };
    const actions = await connection.sendRequest(protocol.CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics: [] },
    });
    const page = actions.find((it) => it.title === "Open the documentation of missing-deadline");
    await connection.sendRequest(protocol.ExecuteCommandRequest.type, page.command);
    while (shown.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(shown, [{ uri: "https://batchlint.dev/rules/missing-deadline", external: true }]);
  }));

test("hover, completion and symbols on half-typed text", limit, () =>
  withServer({}, async ({ connection, open, uri }) => {
    open(JOB.replace("      restartPolicy: Never\n", "      restart\n"));
    const place = { textDocument: { uri }, position: { line: 8, character: 13 } };
    const items = await connection.sendRequest(protocol.CompletionRequest.type, place);
    const item = items.find((it) => it.label === "restartPolicy");
    assert.equal(item.textEdit.newText, "restartPolicy: $0");
    const limit = { textDocument: { uri }, position: { line: 4, character: 5 } };
    const hover = await connection.sendRequest(protocol.HoverRequest.type, limit);
    assert.match(hover.contents.value, /spec\.backoffLimit/);
    const [job] = await connection.sendRequest(protocol.DocumentSymbolRequest.type, { textDocument: { uri } });
    assert.deepEqual([job.name, job.children[0].name], ["import", "import"]);
  }));

test("settings and configuration files", limit, () =>
  withServer({ select: ["missing-deadline"], preset: "" }, async ({ connection, folder, open, rules }) => {
    open(JOB);
    assert.deepEqual(await rules(({ version }) => version === 1), ["missing-deadline"]);
    connection.sendNotification(protocol.DidChangeConfigurationNotification.type, {
      settings: { batchlint: { select: [], ignore: ["missing-deadline"] } },
    });
    const ids = await rules(({ diagnostics }) => diagnostics.some((it) => it.code === "duplicate-key"));
    assert.ok(!ids.includes("missing-deadline"), String(ids));
    const config = join(folder, ".batchlint.yaml");
    writeFileSync(config, "rules: {no-such-rule: off}\n");
    connection.sendNotification(protocol.DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: pathToFileURL(config).href, type: protocol.FileChangeType.Created }],
    });
    await rules(({ diagnostics }) => diagnostics[0]?.message.includes("no-such-rule"), pathToFileURL(config).href);
  }));
