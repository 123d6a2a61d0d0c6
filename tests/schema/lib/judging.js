// What both schemas are put through: every file that is wrong, and every key of a whole file misspelt.
import { parse, stringify } from 'yaml';
import { beyondMark, keysOf } from './files.js';

/// Complaints about files that hold one mistake each: `judge(text)` is the program's judgement, `mistakesOf(text)` the schema's.
export async function complaintsAboutWrong(files, { judge, mistakesOf, accepted }) {
    const judged = await Promise.all(files.map(async ({ name, text }) => {
        const { accepts, said } = await judge(text);
        const mistakes = mistakesOf(text);
        if (accepts) return `${name}: ${accepted}`;
        if (said.length !== 1) return `${name}: one mistake a file, not: ${said.join('; ')}`;
        if (beyondMark.test(text)) return mistakes.length > 0 ? `${name}: the schema can tell, take the mark out: ${mistakes[0]}` : '';
        return mistakes.length === 0 ? `${name}: the schema accepts it` : '';
    }));
    return judged.filter(Boolean);
}

/// The keys of a file that a misspelling makes wrong: those whose names are not chosen by who writes it.
export function fixedKeysOf(text, namesBelow) {
    return [...keysOf(parse(text))].filter(({ holder, path }) => !Array.isArray(holder) && !namesBelow.test(path)).map(({ path }) => path);
}

/// Which of those keys, misspelt, somebody accepts.
export async function acceptedMisspellings(text, paths, { judge, mistakesOf, program }) {
    const accepted = [];
    for (const path of paths) {
        const changed = parse(text);
        const { holder, key } = [...keysOf(changed)].find((one) => one.path === path);
        holder[`${key}q`] = holder[key];
        delete holder[key];
        const whole = stringify(changed);
        if ((await judge(whole)).accepts) accepted.push(`${path}q: ${program}`);
        if (mistakesOf(whole).length === 0) accepted.push(`${path}q: the schema`);
    }
    return accepted;
}
