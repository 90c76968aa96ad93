#!/bin/sh
# Installs, on Debian, the real clients and servers that the tests talk to. Run as root, or with sudo at hand.
set -eu
as_root=''
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
  build-essential chromium curl gnupg lftp openssh-client openssh-server \
  p7zip-full procps putty-tools python3 python3-paramiko rclone strace unzip vsftpd zip
