#!/usr/bin/env bash
#SBATCH --job-name=mt
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
# Ten minutes before the time limit mt is asked to stop; it finishes the windows in flight.
#SBATCH --signal=B:TERM@600
#
# An example of a Slurm job array, one shard a task. Change the lines above for your cluster, then, in the repository:
#
#     job=$(sbatch --parsable scripts/slurm.sh news.jsonl out -c opus-big)
#     sbatch --dependency="afterok:$job" --wrap '.venv/bin/mt merge out/all out/shard-*'
#
# A task that ran out of time queues itself again and goes on where it stopped.
set -euo pipefail
cd "${SLURM_SUBMIT_DIR:-.}"
[ $# -ge 2 ] || { echo "usage: sbatch scripts/slurm.sh INPUT OUT [OPTION OF mt run…]" >&2; exit 2; }
task=${SLURM_ARRAY_TASK_ID:?start this with sbatch}

"${MT:-.venv/bin/mt}" run "$1" --output "$2/shard-$task" --shard "$task/$SLURM_ARRAY_TASK_COUNT" "${@:3}" &
run=$!
trap 'kill -TERM "$run"' TERM
code=0
wait "$run" || code=$?
# The signal ends the first wait, not mt.
while kill -0 "$run" 2>/dev/null; do
    code=0
    wait "$run" || code=$?
done

case $code in
    130) scontrol requeue "${SLURM_ARRAY_JOB_ID}_$task" ;;
    1) code=0 ;; # some articles failed and are recorded: the job itself is done
esac
exit "$code"
