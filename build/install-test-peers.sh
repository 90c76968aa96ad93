#!/bin/sh
# Installs, on Debian, the real clients and servers that the tests talk to. Run as root, or with sudo at hand.
set -eu
as_root=''
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
  build-essential c-icap chromium clamav clamav-daemon curl dovecot-imapd fuse3 gnupg hydra lftp \
  libc-icap-mod-virus-scan ncftp openssh-client openssh-server openssl p7zip-full pebble procps \
  putty-tools python3 python3-asyncssh python3-paramiko rclone ssh-audit sshfs strace testssl.sh \
  unzip vsftpd zip
