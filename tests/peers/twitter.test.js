// twitter-api-v2 against the sandbox's X.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSandbox } from './lib/sandbox.js';
import { redirectHosts } from './lib/redirect.js';

let sandbox;
let client;
let ApiResponseError;

before(async () => {
    sandbox = await startSandbox({ mentions: 25, options: ['--comments', '0', '--contacts', '0'] });
    redirectHosts({ 'api.x.com': sandbox.x, 'api.twitter.com': sandbox.x });
    const library = await import('twitter-api-v2');
    ApiResponseError = library.ApiResponseError;
    client = new library.TwitterApi(sandbox.x_token);
    await sandbox.publish();
});
after(async () => assert.equal(await sandbox.stop(), 0));

const search = (options = {}) => client.v2.search('@acme_air -is:retweet', {
    max_results: 10,
    'tweet.fields': ['author_id', 'created_at', 'conversation_id', 'entities'],
    expansions: ['author_id'],
    ...options,
});

test('a search pages through every mention, newest first, each with its author', async () => {
    const paginator = await search();
    await paginator.fetchLast(100);

    const texts = paginator.tweets.map((tweet) => Number(tweet.text.match(/message (\d+)/)[1]));
    assert.deepEqual(texts, Array.from({ length: 25 }, (_, i) => 24 - i));
    assert.equal(paginator.done, true);
    const authors = paginator.tweets.map((tweet) => paginator.includes.author(tweet).username);
    assert.deepEqual([...new Set(authors)].sort(), ['ana', 'bo', 'cleo']);
    assert.match(paginator.tweets[0].text, /&amp; more$/);
    // One an hour by three people: a mention every third hour keeps each one's conversation going.
    assert.equal(new Set(paginator.tweets.map((tweet) => tweet.conversation_id)).size, 3);
});

test('since_id gives only what is newer, and nothing is an empty list', async () => {
    const all = await search({ max_results: 100 });
    const ids = all.tweets.map((tweet) => tweet.id);

    const newer = await search({ since_id: ids[3] });
    assert.deepEqual(newer.tweets.map((tweet) => tweet.id), ids.slice(0, 3));
    assert.equal(newer.meta.newest_id, ids[0]);

    const none = await search({ since_id: ids[0] });
    assert.equal(none.meta.result_count, 0);
    assert.deepEqual(none.tweets, []);
});

test('the mention timeline pages as well', async () => {
    const paginator = await client.v2.userMentionTimeline(sandbox.x_account_id, { max_results: 10 });
    await paginator.fetchLast(100);
    assert.equal(paginator.tweets.length, 25);
});

test('a reply is created, appears in the own timeline with its target, and can be deleted', async () => {
    const target = (await search()).tweets[0];

    const { data } = await client.v2.reply('@ana we <are> on it & soon done', target.id);

    const timeline = await client.v2.userTimeline(sandbox.x_account_id, {
        'tweet.fields': ['referenced_tweets', 'conversation_id', 'in_reply_to_user_id'],
        expansions: ['referenced_tweets.id'],
    });
    const [own] = timeline.tweets;
    assert.equal(own.id, data.id);
    assert.equal(own.text, '@ana we &lt;are&gt; on it &amp; soon done');
    assert.equal(own.conversation_id, target.conversation_id);
    assert.deepEqual(own.referenced_tweets, [{ type: 'replied_to', id: target.id }]);
    assert.equal(timeline.includes.repliedTo(own).id, target.id);
    assert.equal((await sandbox.control('GET', '/state')).replies, 1);

    assert.deepEqual((await client.v2.deleteTweet(data.id)).data, { deleted: true });
    assert.equal((await sandbox.control('GET', '/state')).replies, 0);
});

test('people are found by name and by id', async () => {
    const { data } = await client.v2.userByUsername('ana', { 'user.fields': ['location', 'created_at'] });
    assert.equal(data.id, '1000');
    assert.equal((await client.v2.me()).data.id, sandbox.x_account_id);
    const nobody = await client.v2.userByUsername('nobody');
    assert.equal(nobody.errors[0].title, 'Not Found Error');
});

test('a look-up of several posts names the one that is missing', async () => {
    const { id } = (await search()).tweets[0];
    const found = await client.v2.tweets([id, '1']);
    assert.deepEqual(found.data.map((tweet) => tweet.id), [id]);
    assert.equal(found.errors[0].resource_id, '1');
});

test('rate limits are told with each answer and obeyed', async () => {
    await sandbox.control('PUT', '/settings', { x: { rate_limits: { 'GET /2/users/me': { limit: 2, window_s: 900 } } } });
    const first = await client.v2.get('users/me', undefined, { fullResponse: true });
    assert.equal(first.rateLimit.limit, 2);
    assert.equal(first.rateLimit.remaining, 1);
    await client.v2.get('users/me');

    await assert.rejects(client.v2.get('users/me'), (error) => {
        assert.ok(error instanceof ApiResponseError);
        assert.equal(error.code, 429);
        assert.equal(error.rateLimitError, true);
        assert.equal(error.rateLimit.remaining, 0);
        assert.ok(error.rateLimit.reset * 1000 > Date.now());
        return true;
    });
});

test('errors arrive as the client expects them', async () => {
    const { TwitterApi } = await import('twitter-api-v2');
    await assert.rejects(new TwitterApi('wrong').v2.me(), (error) => error.code === 401 && error.isAuthError === true);
    await assert.rejects(search({ max_results: 5 }), (error) => error.code === 400 && /between 10 and 100/.test(error.errors[0].message));
    await assert.rejects(client.v2.tweet('x'.repeat(281)), (error) => error.code === 400);
    const said = await client.v2.tweet('once');
    await assert.rejects(client.v2.tweet('once'), (error) => error.code === 403 && /duplicate/.test(error.data.detail));
    await client.v2.deleteTweet(said.data.id);
});

test('an injected failure is an answer of the server, a cut connection is none', async () => {
    await sandbox.control('PUT', '/faults', { rate_5xx: 1, services: ['x'] });
    await assert.rejects(client.v2.userByUsername('ana'), (error) => error.code === 503);
    await sandbox.control('PUT', '/faults', { rate_cut_after: 1, services: ['x'] });
    await assert.rejects(client.v2.tweet('cut after'), (error) => error.type === 'request');
    await sandbox.control('PUT', '/faults', {});
    const timeline = await client.v2.userTimeline(sandbox.x_account_id);
    assert.equal(timeline.tweets[0].text, 'cut after');
});
