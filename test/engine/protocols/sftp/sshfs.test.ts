import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { onSshfs } from '../../../helpers/sshfs.ts';
import { PASSWORD, startSftp } from './start-sftp.ts';

it('a mounted folder takes what people do in folders: copies with their times, archives, moves, a repository', async () => {
  const test = await startSftp();
  const ran = await onSshfs(
    { port: test.server.port, username: 'user', password: PASSWORD },
    `
    local=$(mktemp -d)
    trap 'rm -rf "$local"; fusermount -u "$MOUNT" || fusermount -uz "$MOUNT"; wait $daemon || true' EXIT
    mkdir "$local/tree"
    for name in one two three; do echo "$name" > "$local/tree/$name"; done
    chmod 640 "$local/tree/one"
    touch -d 2020-02-03T04:05:06Z "$local"/tree/*
    cp -p "$local/tree/one" "$MOUNT/copied"
    cp -a "$local/tree" "$MOUNT/archived"
    cp -p "$local/tree/two" "$MOUNT/copied"
    tar -cf "$local/tree.tar" -C "$local" tree
    tar -xf "$local/tree.tar" -C "$MOUNT"
    cp "$local/tree/one" "$local/moved"
    touch -d 2020-02-03T04:05:06Z "$local/moved"
    mv "$local/moved" "$MOUNT/moved"
    for round in 1 2 3; do echo "$round" >> "$MOUNT/grown"; done
    echo shorter > "$MOUNT/grown.tmp"
    mv "$MOUNT/grown.tmp" "$MOUNT/grown"
    cat "$MOUNT/grown" "$MOUNT/archived/three" "$MOUNT/moved"
    export HOME="$local" GIT_CONFIG_NOSYSTEM=1
    git init -q "$MOUNT/repository"
    cd "$MOUNT/repository"
    echo content > file
    git -c safe.directory='*' add file
    git -c safe.directory='*' -c user.name=x -c user.email=x@example.org commit -q -m first
    git -c safe.directory='*' fsck --strict
    git -c safe.directory='*' status --short
    cd /
    `,
  );
  expect(ran).toMatchObject({ stderr: '', stdout: 'shorter\nthree\none\n', code: 0 });
  const seconds = Date.UTC(2020, 1, 3, 4, 5, 6);
  for (const [name, mode] of [
    ['archived/one', 0o640],
    ['tree/one', 0o640],
    ['tree/two', 0o644],
    ['moved', 0o640],
  ] as const) {
    const { mtimeMs, mode: found } = statSync(test.home(name));
    expect([name, mtimeMs, found & 0o777]).toEqual([name, seconds, mode]);
  }
  expect(readFileSync(test.home('copied'), 'utf8')).toBe('two\n');
  expect(statSync(test.home('copied')).mtimeMs).toBe(seconds);
});
