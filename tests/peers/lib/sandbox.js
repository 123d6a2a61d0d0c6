// Starts maillon-sandbox for a test file and talks to its control port.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = process.env.MAILLON_SANDBOX;

/** Mentions as lines of a file: `count` of them by three people, one an hour. */
function mentionLines(count) {
    const lines = [];
    for (let i = 0; i < count; ++i) {
        const author = { id: String(1000 + (i % 3)), username: ['ana', 'bo', 'cleo'][i % 3] };
        lines.push(JSON.stringify({
            data: {
                id: String(500 + i),
                text: `@acme_air message ${i} &amp; more`,
                author_id: author.id,
                created_at: new Date(Date.UTC(2015, 1, 17, i)).toISOString(),
            },
            includes: { users: [author] },
        }));
    }
    return lines.join('\n') + '\n';
}

/** A running sandbox: its addresses, `control(method, path, body)` and `stop()`. */
export async function startSandbox({ mentions = 0, options = [] } = {}) {
    if (!program) throw new Error('set MAILLON_SANDBOX to the maillon-sandbox program');
    const folder = mkdtempSync(join(tmpdir(), 'maillon-peers-'));
    const file = join(folder, 'mentions.ndjson');
    writeFileSync(file, mentionLines(mentions));
    const child = spawn(program, ['--mentions', file, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const [line] = await Promise.race([
        once(createInterface({ input: child.stdout }), 'line'),
        ended.then(([code]) => { throw new Error(`maillon-sandbox ended with ${code}`); }),
    ]);
    const addresses = JSON.parse(line);

    const control = async (method, path, body) => {
        const answer = await fetch(addresses.control + path, {
            method,
            headers: { 'Content-Type': 'application/json' },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const value = await answer.json();
        if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
        return value;
    };
    const publish = async () => {
        await control('POST', '/start');
        for (;;) {
            if ((await control('GET', '/state')).published) return;
        }
    };
    const stop = async () => {
        child.kill('SIGTERM');
        const [code] = await ended;
        rmSync(folder, { recursive: true });
        return code;
    };
    return { ...addresses, control, publish, stop };
}
