// The schema of files of tests against `maillon test`, judged as schema.test.js judges that of the configuration.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { beyondMark, keysOf, makeValidator } from './lib/files.js';
import { play, testFilesIn, testSchemaFile } from './lib/tests.js';

let mistakesOf;

before(async () => { mistakesOf = await makeValidator(testSchemaFile); });

for (const folder of ['examples/social-crm', 'examples/recipes', 'tests/docs', 'tests/schema/trial/good']) {
    test(`the files of tests in ${folder} are good to both`, async () => {
        const files = await testFilesIn(folder);
        assert.ok(files.length > 0);
        for (const { name, text } of files) {
            assert.deepEqual(mistakesOf(text), [], `${name}: the schema`);
            const { accepts, said } = await play(text, folder);
            assert.ok(accepts, `${name}: maillon test: ${said.join('; ')}`);
        }
    });
}

test('every wrong file of tests is wrong to the program, and to the schema unless it says why a schema cannot tell', async () => {
    const files = await testFilesIn('tests/schema/trial/wrong');
    assert.ok(files.length >= 60);
    const judged = await Promise.all(files.map(async ({ name, text }) => {
        const { accepts, said } = await play(text, 'tests/schema/trial/good');
        const mistakes = mistakesOf(text);
        if (accepts) return `${name}: maillon test plays it`;
        if (said.length !== 1) return `${name}: one mistake a file, not: ${said.join('; ')}`;
        if (beyondMark.test(text)) return mistakes.length > 0 ? `${name}: the schema can tell, take the mark out: ${mistakes[0]}` : '';
        return mistakes.length === 0 ? `${name}: the schema accepts it` : '';
    }));
    assert.deepEqual(judged.filter(Boolean), []);
});

// What is chosen by who writes the tests or the configuration; a misspelling is another name. The values of `use` are the
// processor's, of which the schema does not know what it is.
const namesBelow = /^\/environment\/|\/key\/thread_c$|\/case$|\/list(?:\/|$)|\/bodies\/hub\.|\/returns\/number$|\/approvals\/0\/arguments\/|\/records\/customers|\/records\/0\/|\/customers\/0\/|\/refs\/|\/body\/why$|\/raw\/|\/answers\/0\//;

test('with any one key of the whole language misspelt, a file of tests is wrong to both', async () => {
    const [{ text, folder }] = (await testFilesIn('tests/schema/trial/good')).filter(({ name }) => name === 'everything.test.yaml');
    const paths = [...keysOf(parse(text))]
        .filter(({ holder, path }) => !Array.isArray(holder) && !namesBelow.test(path)).map(({ path }) => path);
    assert.ok(paths.length > 100, `${paths.length} keys`);
    const accepted = [];
    for (const path of paths) {
        const changed = parse(text);
        const { holder, key } = [...keysOf(changed)].find((one) => one.path === path);
        holder[`${key}q`] = holder[key];
        delete holder[key];
        const whole = stringify(changed);
        if ((await play(whole, folder)).accepts) accepted.push(`${path}q: maillon test`);
        if (mistakesOf(whole).length === 0) accepted.push(`${path}q: the schema`);
    }
    assert.deepEqual(accepted, []);
});
