// Starts `batchlint lsp`; everything else is in the server.
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

/** A client that leaves it to `start` to say, once and with advice, that the server does not start. */
class Client extends LanguageClient {
  error(message, data, showNotification) {
    super.error(message, data, this.isRunning() && showNotification);
  }
}

async function activate(context) {
  // A package for one platform has the program in it.
  const bundled = join(context.extensionPath, "program", process.platform === "win32" ? "batchlint.exe" : "batchlint");
  const fallback = existsSync(bundled) ? bundled : "batchlint";
  const restart = async () => {
    await client?.dispose();
    await start(fallback);
  };
  context.subscriptions.push(
    commands.registerCommand("batchlint.restart", restart),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("batchlint.path") && restart()),
  );
  await start(fallback);
}

async function start(fallback) {
  const settings = workspace.getConfiguration("batchlint");
  const command = settings.get("path") || fallback;
  const documentSelector = ["yaml", "json"].flatMap((language) => [
    { language, scheme: "file" },
    { language, scheme: "untitled" },
  ]);
  const options = {
    documentSelector,
    initializationOptions: settings,
    initializationFailedHandler: () => false,
    synchronize: { configurationSection: "batchlint" },
  };
  client = new Client("batchlint", "batchlint", { command, args: ["lsp"] }, options);
  try {
    await client.start();
  } catch (error) {
    const advice = "Install batchlint, or set `batchlint.path` to the program.";
    window.showErrorMessage(`\`${command} lsp\` does not start: ${error.message ?? error}. ${advice}`);
  }
}

module.exports = { activate, deactivate: () => client?.stop() };
