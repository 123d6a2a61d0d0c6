// The schema of files of tests against `maillon test`, judged as schema.test.js judges that of the configuration.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { makeValidator } from './lib/files.js';
import { acceptedMisspellings, complaintsAboutWrong, fixedKeysOf } from './lib/judging.js';
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
    const judge = (text) => play(text, 'tests/schema/trial/good');
    assert.deepEqual(await complaintsAboutWrong(files, { judge, mistakesOf, accepted: 'maillon test plays it' }), []);
});

// What is chosen by who writes the tests or the configuration; a misspelling is another name. The values of `use` are the
// processor's, of which the schema does not know what it is.
const namesBelow = /^\/environment\/|\/key\/thread_c$|\/case$|\/list(?:\/|$)|\/bodies\/hub\.|\/returns\/number$|\/approvals\/0\/arguments\/|\/records\/customers|\/records\/0\/|\/customers\/0\/|\/refs\/|\/body\/why$|\/raw\/|\/answers\/0\//;

test('with any one key of the whole language misspelt, a file of tests is wrong to both', async () => {
    const [{ text, folder }] = (await testFilesIn('tests/schema/trial/good')).filter(({ name }) => name === 'everything.test.yaml');
    const paths = fixedKeysOf(text, namesBelow);
    assert.ok(paths.length > 100, `${paths.length} keys`);
    const judge = (changed) => play(changed, folder);
    assert.deepEqual(await acceptedMisspellings(text, paths, { judge, mistakesOf, program: 'maillon test' }), []);
});
