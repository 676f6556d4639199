#!/usr/bin/env bash
# launch.sh PROCESSES NODES SCRIPT ARGS...: run a training script as one process, or through torchrun as PROCESSES
# on each of NODES nodes. Results are those of one process, to rounding.
set -euo pipefail
processes=$1 nodes=$2
shift 2

if [ "$nodes" -gt 1 ]; then
    # Snakemake's jobstep hides SLURM_JOB_NODELIST, so SLURM itself is asked; the first node keeps the rendezvous
    list=$(scontrol show job "$SLURM_JOB_ID" | sed -n 's/^ *NodeList=//p')
    first=$(scontrol show hostnames "$list" | head -n 1)
    address=$(scontrol show node "$first" | sed -n 's/.*NodeAddr=\([^ ]*\).*/\1/p')
    exec srun --nodes="$nodes" --ntasks="$nodes" --ntasks-per-node=1 \
        python -m torch.distributed.run --nnodes="$nodes" --nproc-per-node="$processes" \
        --rdzv-backend=c10d --rdzv-id="$SLURM_JOB_ID" --rdzv-endpoint="$address:$((20000 + SLURM_JOB_ID % 20000))" "$@"
elif [ "$processes" -gt 1 ]; then
    exec python -m torch.distributed.run --standalone --nproc-per-node="$processes" "$@"
else
    exec python "$@"
fi
