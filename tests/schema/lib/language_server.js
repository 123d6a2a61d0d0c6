// The language server that VS Code, Neovim and others use for YAML, spoken to over its standard streams.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import rpc from 'vscode-jsonrpc/node.js';

export async function startLanguageServer() {
    const home = path.dirname(createRequire(import.meta.url).resolve('yaml-language-server/package.json'));
    const child = spawn(process.execPath, [path.join(home, 'bin/yaml-language-server'), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = rpc.createMessageConnection(new rpc.StreamMessageReader(child.stdout), new rpc.StreamMessageWriter(child.stdin));
    const waiting = new Map();
    connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => waiting.get(uri)?.(diagnostics));
    connection.onRequest('workspace/configuration', ({ items }) => items.map(({ section }) =>
        section === 'yaml' ? { validate: true, hover: true, completion: true, schemaStore: { enable: false } } : null));
    connection.onRequest('client/registerCapability', () => null);
    connection.listen();
    await connection.sendRequest('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities: { workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } } },
    });
    connection.sendNotification('initialized', {});
    connection.sendNotification('workspace/didChangeConfiguration', { settings: null });

    /// Opens a text as that file and gives what is said about it.
    const open = (file, text) => new Promise((done) => {
        const uri = pathToFileURL(file).href;
        waiting.set(uri, (diagnostics) => { waiting.delete(uri); done({ uri, diagnostics }); });
        connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    });
    const ask = (what, uri, line, character) =>
        connection.sendRequest(`textDocument/${what}`, { textDocument: { uri }, position: { line, character } });
    const stop = async () => {
        await connection.sendRequest('shutdown');
        connection.sendNotification('exit');
        connection.dispose();
    };
    return { open, ask, stop };
}
