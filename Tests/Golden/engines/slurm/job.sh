#!/usr/bin/env bash
#SBATCH --job-name=three-stations
#SBATCH --ntasks=3
#SBATCH --cpus-per-task=2
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=job.log
# Where memory is counted, add --mem=512 for each part that may share a node.
# One run of edgeflock. From this folder, which all nodes must see: sbatch job.sh
# Results: run/part-0/run. A job that lost a node is put into the queue
# again and goes on from what its processes have kept; so does one that is submitted again.
# Tasks, by number:
#   0  part-0: bs1 hub traffic
#   1  part-1: bs2
#   2  part-2: bs3 learner
set -euo pipefail
program=${EDGEFLOCK:-edgeflock}
parts=3
cd "${SLURM_SUBMIT_DIR:?start this with sbatch}"

# Where the parts can reach each other: the addresses of the nodes that they got, and
# ports that differ from those of other jobs.
hosts=(part-0 part-1 part-2)
port=$((10000 + SLURM_JOB_ID % 1571 * 14))
spread=$(srun --ntasks="$parts" bash -c 'echo "$SLURM_PROCID $SLURMD_NODENAME"' | sort -n)
settings=()
while read -r number node; do
    address=$(scontrol --oneliner show node "$node" | sed 's/.* NodeAddr=\([^ ]*\).*/\1/')
    settings+=(--set "hosts.${hosts[$number]}.address=$address")
    settings+=(--set "hosts.${hosts[$number]}.port=$port")
    echo "part $number is on $node ($address)"
done <<<"$spread"

export EDGEFLOCK="$program" HERE="$PWD"
code=0
srun --ntasks="$parts" --kill-on-bad-exit=1 --output=part-%t.log --open-mode=append \
    bash -c 'mkdir -p run/part-$SLURM_PROCID && cd run/part-$SLURM_PROCID && exec "$EDGEFLOCK" \
        part "$HERE"/files/three.yaml --number "$SLURM_PROCID" --keys "$HERE/keys/part-$SLURM_PROCID.keys" --data "$HERE"/files --set '\''hosts=[{name: a}]'\'' --set '\''scheduler.policy=it'\''\'\'''\''s $(PART)'\'' "$@"' part "${settings[@]}" || code=$?
# The run itself ends with these; anything else has been done to it, such as the loss of
# a node, and then it is put into the queue again.
case $code in 0 | 2 | 3 | 6[4-9] | 7[137] | 12[67] | 130) exit "$code" ;; esac
[ "${SLURM_RESTART_COUNT:-0}" -lt 5 ] || exit "$code"
echo "parts were ended from outside (code $code); into the queue again"
scontrol requeue "$SLURM_JOB_ID"
# Until Slurm ends this job.
sleep 60
exit "$code"
