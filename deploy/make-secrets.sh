#!/bin/sh
# Makes what is not there yet of the secrets that compose.yaml names, in ./secrets or the directory that is given.
set -eu
umask 077
mkdir -p "${1:-$(dirname "$0")/secrets}"
cd "${1:-$(dirname "$0")/secrets}"

# The containers run as other users: the directory keeps strangers out.
keep() {
  if [ ! -e "$1" ]; then
    echo "$2" > "$1"
    chmod 444 "$1"
  fi
}

# Letters and digits only: they stand in URLs and in redis.conf.
for name in admin_password cluster_secret jwt_secret postgres_password redis_password; do
  keep "$name" "$(openssl rand -hex 32)"
done
keep database_url "postgresql://endure:$(cat postgres_password)@postgres:5432/endure"
keep redis_url "redis://:$(cat redis_password)@redis:6379"
keep redis_auth "requirepass $(cat redis_password)"
