#!/usr/bin/env bash
# An example of a Ray cluster of machines that share the network, and this repository with its .venv (scripts/setup):
#
#     scripts/ray_cluster.sh head                               # on the first machine; prints nothing but Ray's own words
#     scripts/ray_cluster.sh worker HEAD                        # on every other machine, with the first one's name
#     scripts/ray_cluster.sh run HEAD news.jsonl out [OPTION…]  # on any of them
#     scripts/ray_cluster.sh stop                               # on every machine
#
# PORT sets another port than 6379. Ray has no passwords: keep the port inside a network that you trust.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
port=${PORT:-6379}
ray=.venv/bin/ray
# Workers import mt from here whether it is installed or not.
export RAY_USAGE_STATS_ENABLED=0 PYTHONPATH=$PWD

case ${1:-} in
    head) exec "$ray" start --head --port="$port" --include-dashboard=false ;;
    worker) exec "$ray" start --address="${2:?HEAD}:$port" ;;
    run)
        export RAY_ADDRESS="${2:?HEAD}:$port"
        exec .venv/bin/python -m mt run "${3:?INPUT}" --output "${4:?OUT}" --engine ray --workers auto "${@:5}"
        ;;
    stop) exec "$ray" stop ;;
    *)
        sed -n 2,9p "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac
