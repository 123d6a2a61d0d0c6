// facebook-nodejs-business-sdk against the sandbox's Graph API.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { startSandbox } from './lib/sandbox.js';

// The package's ES module build imports without file extensions, which Node refuses; CommonJS is what it documents.
const { FacebookAdsApi, Page, PagePost, Comment } = createRequire(import.meta.url)('facebook-nodejs-business-sdk');

let sandbox;
let page;
let posts;

before(async () => {
    sandbox = await startSandbox({ options: ['--comments', '120', '--contacts', '0', '--seed', '4'] });
    Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => sandbox.graph });
    FacebookAdsApi.init(sandbox.page_token, 'en_US', false);
    page = new Page(sandbox.page_id);
    await sandbox.publish();
    posts = await page.getFeed(['id', 'message', 'created_time', 'from']);
});
after(async () => assert.equal(await sandbox.stop(), 0));

async function everyComment(post, fields, parameters) {
    let cursor = await post.getComments(fields, parameters);
    const found = [...cursor];
    while (cursor.hasNext()) {
        cursor = await cursor.next();
        found.push(...cursor);
    }
    return found;
}

test('the feed has the posts with their fields', () => {
    assert.equal(posts.length, 5);
    for (const post of posts) {
        assert.match(post.id, new RegExp(`^${sandbox.page_id}_\\d+$`));
        assert.equal(post.from.id, sandbox.page_id);
        assert.match(post.created_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
    }
});

test('every comment of the page is reached through cursors, each once', async () => {
    const ids = [];
    for (const { id } of posts) {
        const comments = await everyComment(new PagePost(id), ['id', 'message', 'from', 'parent'], { filter: 'stream', limit: 7 });
        ids.push(...comments.map((comment) => comment.id));
    }
    assert.equal(ids.length, 120);
    assert.equal(new Set(ids).size, 120);
});

test('top-level comments and their answers make up the whole', async () => {
    let total = 0;
    for (const { id } of posts) {
        const top = await everyComment(new PagePost(id), ['id', 'comment_count'], { filter: 'toplevel', limit: 10 });
        for (const comment of top) {
            const below = await everyComment(new Comment(comment.id), ['id', 'parent'], {});
            assert.equal(below.length, comment.comment_count);
            for (const answer of below) assert.equal(answer.parent.id, comment.id);
            total += 1 + below.length;
        }
    }
    assert.equal(total, 120);
});

test('a comment is made, read back with every sign, edited, and deleted', async () => {
    const message = 'Désolé ! <b> & "Zoë" 😀\nligne 2';
    const made = await new PagePost(posts[0].id).createComment(['id'], { message });
    const comment = await new Comment(made.id).get(['message', 'from', 'created_time', 'can_hide']);
    assert.equal(comment.message, message);
    assert.equal(comment.from.id, sandbox.page_id);
    assert.equal(comment.can_hide, false);

    await new Comment(made.id).update(['id'], { message: 'changed' });
    assert.equal((await new Comment(made.id).get(['message'])).message, 'changed');

    await new Comment(made.id).delete([]);
    await assert.rejects(new Comment(made.id).get(['message']), (error) => {
        assert.equal(error.response.code, 100);
        assert.equal(error.response.error_subcode, 33);
        return true;
    });
});

test("a visitor's comment can be hidden but not edited", async () => {
    const { id } = await sandbox.control('POST', '/graph/comment', { message: 'spam' });
    await new Comment(id).update(['id'], { is_hidden: true });
    assert.equal((await new Comment(id).get(['is_hidden'])).is_hidden, true);
    await assert.rejects(new Comment(id).update(['id'], { message: 'x' }), (error) => error.response.code === 200);
});

test('errors carry code, type and status', async () => {
    const stranger = new FacebookAdsApi('wrong', 'en_US', false);
    await assert.rejects(new Page(sandbox.page_id, {}, null, stranger).getFeed(['id']), (error) => {
        assert.equal(error.status, 401);
        assert.equal(error.response.code, 190);
        assert.equal(error.response.type, 'OAuthException');
        return true;
    });
    await sandbox.control('PUT', '/settings', { graph: { throttle_code: 80001 } });
    await assert.rejects(page.getFeed(['id']), (error) => error.response.code === 80001);
    await sandbox.control('PUT', '/settings', { graph: { throttle_code: 0 } });
    await sandbox.control('PUT', '/faults', { rate_5xx: 1, services: ['graph'] });
    await assert.rejects(page.getFeed(['id']), (error) => error.status === 500 && error.response.is_transient === true);
    await sandbox.control('PUT', '/faults', {});
});

test('calls are signed when the app asks for it', async () => {
    await sandbox.control('PUT', '/settings', { graph: { require_proof: true } });
    await assert.rejects(page.getFeed(['id']), (error) => /appsecret_proof/.test(error.response.message));
    const appsecret_proof = createHmac('sha256', sandbox.app_secret).update(sandbox.page_token).digest('hex');
    assert.equal((await page.getFeed(['id'], { appsecret_proof })).length, 5);
    await sandbox.control('PUT', '/settings', { graph: { require_proof: false } });
});

test('a subscribed webhook is verified, and gets what happens, signed', async (t) => {
    const bodies = [];
    const hub = createServer(async (request, response) => {
        const url = new URL(request.url, 'http://hub');
        if (request.method === 'GET') return response.end(url.searchParams.get('hub.challenge'));
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        bodies.push({ raw: Buffer.concat(chunks), signature: request.headers['x-hub-signature-256'] });
        response.end();
        hub.emit('delivery');
    });
    hub.listen(0, '127.0.0.1');
    await once(hub, 'listening');
    t.after(() => {
        hub.closeAllConnections();
        hub.close();
    });

    const subscription = new FacebookAdsApi(`${sandbox.app_id}|${sandbox.app_secret}`, 'en_US', false);
    const answer = await subscription.call('POST', [sandbox.app_id, 'subscriptions'], {
        object: 'page', callback_url: `http://127.0.0.1:${hub.address().port}/fb`, verify_token: 'v', fields: 'feed',
        access_token: `${sandbox.app_id}|${sandbox.app_secret}`,
    });
    assert.equal(answer.success, true);
    await page.createSubscribedApp(['success'], { subscribed_fields: ['feed'] });
    assert.equal((await page.getSubscribedApps(['id'])).length, 1);

    const delivered = once(hub, 'delivery');
    await sandbox.control('POST', '/graph/comment', { message: 'Où êtes-vous ? 😀' });
    await delivered;

    const [{ raw, signature }] = bodies;
    assert.equal(signature, `sha256=${createHmac('sha256', sandbox.app_secret).update(raw).digest('hex')}`);
    assert.ok(raw.every((byte) => byte < 128));
    assert.equal(JSON.parse(raw).entry[0].changes[0].value.message, 'Où êtes-vous ? 😀');
});
