// @sugarcrm/thorn, SugarCRM's own REST test client, against the sandbox's SugarCRM.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { startSandbox } from './lib/sandbox.js';

let sandbox;
let Fixtures;
let admin;  // an agent that speaks v11_20

before(async () => {
    sandbox = await startSandbox({ options: ['--comments', '0', '--contacts', '30'] });
    // Thorn reads these while it is loaded.
    process.env.THORN_SERVER_URL = sandbox.sugar;
    process.env.THORN_ADMIN_USERNAME = sandbox.sugar_user;
    process.env.THORN_ADMIN_PASSWORD = sandbox.sugar_password;
    // Its HTTP layer, chakram, expects mocha and hangs a report for mocha on this hook; here is nobody to read it.
    globalThis.afterEach = () => {};
    const thorn = createRequire(import.meta.url)('@sugarcrm/thorn');
    Fixtures = thorn.Fixtures;
    admin = () => thorn.Agent.as(thorn.Agent.ADMIN).on('v11_20');  // anew after each cleanup, which forgets its agents
    // The first creation logs in to fetch metadata and so ends every other session of that user: it has to come first.
    await Fixtures.create({ module: 'Accounts' });
    await Fixtures.cleanup();
});
after(async () => assert.equal(await sandbox.stop(), 0));

/** Thorn rejects with the whole answer when the status is not 200. */
const refused = (status, code) => (answer) => {
    assert.equal(answer.response.statusCode, status);
    assert.equal(answer.body.error, code);
    return true;
};

test('records and their links are created in bulk from metadata, and cleaned up again', async () => {
    const contact = { module: 'Contacts', attributes: { first_name: 'Ada', last_name: 'Novak' } };
    const ticket = { module: 'Cases', attributes: { name: 'Broken zip', thread_c: 'x:1' }, links: { contacts: [contact] } };
    const account = { module: 'Accounts' };  // its required name is made up from the metadata

    const created = await Fixtures.create([contact, ticket, account]);

    assert.equal(created.Contacts[0].full_name, 'Ada Novak');
    assert.ok(created.Accounts[0].name.length > 0);
    const id = Fixtures.lookup('Cases', { name: 'Broken zip' }).id;
    const linked = await admin().get(`Cases/${id}/link/contacts`);
    assert.deepEqual(linked.body.records.map((record) => record.id), [created.Contacts[0].id]);
    await Fixtures.link(created.Accounts[0], 'cases', created.Cases[0]);
    assert.equal((await admin().get(`Cases/${id}`)).body.account_id, created.Accounts[0].id);

    const gone = await Fixtures.cleanup();
    assert.deepEqual(gone.body.map((part) => part.status), [200, 200, 200]);
    assert.equal((await sandbox.control('GET', '/state')).cases, 0);
});

test('a record is created, changed, read and deleted', async () => {
    const made = await admin().post('Contacts', { last_name: 'Lund', email1: 'bo@example.org', nonsense: 1 });
    assert.equal(made.body._module, 'Contacts');
    assert.equal(made.body.nonsense, undefined);
    const path = `Contacts/${made.body.id}`;

    await admin().put(path, { title: 'CTO' });

    const read = (await admin().get(`${path}?fields=title,last_name,email`)).body;
    assert.equal(read.title, 'CTO');
    assert.equal(read.email[0].email_address, 'bo@example.org');
    assert.match(read.date_modified, /[+-]\d\d:\d\d$/);
    assert.equal((await admin().delete(path, {})).body.id, made.body.id);
    await assert.rejects(admin().get(path), refused(404, 'not_found'));
});

test('a list is filtered and paged to its end', async () => {
    const ids = new Set();
    let offset = 0;
    while (offset !== -1) {
        const { body } = await admin().get(`Contacts?max_num=7&order_by=last_name:ASC&offset=${offset}&fields=id`);
        for (const { id } of body.records) ids.add(id);
        offset = body.next_offset;
    }
    assert.equal(ids.size, 30);

    const first = (await admin().get('Contacts?max_num=1')).body.records[0];
    const byAddress = await admin().post('Contacts/filter', { filter: [{ 'email_addresses.email_address': first.email[0].email_address }] });
    assert.deepEqual(byAddress.body.records.map((record) => record.id), [first.id]);
    const byQuery = await admin().get(`Contacts?filter[0][id][$in][]=${first.id}&filter[0][id][$in][]=none`);
    assert.equal(byQuery.body.records.length, 1);
    const count = await admin().get('Contacts/count');
    assert.equal(count.body.record_count, 30);
});

test('a lost session is renewed with the refresh token', async () => {
    await admin().get('Cases');
    await sandbox.control('POST', '/sugar/expire-tokens');
    assert.equal((await admin().get('Cases')).response.statusCode, 200);
});

test('mistakes are named', async () => {
    await assert.rejects(admin().post('Contacts', { first_name: 'nameless' }), refused(422, 'missing_parameter'));
    await assert.rejects(admin().get('Nonsense'), refused(404, 'not_found'));
    await assert.rejects(admin().get('Contacts?filter[0][name][$like]=x'), refused(422, 'invalid_parameter'));
});

test('an injected failure has the shape of a fatal error', async () => {
    await sandbox.control('PUT', '/faults', { rate_5xx: 1, services: ['sugar'] });
    await assert.rejects(admin().get('Cases'), refused(500, 'fatal_error'));
    await sandbox.control('PUT', '/faults', {});
});
