// The schema of the configuration against `maillon check`: an independent validator (ajv, JSON Schema 2020-12) and an
// independent reader of YAML are to call the same files good and wrong as the program does.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { blocksOf, check, filesIn, makeValidator } from './lib/files.js';
import { acceptedMisspellings, complaintsAboutWrong, fixedKeysOf } from './lib/judging.js';

let mistakesOf;

before(async () => { mistakesOf = await makeValidator(); });

async function isGoodToBoth({ name, text }) {
    assert.deepEqual(mistakesOf(text), [], `${name}: the schema`);
    const { accepts, said } = await check(text);
    assert.ok(accepts, `${name}: maillon check: ${said.join('; ')}`);
}

for (const folder of ['config', 'examples/social-crm', 'examples/recipes', 'tests/schema/good']) {
    test(`what is shipped in ${folder} is good to both`, async () => {
        const files = await filesIn(folder);
        assert.ok(files.length > 0);
        for (const file of files) await isGoodToBoth(file);
    });
}

test('every block of the manual of routes is good to both', async () => {
    const blocks = await blocksOf('docs/routes.md');
    assert.ok(blocks.length >= 15);
    for (const block of blocks) await isGoodToBoth(block);
});

test('every wrong file is wrong to the program, and to the schema unless it says why a schema cannot tell', async () => {
    const files = await filesIn('tests/schema/wrong');
    assert.ok(files.length >= 30);
    assert.deepEqual(await complaintsAboutWrong(files, { judge: check, mistakesOf, accepted: 'maillon check accepts it' }), []);
});

// Names are chosen by who writes the file; their misspelling is another name.
const namesBelow = /^\/(?:connectors|processors|directories|conversations|blocks|routes)\/[^/]+$|\/(?:let|filter|fields)\/|\/with\/(?:a|word)$/;

test('with any one key of the whole language misspelt, a file is wrong to both', async () => {
    const [{ text }] = (await filesIn('tests/schema/good')).filter(({ name }) => name === 'everything.yaml');
    const paths = fixedKeysOf(text, namesBelow);
    assert.ok(paths.length > 150, `${paths.length} keys`);
    assert.deepEqual(await acceptedMisspellings(text, paths, { judge: check, mistakesOf, program: 'maillon check' }), []);
});
