// twitter-text, X's own library, against how Maillon counts a post.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import twitterText from 'twitter-text';

const source = process.env.MAILLON_SOURCE;
const route = `
routes:
  weigh:
    from: pipe.line
    steps:
      - emit: hub.weight
        with: {weight: '\${text.weightedLength(event.text)}', cut: '\${text.truncateWeighted(event.text, 40)}'}
`;

function weighed(texts) {
    const folder = mkdtempSync(join(tmpdir(), 'maillon-weights-'));
    try {
        const file = join(folder, 'weigh.yaml');
        writeFileSync(file, route);
        const input = texts.map((text) => `${JSON.stringify({ text })}\n`).join('');
        const run = spawnSync(process.env.MAILLON_PROGRAM, ['pipe', file], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
        assert.equal(run.status, 0, run.stderr);
        return run.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
    } finally {
        rmSync(folder, { recursive: true });
    }
}

const weightOf = (text) => twitterText.parseTweet(text).weightedLength;

// An emoji of 2020, which the tables of twitter-text do not know as one.
const unknown = '\u{1f62e}\u200d\u{1f4a8}';

function expectSame(every) {
    const texts = every.filter((text) => !text.includes(unknown));
    const all = weighed(texts);
    assert.equal(all.length, texts.length);
    for (const [i, text] of texts.entries()) {
        assert.equal(all[i].weight, weightOf(text), JSON.stringify(text));
        assert.ok(weightOf(all[i].cut) <= 40, JSON.stringify(all[i].cut));
    }
}

const textsOf = (file) =>
    readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line).data.text);

// Put together in every order: what stands before and behind an address decides where it begins and ends.
const parts = ['see', ' ', 'example.com', 'https://example.org/a_(b)?c=d', 'été.fr', ',', '(', ')', '@ana', '#tag',
    '漢字', 'é', '👩🏽‍🚀', '🇫🇷', '1️⃣', '…', 'http://a.museum:80/x', 'a.nowhere', '\n', '. ', '—', ' - '];

test('the parts of posts in every order of three weigh what X makes of them', () => {
    const texts = parts.flatMap((a) => parts.flatMap((b) => parts.map((c) => `${a}${b}${c}`)));
    expectSame(texts);
});

test('the mentions of the sample weigh what X makes of them', () => {
    expectSame(textsOf(join(source, 'examples/social-crm/mentions.ndjson')));
});

const recorded = join(source, '../shared/data/mentions/airline-mentions.ndjson');
test('so do recorded ones', { skip: existsSync(recorded) ? false : 'they are not there' }, () => {
    expectSame(textsOf(recorded));
});
