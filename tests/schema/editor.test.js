// What an editor shows: the schema through the language server for YAML, found by the first line of the file.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { filesIn, root } from './lib/files.js';
import { testFilesIn } from './lib/tests.js';
import { startLanguageServer } from './lib/language_server.js';

let server;
before(async () => { server = await startLanguageServer(); });
after(() => server.stop());

let files = 0;
/// Opens a text with a `|` where the cursor is, as a new file beside the recipes.
async function openAtCursor(text, schema = 'maillon.schema.json') {
    const marked = `# yaml-language-server: $schema=../../config/${schema}\n${text}`;
    const lines = marked.slice(0, marked.indexOf('|')).split('\n');
    const file = path.join(root, `examples/recipes/unsaved-${++files}.yaml`);
    const { uri, diagnostics } = await server.open(file, marked.replace('|', ''));
    return { uri, diagnostics, line: lines.length - 1, character: lines.at(-1).length };
}
async function completionsInTests(text) {
    const { uri, line, character } = await openAtCursor(text, 'maillon-test.schema.json');
    return (await server.ask('completion', uri, line, character)).items.map((item) => item.label);
}
async function completionsAt(text) {
    const { uri, line, character } = await openAtCursor(text);
    return (await server.ask('completion', uri, line, character)).items.map((item) => item.label);
}
async function hoverAt(text) {
    const { uri, line, character } = await openAtCursor(text);
    return (await server.ask('hover', uri, line, character))?.contents.value ?? '';
}

for (const folder of ['config', 'examples/social-crm', 'examples/recipes']) {
    test(`each file of ${folder} names the schema, and the editor finds nothing wrong in it`, async () => {
        for (const { name, text } of await filesIn(folder)) {
            assert.match(text, /^# yaml-language-server: \$schema=\S+maillon\.schema\.json$/m, name);
            const { diagnostics } = await server.open(path.join(root, folder, name), text);
            assert.deepEqual(diagnostics.map((one) => one.message), [], name);
        }
    });
}

for (const folder of ['examples/social-crm', 'examples/recipes', 'tests/schema/trial/good']) {
    test(`each file of tests in ${folder} names its schema, and the editor finds nothing wrong in it`, async () => {
        for (const { name, text } of await testFilesIn(folder)) {
            assert.match(text, /^# yaml-language-server: \$schema=\S+maillon-test\.schema\.json$/m, name);
            const { diagnostics } = await server.open(path.join(root, folder, name), text);
            assert.deepEqual(diagnostics.map((one) => one.message), [], name);
        }
    });
}

test('in a file of tests, keys, the fields of a body and the arguments of a call are proposed', async () => {
    const begin = 'config: maillon.yaml\ntests:\n  - name: it\n';
    const keys = await completionsInTests(`${begin}    |\n`);
    for (const word of ['given', 'answers', 'expect', 'now']) assert.ok(keys.includes(word), `${word}: ${keys}`);
    const fields = await completionsInTests(`${begin}    given:\n      - event: x.message.received\n        body:\n          |\n`);
    for (const word of ['text', 'author', 'thread']) assert.ok(fields.includes(word), `${word}: ${fields}`);
    const parts = await completionsInTests(`${begin}    expect:\n      calls:\n        - crm.upsert:\n            |\n`);
    for (const word of ['module', 'key', 'create']) assert.ok(parts.includes(word), `${word}: ${parts}`);
});

test('the sections, the keys of a route and the kinds of steps are proposed', async () => {
    const sections = await completionsAt('|\n');
    for (const word of ['hub', 'connectors', 'routes']) assert.ok(sections.includes(word), `${word}: ${sections}`);
    const route = await completionsAt('routes:\n  r:\n    from: x.message.received\n    |\n');
    for (const word of ['when', 'max_age', 'steps']) assert.ok(route.includes(word), `${word}: ${route}`);
    const steps = await completionsAt('routes:\n  r:\n    from: x.message.received\n    steps:\n      - |\n');
    for (const word of ['call', 'answer', 'timer', 'choose']) assert.ok(steps.includes(word), `${word}: ${steps}`);
});

test('a step is offered the keys of its kind and no other', async () => {
    const keys = await completionsAt('routes:\n  r:\n    from: x.message.received\n    steps:\n      - timer: late\n        |\n');
    for (const word of ['after', 'unless', 'steps']) assert.ok(keys.includes(word), `${word}: ${keys}`);
    assert.ok(!keys.includes('with'), `${keys}`);
});

test('the settings of a plug-in are proposed once its name is written', async () => {
    const twitter = await completionsAt('connectors:\n  x:\n    plugin: twitter\n    |\n');
    for (const word of ['account', 'token', 'since', 'retry']) assert.ok(twitter.includes(word), `${word}: ${twitter}`);
    assert.ok(!twitter.includes('password'), `${twitter}`);
});

test('the arguments of an operation are proposed, and words where only some will do', async () => {
    const found = await completionsAt('routes:\n  r:\n    from: x.message.received\n    steps:\n      - call: crm.find\n        with:\n          |\n');
    for (const word of ['module', 'filter', 'limit']) assert.ok(found.includes(word), `${word}: ${found}`);
    const levels = await completionsAt('hub:\n  log:\n    level: |\n');
    for (const word of ['debug', 'info', 'warning', 'error']) assert.ok(levels.includes(word), `${word}: ${levels}`);
});

test('a key explains itself when the pointer rests on it', async () => {
    assert.match(await hoverAt('routes:\n  r:\n    from: x.message.received\n    max_|age: 1d\n'), /Older events reach no person/);
    assert.match(await hoverAt('connectors:\n  x:\n    plugin: twitter\n    acc|ount: acme\n'), /handle, without @/);
    assert.match(await hoverAt('routes:\n  r:\n    steps:\n      - call: crm.find\n        with: { lim|it: 5 }\n'), /How many at most/);
});

test('a mistake is marked where it is', async () => {
    const { diagnostics } = await openAtCursor('routes:\n  r:\n    from: x.message.received\n    steps:\n      - timer: late\n        aftre: 2h\n        steps: [ { drop: a } ]\n|');
    const at = diagnostics.map((one) => `${one.range.start.line}: ${one.message}`).sort();
    assert.ok(at.some((one) => /^6: Property aftre is not allowed/.test(one)), at.join('\n'));
    assert.ok(at.some((one) => /^5: Missing property "after"/.test(one)), at.join('\n'));
});
